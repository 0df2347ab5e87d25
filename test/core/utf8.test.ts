import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeUtf8, encodeUtf8, isShortAscii } from "../../src/core/utf8.ts";
import { anyText } from "./text-arbitrary.ts";

test("text is encoded as the platform does and comes back the same", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(Buffer.from(encodeUtf8(text))).toEqual(Buffer.from(text));
      expect(decodeUtf8(encodeUtf8(text))).toBe(text);
    }),
  );
});

test("a byte order mark is text like any other, alone and twice too", () => {
  for (const text of ["\ufeff", "\ufeffa", "\ufeff\ufeffa", "a\ufeff"]) expect(decodeUtf8(encodeUtf8(text))).toBe(text);
});

test("any bytes decode to text that encodes to them, or to nothing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      const text = decodeUtf8(bytes);
      expect(text === undefined || Buffer.from(bytes).equals(encodeUtf8(text))).toBe(true);
      expect(text === undefined).toBe(!Buffer.from(Buffer.from(bytes).toString()).equals(bytes));
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["a lone continuation", [0x80]],
  ["a character cut off", [0xe2, 0x82]],
  ["an overlong form", [0xc0, 0xaf]],
  ["a surrogate", [0xed, 0xa0, 0x80]],
  ["what is above Unicode", [0xf4, 0x90, 0x80, 0x80]],
])("%s is not text", (_, bytes) => {
  expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
});

test.each(["\ud800", "a\udfff", "\udc00\ud800"])("a surrogate without its other half is bad content", (text) => {
  expect(() => encodeUtf8(text)).toThrow(expect.objectContaining({ code: "bad-content" }));
});

test("text is short ASCII when each character has one byte and there are few", () => {
  for (const text of ["", "Hi there!", "\u0000\u007f", "x".repeat(256)]) expect(isShortAscii(text)).toBe(true);
  for (const text of ["\u0080", "Hi thére!", "\ud83d", "你", "x".repeat(257)]) expect(isShortAscii(text)).toBe(false);
});
