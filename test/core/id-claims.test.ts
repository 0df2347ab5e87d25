import fc from "fast-check";
import { expect, test } from "vitest";
import { compareClaims } from "../../src/core/claim.ts";
import { IdClaims } from "../../src/core/id-claims.ts";

test("an id nobody claims has no claims", () => {
  expect(new IdClaims().of(7n)).toEqual([]);
});

test("claims are kept in the order they stand, however they come and go", () => {
  const claim = fc.record({
    id: fc.bigInt({ min: 1n, max: 2n }),
    node: fc.bigInt({ min: 0n, max: 9n }),
    claimedAtMs: fc.nat({ max: 2 }),
  });
  const drawn = fc.uniqueArray(claim, { selector: ({ id, node }) => `${id}-${node}`, maxLength: 12 });
  fc.assert(
    fc.property(drawn, fc.array(fc.nat({ max: 11 })), (all, removed) => {
      const claims = new IdClaims<(typeof all)[number]>();
      for (const each of all) claims.add(each);
      for (const [index, each] of all.entries()) if (removed.includes(index)) claims.remove(each);
      for (const id of [1n, 2n]) {
        const rest = all.filter((each, index) => each.id === id && !removed.includes(index));
        expect(claims.of(id)).toEqual(rest.toSorted(compareClaims));
      }
    }),
    { numRuns: 200 },
  );
});

test("a list once handed out does not change", () => {
  const claims = new IdClaims();
  const claim = { id: 7n, node: 1n, claimedAtMs: 0 };
  claims.add(claim);
  const before = claims.of(7n);
  claims.remove(claim);
  expect(before).toEqual([claim]);
});
