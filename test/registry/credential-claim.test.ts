import { expect, test } from "vitest";
import { compareClaims } from "../../src/core/claim.ts";
import { livesMax } from "../../src/core/identity.ts";
import { claimOf, serialOf } from "../../src/registry/credential-claim.ts";
import { sealedBytes } from "../../src/registry/sealed-bytes.ts";
import { credentialOf } from "./fake-registry.ts";

const sealed = (serial: bigint): Uint8Array => sealedBytes(credentialOf(serial));

test("the claim of a later sign-in stands, and both stand against whoever claims the id for another reason", () => {
  const [first, later] = [claimOf(sealed(1n)), claimOf(sealed(2n))];
  if (first === undefined || later === undefined) throw new Error("no claim");
  expect(compareClaims({ node: 9n, claimedAtMs: later }, { node: 1n, claimedAtMs: first })).toBeLessThan(0);
  expect(first).toBeLessThan(Date.UTC(2020));
  expect(claimOf(sealed(2n ** 63n))).toBe(0);
});

test("there is room for the claims of many decades, whose serials are hours since 1970", () => {
  const hours = (year: number): bigint => BigInt(Date.UTC(year) / 3_600_000);
  const claims = [2026, 2078].map((year) => claimOf(sealed(hours(year))) ?? 0);
  expect(claims[0]).toBeGreaterThan(claims[1] ?? 0);
  expect(claims[1]).toBeGreaterThan(livesMax);
});

test("the serial of a credential is read, and of nothing there is none", () => {
  expect(serialOf(sealed(7n))).toBe(7n);
  for (const bytes of [new Uint8Array(), new Uint8Array([255, 1])])
    expect([serialOf(bytes), claimOf(bytes)]).toEqual([undefined, undefined]);
});
