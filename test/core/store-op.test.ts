import fc from "fast-check";
import { expect, test } from "vitest";
import { key64, tables } from "../../src/core/store-op.ts";

test("keys have sixteen digits, from the lowest number to the highest", () => {
  expect(key64(0n)).toBe("0000000000000000");
  expect(key64(2n ** 64n - 1n)).toBe("ffffffffffffffff");
});

test("keys sort as their numbers do", () => {
  const number = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(number, number, (a, b) => {
      expect(key64(a) < key64(b)).toBe(a < b);
    }),
    { numRuns: 200 },
  );
});

test("no two tables share a name", () => {
  expect(new Set(tables).size).toBe(tables.length);
});
