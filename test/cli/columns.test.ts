import { expect, test } from "vitest";
import { columnsOf, cutColumns, padColumns } from "../../src/cli/columns.ts";

test.each([
  ["", 0],
  ["ali", 3],
  ["Zoe\u0308", 3],
  ["李小龙", 6],
  ["안녕", 4],
  ["👋", 2],
  ["👨‍👩‍👧", 2],
  ["❤️", 2],
  ["علی", 3],
])("%j takes %i columns", (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test("padding counts columns", () => {
  expect(padColumns("李", 4)).toBe("李  ");
  expect(padColumns("long", 2)).toBe("long");
});

test("a text is cut at whole characters, and only when it is too wide", () => {
  expect(cutColumns("abcd", 4)).toBe("abcd");
  expect(cutColumns("abcde", 4)).toBe("abc…");
  expect(cutColumns("李小龙", 4)).toBe("李…");
  expect(cutColumns("ab👨‍👩‍👧c", 4)).toBe("ab…");
});
