import { expect, test } from "vitest";
import { percentile, ratiosOf, spreadOf } from "../../../scripts/bench/figures.ts";

test("a spread has the middle of an odd number of values, and the least and the most", () => {
  expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
});

test("the middle of an even number of values lies between the two", () => {
  expect(spreadOf([4, 1, 2, 3])?.median).toBe(2.5);
});

test("there is no spread of nothing", () => {
  expect(spreadOf([])).toBeUndefined();
});

test("values are put in order as numbers, not as text", () => {
  expect(spreadOf([9, 100, 10])).toEqual({ median: 10, min: 9, max: 100 });
});

test("a percentile lies between its neighbours in proportion", () => {
  const sorted = Float64Array.from({ length: 101 }, (_, index) => index);
  expect(percentile(sorted, 0.99)).toBe(99);
  expect(percentile([0, 10], 0.25)).toBe(2.5);
  expect(percentile([7], 0.99)).toBe(7);
});

test("ratios compare within a round, so that a machine that gets slower changes nothing", () => {
  expect(ratiosOf([100, 50, 10], [50, 25, 5])).toEqual({ median: 2, min: 2, max: 2 });
});

test("rounds in which one side is missing are left out of ratios", () => {
  expect(ratiosOf([100, undefined, 90], [50, 25])).toEqual({ median: 2, min: 2, max: 2 });
  expect(ratiosOf([undefined], [1])).toBeUndefined();
  expect(ratiosOf([1], [0])).toBeUndefined();
});
