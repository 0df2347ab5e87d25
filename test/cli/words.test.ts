import fc from "fast-check";
import { expect, test } from "vitest";
import { splitWords, takeWord } from "../../src/cli/words.ts";

test.each([
  ["ali Hi there", "ali", "Hi there"],
  ["ali  two", "ali", " two"],
  ["ali\ttab", "ali", "tab"],
  ["ali", "ali", ""],
  ["ali ", "ali", ""],
  ['"Ali Reza" hello', '"Ali Reza"', "hello"],
  ['"Ali Reza"@106 hello', '"Ali Reza"@106', "hello"],
  ['"a\\" b" c', '"a\\" b"', "c"],
  ['say "hi"', "say", '"hi"'],
  ['al"i b', 'al"i', "b"],
])("of %j the first word is %j", (text, word, rest) => {
  expect(takeWord(text)).toEqual({ word, rest });
});

test("words are split at blanks outside quotes", () => {
  expect(splitWords('  3  "Ali Reza" x ')).toEqual(["3", '"Ali Reza"', "x"]);
  expect(splitWords("")).toEqual([]);
});

test.each(['"Ali Reza hello', '"', '"\\"', '"a\\'])("%j is refused: its quotes have no end", (text) => {
  expect(() => takeWord(text)).toThrow(expect.objectContaining({ code: "bad-option" }));
});

test("a word without blanks and quotes comes back with any rest", () => {
  const words = fc.string({ minLength: 1 }).filter((word) => /^[^\s"]\S*$/.test(word));
  fc.assert(
    fc.property(words, fc.string(), (word, rest) => {
      expect(takeWord(`${word} ${rest}`)).toEqual({ word, rest });
    }),
  );
});

test("a line of a megabyte in quotes is read at once", () => {
  expect(takeWord(`"${"a ".repeat(500_000)}" x`).rest).toBe("x");
});
