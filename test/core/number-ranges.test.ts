import fc from "fast-check";
import { expect, test } from "vitest";
import type { NumberRange } from "../../src/core/number-range.ts";
import { common, without } from "../../src/core/number-ranges.ts";
import { rangesOf } from "../../src/core/ranges-of.ts";

const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 })).map((list) => list.toSorted((a, b) => a - b));

function numbersOf(ranges: readonly NumberRange[]): readonly number[] {
  return ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

test("what is common is in both, and what is without is in the one and not in the other", () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      expect(numbersOf(common(rangesOf(a), rangesOf(b)))).toEqual(a.filter((number) => b.includes(number)));
      expect(numbersOf(without(rangesOf(a), rangesOf(b)))).toEqual(a.filter((number) => !b.includes(number)));
    }),
  );
});
