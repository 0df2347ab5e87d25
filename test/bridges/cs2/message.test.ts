import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameParser } from "../../../src/bridges/cs2/frame-parser.ts";
import { encodeHandshake, encodeMessage, readClientFrame } from "../../../src/bridges/cs2/message.ts";

const anyInt64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const malformed = { code: "malformed" };

/** What a frame holds. */
function payloadOf(frame: Uint8Array): Uint8Array {
  const [payload = new Uint8Array(0)] = new FrameParser().push(frame).items;
  return payload;
}

test.each([
  ["a message", [0x08, 3, 0x10, 5, 0x1a, 2, 0x68, 0x69], { kind: "message", to: 5n, text: "hi" }],
  ["a message to nobody", [0x1a, 2, 0x68, 0x69], { kind: "message", to: 0n, text: "hi" }],
  ["a message without text", [0x08, 3, 0x10, 5], { kind: "message", to: 5n, text: "" }],
  ["a short handshake", [0x08, 42], { kind: "wish", id: 42n }],
  ["a short handshake for no id", [], { kind: "wish", id: 0n }],
  ["a long handshake for another id", [0x08, 3, 0x18, 1, 0x20, 42], { kind: "wish", id: 42n }],
  ["a long handshake that changes nothing", [0x08, 3, 0x20, 42], { kind: "wish", id: 3n }],
  ["a text that is not UTF-8", [0x10, 5, 0x1a, 1, 0xff], malformed],
  ["an id that is text", [0x0a, 1, 0x41], malformed],
  ["a field that does not end", [0x1a, 9, 0x41], malformed],
])("%s is told from the others by its bytes alone", (_what, bytes, read) => {
  expect(readClientFrame(Uint8Array.from(bytes))).toMatchObject(read);
});

test("what we write is read back, one frame for one message, whatever its text", () => {
  fc.assert(
    fc.property(anyInt64, anyInt64, fc.string({ unit: "grapheme", minLength: 1 }), (fr, to, msg) => {
      const frames = new FrameParser().push(encodeMessage({ fr, to, msg }));
      expect(frames.items).toHaveLength(1);
      expect(readClientFrame(frames.items[0] ?? new Uint8Array(0))).toEqual({ kind: "message", to, text: msg });
    }),
  );
  expect(readClientFrame(payloadOf(encodeHandshake(42n, false)))).toEqual({ kind: "wish", id: 42n });
  expect(encodeHandshake(42n, true)).toEqual(Uint8Array.of(0, 0, 0, 4, 0x08, 42, 0x10, 1));
});

test("no bytes make the reader throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const read = readClientFrame(bytes);
      expect("kind" in read || read.code === "malformed").toBe(true);
    }),
  );
});
