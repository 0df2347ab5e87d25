import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeLine, escapeStrings, plain } from "../../../src/adapters/node/log-text.ts";

/** Everything that a terminal would act on. */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Text of characters from all the ranges that matter. */
const text = fc.string({ unit: fc.integer({ min: 0, max: 0x20ff }).map((code) => String.fromCharCode(code)) });

describe("plain makes fields of what JSON cannot hold", () => {
  test.each([
    ["a bigint", 2n ** 63n, "9223372036854775808"],
    ["bytes", new Uint8Array(5), "5 bytes"],
    ["a Buffer", Buffer.from("abc"), "3 bytes"],
    ["nothing", null, null],
    ["text, numbers and truth", ["a", 1, true, undefined], ["a", 1, true, undefined]],
    ["a date", new Date(0), new Date(0)],
    ["what is inside", { a: [{ b: 1n }] }, { a: [{ b: "1" }] }],
  ])("%s", (_, value, expected) => {
    expect(plain({ value })).toEqual({ value: expected });
  });
});

test("an error becomes what it says, with its code and its cause", () => {
  const cause = Object.assign(new TypeError("inner"), { code: "EACCES", stack: "inner at 2" });
  const error = Object.assign(new Error("outer", { cause }), { stack: "outer at 1" });
  expect(plain({ error })).toEqual({
    error: {
      ...{ type: "Error", message: "outer", stack: "outer at 1" },
      cause: { type: "TypeError", message: "inner", code: "EACCES", stack: "inner at 2" },
    },
  });
});

test("a field cannot pass for a part of the line itself", () => {
  expect(plain({ level: "fatal", time: 0, msg: "forged", message: "kept" })).toEqual({
    ...{ level_: "fatal", time_: 0, msg_: "forged", message: "kept" },
  });
});

test("what is deep, long or runs in circles ends", () => {
  const circle: Record<string, unknown> = { name: "a" };
  circle["self"] = circle;
  expect(JSON.stringify(plain({ circle }))).toBe(
    '{"circle":{"name":"a","self":{"name":"a","self":{"name":"a","self":{"name":"a","self":"..."}}}}}',
  );
  const error = new Error("again");
  error.cause = error;
  expect(JSON.stringify(plain({ error }))).toContain("...");
  const long = Array.from({ length: 1_000 }, (_, index) => index);
  const wide = Object.fromEntries(long.map((index) => [`n${index}`, index]));
  const { list, object } = plain({ list: long, object: wide });
  expect(list).toHaveLength(64);
  expect(Object.keys(object ?? {})).toHaveLength(64);
});

test("a line of JSON is escaped, stays the same JSON, and keeps its line feed", () => {
  fc.assert(
    fc.property(text, text, (name, said) => {
      const value = { [`_${name}`]: said };
      const escaped = escapeLine(`${JSON.stringify(value)}\n`);
      expect(escaped.endsWith("\n")).toBe(true);
      expect(escaped.slice(0, -1)).not.toMatch(unsafe);
      expect(JSON.parse(escaped)).toEqual(value);
    }),
    { numRuns: 300 },
  );
});

test("marks that reorder text, and the controls of terminals, are spelled out", () => {
  expect(escapeLine('"\u202eabc\u2028\u0085\u007f"\n')).toBe('"\\u202eabc\\u2028\\u0085\\u007f"\n');
  expect(escapeStrings("\u001b[2J\u009b2J\r\n")).toBe("\\u001b[2J\\u009b2J\\u000d\\u000a");
});

test("strings and names are escaped wherever they are; all else is left alone", () => {
  const value = { "na\u0007me": ["te\u001bxt", { deep: "\u2066" }], number: 1, truth: false, nothing: null };
  expect(escapeStrings(value)).toEqual({
    "na\\u0007me": ["te\\u001bxt", { deep: "\\u2066" }],
    ...{ number: 1, truth: false, nothing: null },
  });
  expect(escapeStrings("Grüße 👋")).toBe("Grüße 👋");
});
