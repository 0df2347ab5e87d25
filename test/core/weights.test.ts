import fc from "fast-check";
import { expect, test } from "vitest";
import { Weights } from "../../src/core/weights.ts";

test("the heaviest come first, and of equals who came to that weight first", () => {
  const weights = new Weights();
  weights.add(1n, 3);
  weights.add(2n, 5);
  weights.add(3n, 3);
  expect([...weights.heaviest()]).toEqual([2n, 1n, 3n]);
  weights.add(2n, -2);
  expect([...weights.heaviest()]).toEqual([1n, 3n, 2n]);
  weights.add(1n, -3);
  weights.add(3n, 1);
  expect([...weights.heaviest()]).toEqual([3n, 2n]);
});

test("who holds nothing is not there", () => {
  const weights = new Weights();
  expect([...weights.heaviest()]).toEqual([]);
  weights.add(1n, 2);
  weights.add(1n, -2);
  expect([...weights.heaviest()]).toEqual([]);
});

test("whatever is added and taken away, the order is that of the sums", () => {
  const change = fc.tuple(fc.bigInt({ min: 1n, max: 5n }), fc.integer({ min: -6, max: 9 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const weights = new Weights();
      const sums = new Map<bigint, number>();
      for (const [holder, wish] of changes) {
        const before = sums.get(holder) ?? 0;
        const weight = Math.max(wish, -before);
        weights.add(holder, weight);
        sums.set(holder, before + weight);
        const order = [...weights.heaviest()].map((each) => sums.get(each));
        expect(order).toEqual([...sums.values()].filter((sum) => sum > 0).toSorted((a, b) => b - a));
      }
    }),
  );
});
