import { expect, test } from "vitest";
import { encodeFrame, payloadReadBytesMax, readHeader } from "../../../src/bridges/registry-chat/frame.ts";
import { bytesOf, textOf } from "./bytes.ts";

test("a header is five characters: a space, the length at the left, and spaces", () => {
  expect(textOf(encodeFrame("ali"))).toBe(" 3   ali");
  expect(textOf(encodeFrame("&&BUSY&&|the user is busy. try again later."))).toBe(
    " 43  &&BUSY&&|the user is busy. try again later.",
  );
  expect(textOf(encodeFrame("x".repeat(100)).subarray(0, 6))).toBe(" 100 x");
  expect(textOf(encodeFrame("x".repeat(9_999)).subarray(0, 6))).toBe(" 9999x");
});

test("the length counts bytes, not characters", () => {
  expect(textOf(encodeFrame("Ahmet Önkol"))).toBe(" 12  Ahmet Önkol");
});

test("what has no room in a header is not sent", () => {
  expect(() => encodeFrame("x".repeat(10_000))).toThrow(expect.objectContaining({ code: "too-large" }));
});

test.each([
  ["21   ", 21],
  [" 20  ", 20],
  ["   7 ", 7],
  ["00013", 13],
  ["16384", payloadReadBytesMax],
  ["0    ", 0],
])("the header %j is read as %d", (header, length) => {
  expect(readHeader(bytesOf(header))).toBe(length);
});

test.each(["     ", "abcde", "1 2  ", "-1   ", "+1   ", "1e3  ", "12", "\t12  ", "&&OK&", "١٢"])(
  "the header %j is malformed",
  (header) => {
    expect(readHeader(bytesOf(header))).toMatchObject({ code: "malformed" });
  },
);

test("a length above what a connection may hold is too large", () => {
  expect(readHeader(bytesOf("16385"))).toMatchObject({ code: "too-large", reason: "the length 16385 is above 16384" });
});
