import { expect, test } from "vitest";
import { encodeLine, isCarried, teamOf, textFault } from "../../../src/bridges/line/write-line.ts";

test("a line has the address with or without brackets, and no newline", () => {
  const author = { address: "10.206.4.201:8080", team: "blockchain", bracketed: false };
  expect(Buffer.from(encodeLine(author, "hello")).toString()).toBe("10.206.4.201:8080 blockchain hello");
  expect(Buffer.from(encodeLine({ ...author, bracketed: true }, "hello")).toString()).toBe(
    "<10.206.4.201:8080> blockchain hello",
  );
});

test.each(["exit", " Quit ", "CONNECT", "connected", "connect_ack", "", "  ", " indented", "x".repeat(65_000)])(
  "%j cannot be carried, and why is said",
  (text) => {
    expect([textFault(text)?.length ?? 0, isCarried(text)]).toEqual([expect.any(Number), false]);
    expect(textFault(text)).not.toBe("");
  },
);

test.each(["hello", "exit now", "a\nb", "<127.0.0.1:1> x y", "//"])("%j can", (text) => {
  expect([textFault(text), isCarried(text)]).toEqual([undefined, true]);
});

test("data cannot be carried", () => {
  expect(isCarried({ contentType: "image/png", data: new Uint8Array(1) })).toBe(false);
});

test("a name becomes a team of one word, and who has none has its id", () => {
  expect([teamOf("Ali Reza", 5n), teamOf("", 5n), teamOf("ali", 5n)]).toEqual(["Ali_Reza", "5", "ali"]);
});
