import { expect, test } from "vitest";
import { ascending, isAscending } from "../../src/core/ascending.ts";

test("numbers are sorted by size, not by their text", () => {
  expect([10n, 9n, 2n ** 64n - 1n, -1n, 9n].toSorted(ascending)).toEqual([-1n, 9n, 9n, 10n, 2n ** 64n - 1n]);
});

test("a list ascends when no number is twice or lower than the one before", () => {
  expect([[], [5n], [1n, 2n, 10n], [0n, 2n ** 64n - 1n]].map(isAscending)).toEqual([true, true, true, true]);
  expect(
    [
      [1n, 1n],
      [2n, 1n],
      [1n, 3n, 2n],
    ].map(isAscending),
  ).toEqual([false, false, false]);
});
