import { expect, test } from "vitest";
import { compareClaims } from "../../src/core/claim.ts";

test("the earlier claim stands, and of equal ones that of the lower node", () => {
  const early = { node: 2n ** 63n + 5n, claimedAtMs: 1 };
  const low = { node: 2n ** 63n + 6n, claimedAtMs: 2 };
  const high = { node: 2n ** 63n + 7n, claimedAtMs: 2 };
  expect([high, low, early].toSorted(compareClaims)).toEqual([early, low, high]);
  expect(compareClaims(low, { ...low })).toBe(0);
});
