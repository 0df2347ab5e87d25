import fc from "fast-check";
import { expect, test } from "vitest";
import { golden, mix64 } from "../../src/core/mix64.ts";
import { anyU64 } from "./envelope-arbitrary.ts";

test("it is the finalizer of SplitMix64, whose first numbers from seed 0 are known", () => {
  expect([golden, 2n * golden, 3n * golden].map(mix64)).toEqual([
    0xe220a8397b1dcdafn,
    0x6e789e6aa1b965f4n,
    0x06c45d188009454fn,
  ]);
});

test("64 bits go in and out, and what differs by one bit comes out different in many", () => {
  fc.assert(
    fc.property(anyU64, fc.nat({ max: 63 }), (value, bit) => {
      const [here, there] = [mix64(value), mix64(value ^ (1n << BigInt(bit)))];
      expect(BigInt.asUintN(64, here)).toBe(here);
      const differing = [...(here ^ there).toString(2)].filter((digit) => digit === "1").length;
      expect(differing).toBeGreaterThan(4);
    }),
  );
});

test("bits above the 64th do not count", () => {
  expect(mix64(2n ** 64n + 7n)).toBe(mix64(7n));
});
