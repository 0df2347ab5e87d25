import { expect, test } from "vitest";
import { checkKind, checkKinds, kinds, oneOf, optional, type Kind } from "../../src/core/kinds.ts";

const samples: Readonly<Record<keyof typeof kinds, readonly [fits: readonly unknown[], not: readonly unknown[]]>> = {
  text: [
    ["", "a"],
    [5, undefined, null, { text: "a" }],
  ],
  truth: [
    [true, false],
    ["true", 0, undefined],
  ],
  number: [
    [0, NaN],
    [5n, "5"],
  ],
  bigint: [[5n], [5, "5", undefined]],
  callable: [[() => {}], ["f", {}]],
  bytes: [
    [new Uint8Array(2), Buffer.of(1)],
    [[1, 2], "ab", undefined],
  ],
  object: [
    [{}, []],
    [null, "a", undefined, 5],
  ],
  ids: [
    [[], [5n]],
    [undefined, 5n, new Set([5n])],
  ],
  address: [["127.0.0.1:8081"], [8_081]],
  addresses: [
    [[], ["127.0.0.1:8081"]],
    ["127.0.0.1:8081", [8_081]],
  ],
  signal: [[new AbortController().signal], [new AbortController(), {}, true]],
};

const isFit = (kind: Kind, value: unknown): boolean => kind.fits(value);

test.each(Object.entries(samples))("%s is told from what is not", (name, [fits, not]) => {
  const kind = Object.entries(kinds).find(([known]) => known === name)?.[1];
  if (kind === undefined) throw new Error(name);
  expect(fits.map((value) => isFit(kind, value))).toEqual(fits.map(() => true));
  expect(not.map((value) => isFit(kind, value))).toEqual(not.map(() => false));
});

test("what may be left out may, and of words only those", () => {
  const colour = optional(oneOf(["red", "blue"]));
  expect(["red", "blue", undefined, "green", null].map((value) => isFit(colour, value))).toEqual([
    ...[true, true, true],
    ...[false, false],
  ]);
  expect(colour.right).toBe('"red" or "blue"');
});

test("the first that does not fit is told, with what would be right", () => {
  const wanted = { name: kinds.text, loud: optional(kinds.truth) };
  const told = (given: unknown, of?: string) => () => checkKinds(given, wanted, of);
  expect(told({ name: "x" })).not.toThrow();
  expect(told({ name: 5 })).toThrow("the option name must be text");
  expect(told({ name: "x", loud: "yes" }, "call")).toThrow("the option loud of call must be true or false");
  expect(told(null)).toThrow("the options must be an object");
  expect(told("x", "call")).toThrow(expect.objectContaining({ code: "bad-option" }));
  expect(() => checkKind(5, kinds.text, "the word")).toThrow("the word must be text");
});
