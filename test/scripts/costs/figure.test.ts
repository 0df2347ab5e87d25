import { expect, test } from "vitest";
import { growsTooFast, growthOf, type Figure } from "../../../scripts/costs/figure.ts";

const sizes = [100, 1_000, 10_000];

function figure(values: readonly number[], allowed: number): Figure {
  return { name: "a cost", unit: "µs", values, allowed };
}

test("a cost that stays grows with the power 0, one that follows the size with 1, and their product with 2", () => {
  expect(growthOf(figure([7, 7, 7], 0), sizes)).toBeCloseTo(0);
  expect(growthOf(figure([1, 10, 100], 0), sizes)).toBeCloseTo(1);
  expect(growthOf(figure([1, 100, 10_000], 0), sizes)).toBeCloseTo(2);
  expect(growthOf(figure([0, 0, 0], 0), sizes)).toBe(0);
});

test("what grows a little more than allowed is let pass, what grows by a power more is not", () => {
  expect(growsTooFast(figure([10, 15, 25], 0), sizes)).toBe(false);
  expect(growsTooFast(figure([10, 50, 250], 0), sizes)).toBe(true);
  expect(growsTooFast(figure([10, 100, 1_000], 1), sizes)).toBe(false);
  expect(growsTooFast(figure([10, 1_000, 100_000], 1), sizes)).toBe(true);
});
