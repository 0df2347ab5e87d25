import { fromBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Identity, livesMax, randomName } from "../../src/core/identity.ts";
import { IdentityRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { seededEntropy } from "../world/entropy.ts";

const entropy = seededEntropy("identity");
const topId = 2n ** 63n - 1n;

/** The next life of what this identity would store. */
function reborn(identity: Identity, desiredId = 0n): Identity {
  return Identity.from(identity.record(), { desiredId, entropy, nowMs: 0 });
}

test("a first life has no id, a random epoch, and counts as the first", () => {
  const identity = Identity.from(undefined, { desiredId: 5n, entropy, nowMs: 0 });
  expect(identity).toMatchObject({ id: 0n, assignedId: 0n, incarnation: 1n, desiredId: 5n, verdict: null });
  expect(identity.epoch).not.toBe(0n);
  expect(identity.epoch).not.toBe(Identity.from(undefined, { desiredId: 0n, entropy, nowMs: 0 }).epoch);
  expect(identity.ready).toBe(false);
});

test("incarnation grows with every start, the epoch stays (invariant 1)", () => {
  const first = Identity.from(undefined, { desiredId: 0n, entropy, nowMs: 0 });
  const second = reborn(first);
  const third = reborn(second);
  expect([first, second, third].map(({ incarnation }) => incarnation)).toEqual([1n, 2n, 3n]);
  expect(new Set([first, second, third].map(({ epoch }) => epoch)).size).toBe(1);
});

test("incarnation goes on above what the mesh remembers, also in the lives after (invariant 1)", () => {
  const identity = Identity.from(undefined, { desiredId: 0n, entropy, nowMs: 0 });
  identity.outrun(9n);
  expect(identity.incarnation).toBe(10n);
  identity.outrun(4n);
  expect(identity.incarnation).toBe(10n);
  identity.outrun(10n);
  expect(identity.incarnation).toBe(11n);
  expect(reborn(identity).incarnation).toBe(12n);
});

test("an id is claimed anew in every life, at the time it is taken (invariant 2)", () => {
  const first = Identity.from(undefined, { desiredId: 0n, entropy, nowMs: 0 });
  first.take(7n, "granted", 1_000.7);
  expect(first.claimedAtMs).toBe(1_000);
  const second = reborn(first);
  expect(second).toMatchObject({ id: 7n, claimedAtMs: 0, ready: false });
  second.take(7n, "granted", 9_000);
  expect(second.claimedAtMs).toBe(9_000);
});

test("a stored id is enough when no other is wished for", () => {
  const first = Identity.from(undefined, { desiredId: 0n, entropy, nowMs: 0 });
  expect(first.content).toBe(false);
  first.take(7n, "granted", 0);
  expect(reborn(first).content).toBe(true);
  expect(reborn(first, 7n).content).toBe(true);
  expect(reborn(first, 8n).content).toBe(false);
});

test("what came of a wish is told only where there was one", () => {
  const wishless = Identity.from(undefined, { desiredId: 0n, entropy, nowMs: 0 });
  wishless.take(7n, "refused", 0);
  expect(wishless).toMatchObject({ verdict: null, ready: true });
  const wishful = Identity.from(undefined, { desiredId: 8n, entropy, nowMs: 0 });
  wishful.take(8n, "granted", 0);
  expect(wishful.verdict).toBe("granted");
  wishful.take(7n, "refused", 1);
  expect(wishful).toMatchObject({ verdict: "refused", id: 7n, claimedAtMs: 1 });
});

test("the record keeps ids up to the highest, and the one to fall back to", () => {
  const identity = Identity.from(undefined, { desiredId: 0n, entropy, nowMs: 0 });
  identity.assignedId = 12n;
  identity.take(topId, "granted", 0);
  expect(fromBinary(IdentityRecordSchema, identity.record())).toMatchObject({
    id: topId,
    assignedId: 12n,
    epoch: identity.epoch,
    incarnation: 1n,
  });
  expect(reborn(identity)).toMatchObject({ id: topId, assignedId: 12n });
});

test("a random name is never 0, which means none", () => {
  expect(randomName({ bytes: (count) => new Uint8Array(count) })).toBe(1n);
});

test("a random name is read from where the bytes are, also within a larger buffer", () => {
  const pool = Uint8Array.from({ length: 16 }, (_, index) => index);
  expect(randomName({ bytes: (count) => pool.subarray(8, 8 + count) })).toBe(0x08090a0b0c0d0e0fn);
});

test("a life begins with the time of its start as its incarnation, so that one with a lost store repeats none", () => {
  const first = Identity.from(undefined, { desiredId: 0n, entropy, nowMs: 5_000.7 });
  const lost = Identity.from(undefined, { desiredId: 0n, entropy, nowMs: 9_000 });
  expect([first.incarnation, lost.incarnation]).toEqual([5_000n, 9_000n]);
});

test("with its store a life begins one above the one before, whatever the clock says", () => {
  const stored = Identity.from(undefined, { desiredId: 0n, entropy, nowMs: 5_000 }).record();
  const begin = (nowMs: number): bigint => Identity.from(stored, { desiredId: 0n, entropy, nowMs }).incarnation;
  expect([begin(4_000), begin(6_000)]).toEqual([5_001n, 5_001n]);
});

test("a claim by right is another one in every life, and never reaches that of the next sign-in", () => {
  const right = 10 * livesMax;
  let stored: Uint8Array | undefined;
  const claims = Array.from({ length: 4 }, (_, life) => {
    const identity = Identity.from(stored, {
      desiredId: 7n,
      claimedAtMs: right,
      entropy: seededEntropy("x"),
      nowMs: life,
    });
    identity.take(7n, "granted", 5_000);
    stored = identity.record();
    return identity.claimedAtMs;
  });
  expect(new Set(claims).size).toBe(4);
  for (const claim of claims) expect([claim <= right, claim > right - livesMax]).toEqual([true, true]);
});
