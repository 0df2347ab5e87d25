import fc from "fast-check";
import { expect, test } from "vitest";
import { Nearest } from "../../src/peer/nearest.ts";

test("it holds the first few of all that came, each once, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 30 })), fc.integer({ min: 1, max: 10 }), (items, max) => {
      const nearest = new Nearest<number>(max, (a, b) => a - b);
      for (const item of items) nearest.add(item);
      expect(nearest.items).toEqual([...new Set(items)].toSorted((a, b) => a - b).slice(0, max));
    }),
  );
});

test("it says beforehand what it does not take", () => {
  const nearest = new Nearest<number>(2, (a, b) => a - b);
  nearest.add(4);
  expect(nearest.takes(9)).toBe(true);
  nearest.add(6);
  expect([nearest.takes(5), nearest.takes(7)]).toEqual([true, false]);
});
