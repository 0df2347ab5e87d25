import { expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "../../src/core/frame.ts";

test("a frame comes out as it went in", () => {
  const bytes = encodeFrame({ case: "ping", value: { nonce: 2n ** 64n - 1n } });
  expect(decodeFrame(bytes)).toMatchObject({ case: "ping", value: { nonce: 2n ** 64n - 1n } });
});

test("a malformed frame is undefined, never an exception", () => {
  const bytes = encodeFrame({ case: "goodbye", value: { message: "bye" } });
  expect(decodeFrame(bytes.subarray(0, bytes.length - 1))).toBeUndefined();
  expect(decodeFrame(Uint8Array.of(0xff))).toBeUndefined();
});

test("a frame of a kind yet to be invented has no case", () => {
  // Field 100, three bytes.
  expect(decodeFrame(Uint8Array.of(0xa2, 0x06, 0x03, 1, 2, 3))).toEqual({ case: undefined });
});
