import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseCustodians } from "../../src/core/custodians.ts";

const nodes = fc.uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 20 });
const target = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

test("whoever sees the same candidates picks the same custodians, in whatever order they are listed", () => {
  fc.assert(
    fc.property(target, nodes, (to, candidates) => {
      const chosen = chooseCustodians(to, candidates, 3);
      expect(chooseCustodians(to, candidates.toReversed(), 3)).toEqual(chosen);
      expect(chosen).toHaveLength(Math.min(3, candidates.length));
      expect(new Set(chosen).size).toBe(chosen.length);
    }),
    { numRuns: 100 },
  );
});

test("a candidate that goes moves only its own share", () => {
  fc.assert(
    fc.property(target, nodes, (to, candidates) => {
      const [gone, ...rest] = candidates;
      const before = chooseCustodians(to, candidates, 2).filter((node) => node !== gone);
      expect(chooseCustodians(to, rest, 2).slice(0, before.length)).toEqual(before);
    }),
    { numRuns: 100 },
  );
});

test("targets are spread over the candidates", () => {
  const candidates = [1n, 2n, 3n, 4n];
  const shares = new Map<bigint | undefined, number>();
  for (let to = 0n; to < 400n; to += 1n) {
    const [first] = chooseCustodians(to, candidates, 1);
    shares.set(first, (shares.get(first) ?? 0) + 1);
  }
  for (const node of candidates) expect(shares.get(node)).toBeGreaterThan(50);
});

test("without candidates there is no custodian", () => {
  expect(chooseCustodians(1n, [], 2)).toEqual([]);
});
