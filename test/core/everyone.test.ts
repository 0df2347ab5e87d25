import { expect, test } from "vitest";
import { everyone } from "../../src/core/everyone.ts";
import { Lanes } from "../../src/core/lanes.ts";
import { defaultLimits } from "../../src/core/limits.ts";

test("the conversation of everyone has the highest name that a fixed64 holds", () => {
  expect(BigInt.asUintN(64, everyone)).toBe(everyone);
  expect(BigInt.asUintN(64, everyone + 1n)).toBe(0n);
});

test("no conversation of two is ever called so", () => {
  const names = [everyone, everyone, 5n];
  const lanes = new Lanes(defaultLimits, () => names.shift() ?? 0n);
  expect(lanes.openFor(2n, 0n).conversation).toBe(5n);
});
