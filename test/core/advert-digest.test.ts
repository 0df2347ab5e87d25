import fc from "fast-check";
import { expect, test } from "vitest";
import { DigestSum, type DigestLine } from "../../src/core/advert-digest.ts";

const number = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const line = fc.record({ node: number, incarnation: number, version: number });
const lines = fc.uniqueArray(line, { selector: ({ node }) => node, maxLength: 10 });

function sumOf(all: readonly DigestLine[]): bigint {
  const sum = new DigestSum();
  for (const each of all) sum.add(each);
  return sum.value;
}

test("the sum is the same in any order, and fits 64 bits", () => {
  fc.assert(
    fc.property(lines, (all) => {
      expect(sumOf(all.toReversed())).toBe(sumOf(all));
      expect(BigInt.asUintN(64, sumOf(all))).toBe(sumOf(all));
    }),
    { numRuns: 200 },
  );
});

test("what is removed no longer counts, and what is counted counts once", () => {
  fc.assert(
    fc.property(lines, line, (all, extra) => {
      const rest = all.filter(({ node }) => node !== extra.node);
      const sum = new DigestSum();
      for (const each of [extra, ...rest, extra]) sum.add(each);
      sum.remove(extra.node);
      sum.remove(extra.node);
      expect(sum.value).toBe(sumOf(rest));
    }),
    { numRuns: 200 },
  );
});

test("lines that look alike have sums that do not", () => {
  const small = [0n, 1n, 2n, 3n];
  const sums = small.flatMap((node) =>
    small.flatMap((incarnation) => small.map((version) => sumOf([{ node, incarnation, version }]))),
  );
  expect(new Set([...sums, 0n]).size).toBe(65);
});

test("two nodes that trade versions change the sum", () => {
  const edition = (node: bigint, version: bigint) => ({ node, incarnation: 1n, version });
  expect(sumOf([edition(1n, 2n), edition(2n, 1n)])).not.toBe(sumOf([edition(1n, 1n), edition(2n, 2n)]));
});
