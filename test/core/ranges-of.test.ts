import fc from "fast-check";
import { expect, test } from "vitest";
import { addRange, rangesOf, type OpenRange } from "../../src/core/ranges-of.ts";

test("numbers that follow each other become one range", () => {
  expect(rangesOf([1, 2, 3, 7, 9, 10])).toEqual([
    { first: 1, last: 3 },
    { first: 7, last: 7 },
    { first: 9, last: 10 },
  ]);
  expect(rangesOf([])).toEqual([]);
});

test("only what follows in the list and in value is joined", () => {
  expect(rangesOf([2, 1, 1])).toEqual([
    { first: 2, last: 2 },
    { first: 1, last: 1 },
    { first: 1, last: 1 },
  ]);
});

test("ranges hold the numbers they were made of, in their order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (numbers) => {
      const spread = rangesOf(numbers).flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index),
      );
      expect(spread).toEqual(numbers);
    }),
    { numRuns: 100 },
  );
});

test("a range that follows the one before becomes part of it, and no other does", () => {
  const ranges: OpenRange[] = [];
  for (const [first, last] of [
    [1, 3],
    [4, 9],
    [11, 12],
    [1, 10],
  ] as const)
    addRange(ranges, first, last);
  expect(ranges).toEqual([
    { first: 1, last: 9 },
    { first: 11, last: 12 },
    { first: 1, last: 10 },
  ]);
});
