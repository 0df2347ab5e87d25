import { expect, test } from "vitest";
import { mask } from "./mask.ts";

test.each([
  ['const a = "b // c"; // d', 'const a = "      ";     ', "                    // d"],
  ["a = `b ${c + `d ${e} f`} g`;", "a = `  ${c + `  ${e}  `}  `;", ""],
  ['a = b / c; d = /e\\/[/]f"/g;', "a = b / c; d = /        /g;", ""],
  ["if (/a'/.test(b)) c = '\\'';", "if (/  /.test(b)) c = '  ';", ""],
  ["a /* b\n'c */ d", "a     \n      d", "  /* b\n'c */  "],
  ["f(() => { g(`${{ a: 1 }.a}`); });", "f(() => { g(`${{ a: 1 }.a}`); });", ""],
])("tells code from comments and literals in %s", (text, code, comments) => {
  expect(mask(text).code).toBe(code);
  expect(mask(text).comments.trimEnd()).toBe(comments.trimEnd());
});

test("keeps every line where it is", () => {
  const text = 'const a = `\n\n${b}\n`; /*\n\n*/ const c = "d";\n';
  expect(mask(text).code.split("\n").length).toBe(text.split("\n").length);
});
