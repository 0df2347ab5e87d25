import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeText, quoteText } from "../../src/core/escape.ts";
import { anyText, anyUnits } from "./text-arbitrary.ts";

const escapes: readonly (readonly [string, string, string])[] = [
  ["a line break", "one\ntwo", "one\\ntwo"],
  ["a carriage return", "one\rtwo", "one\\rtwo"],
  ["a tab", "one\ttwo", "one\\ttwo"],
  ["a terminal escape sequence", "\u001b[2Jgone", "\\x1b[2Jgone"],
  ["NUL and DEL", "\u0000\u007f", "\\x00\\x7f"],
  ["a C1 control", "\u009b2J", "\\x9b2J"],
  ["a bidi override", "safe\u202egpj.exe", "safe\\u202egpj.exe"],
  ["bidi marks and isolates", "\u200e\u200f\u061c\u2066\u2069", "\\u200e\\u200f\\u061c\\u2066\\u2069"],
  ["line and paragraph separators", "\u2028\u2029", "\\u2028\\u2029"],
  ["a next line", "\u0085", "\\x85"],
  ["zero-width characters", "a\u200bb\ufeffc\u00ad", "a\\u200bb\\ufeffc\\xad"],
  ["a joiner between letters", "pay\u200dpal", "pay\\u200dpal"],
  ["a joiner at the end", "👩\u200d", "👩\\u200d"],
  ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
  ["a lone high surrogate", "a\ud83db", "a\\ud83db"],
  ["a lone low surrogate", "a\ude00", "a\\ude00"],
];

test.each(escapes)("%s becomes visible", (_, text, escaped) => {
  expect(escapeText(text)).toBe(escaped);
});

test("printable text of any script, emoji families and backslashes stay as they are", () => {
  for (const text of [
    "",
    "Hi there!",
    "naïve e\u0301",
    "你好",
    "مرحبا ؀",
    "😀 👩\u200d👧\u200d👦 👍🏽 ❤\ufe0f\u200d🔥",
    "C:\\new",
  ]) {
    expect(escapeText(text)).toBe(text);
  }
});

test("escaped text never holds a control, separator or surrogate, and escaping it again changes nothing", () => {
  fc.assert(
    fc.property(fc.oneof(anyUnits, anyText), (text) => {
      const escaped = escapeText(text);
      expect(escaped).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
      expect(escapeText(escaped)).toBe(escaped);
    }),
    { numRuns: 500 },
  );
});

test("each control character below U+0100 is escaped", () => {
  for (let code = 0; code < 0x100; code++) {
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xad;
    expect(escapeText(String.fromCharCode(code)).startsWith("\\") && code !== 0x5c).toBe(isControl);
  }
});

test("a quotation is cut to its length in characters, not in halves of them", () => {
  expect(quoteText("abc")).toBe('"abc"');
  expect(quoteText("x".repeat(40))).toBe(`"${"x".repeat(40)}"`);
  expect(quoteText("x".repeat(41))).toBe(`"${"x".repeat(40)}..."`);
  expect(quoteText("😀".repeat(1_000_000), 3)).toBe('"😀😀😀..."');
  expect(quoteText("a\u001b", 2)).toBe('"a\\x1b"');
});
