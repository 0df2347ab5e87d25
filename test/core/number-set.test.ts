import fc from "fast-check";
import { expect, test } from "vitest";
import { NumberSet } from "../../src/core/number-set.ts";

const anyNumber = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.maxSafeNat().map((number) => number + 1 - (number % 2)),
);
const anyStep = fc.oneof(
  { weight: 50, arbitrary: anyNumber.map((number) => ({ kind: "add", number }) as const) },
  { weight: 20, arbitrary: anyNumber.map((number) => ({ kind: "has", number }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "clear", number: 0 } as const) },
);

test("it is a set, whatever is added and asked", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 500 }), (steps) => {
      const set = new NumberSet();
      const model = new Set<number>();
      for (const { kind, number } of steps) {
        if (kind === "add") {
          set.add(number);
          model.add(number);
        } else if (kind === "clear") {
          set.clear();
          model.clear();
        } else expect(set.has(number)).toBe(model.has(number));
        expect(set.size).toBe(model.size);
      }
      for (const number of model) expect(set.has(number)).toBe(true);
    }),
  );
});

test("numbers that meet in one place are told apart, also where the table ends", () => {
  const set = new NumberSet();
  const numbers = Array.from({ length: 20 }, (_, index) => 63 + 64 * index);
  for (const number of numbers) set.add(number);
  expect(numbers.every((number) => set.has(number))).toBe(true);
  expect(set.has(63 + 64 * 20)).toBe(false);
});
