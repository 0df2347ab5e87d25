import { expect, test } from "vitest";
import { Assigner } from "../../src/core/assigner.ts";
import { Leases } from "../../src/core/leases.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { assignerHash, Snowflake } from "../../src/core/snowflake.ts";
import { Topology } from "../../src/core/topology.ts";
import { Grant } from "../../src/gen/e3/v1/link_pb.ts";
import { fakePeer } from "../world/adverts.ts";

const nowMs = 1_800_000_000_000;
const self = fakePeer(1);
const newcomer = fakePeer(2);
const holder = fakePeer(3);
const ownId = 1n;

interface Rig {
  readonly assigner: Assigner;
  readonly leases: Leases;
  readonly topology: Topology;
  readonly snowflake: Snowflake;
}

/** An assigner whose generator may go on for a second. */
function rigOf(): Rig {
  const leases = new Leases(defaultLimits);
  const topology = new Topology(self.node, defaultLimits);
  const snowflake = new Snowflake(0);
  snowflake.next(0, nowMs);
  snowflake.reserved(snowflake.wanted ?? 0);
  return { leases, topology, snowflake, assigner: new Assigner({ leases, topology, snowflake, signer: self.signer }) };
}

test("whoever has no id and no wish is assigned a fresh one, with this peer's hash in it (invariant 2)", () => {
  const { assigner } = rigOf();
  const answer = assigner.answer(ownId, newcomer.node, { id: 0n, desiredId: 0n }, nowMs);
  expect(answer).toMatchObject({ id: ownId, grant: Grant.UNSPECIFIED, reason: "" });
  const hash = assignerHash(ownId, (bytes) => self.signer.sha256(bytes));
  expect(((answer?.assignedId ?? 0n) >> 9n) & 0xffffn).toBe(BigInt(hash));
});

test("no two newcomers are assigned the same id (invariant 2)", () => {
  const { assigner } = rigOf();
  const ids = Array.from({ length: 100 }, () => assigner.assign(ownId, nowMs));
  expect(new Set(ids).size).toBe(100);
});

test("a free id is granted, and the newcomer has one to fall back to (invariant 2)", () => {
  const { assigner } = rigOf();
  const answer = assigner.answer(ownId, newcomer.node, { id: 0n, desiredId: 50n }, nowMs);
  expect(answer).toMatchObject({ grant: Grant.GRANTED, reason: "" });
  expect(answer?.assignedId).toBeGreaterThan(0n);
});

test("whoever comes back with its id keeps it and needs no other", () => {
  const { assigner, leases } = rigOf();
  leases.hold(50n, newcomer.node, nowMs);
  leases.silent(50n, newcomer.node, nowMs);
  const answer = assigner.answer(ownId, newcomer.node, { id: 50n, desiredId: 0n }, nowMs);
  expect(answer).toMatchObject({ grant: Grant.GRANTED, assignedId: 0n });
});

test("an id that another peer holds is refused with the reason, and another assigned (invariants 1 and 2)", () => {
  const { assigner, leases } = rigOf();
  leases.hold(50n, holder.node, nowMs);
  for (const asked of [
    { id: 0n, desiredId: 50n },
    { id: 50n, desiredId: 0n },
  ]) {
    const answer = assigner.answer(ownId, newcomer.node, asked, nowMs);
    expect(answer).toMatchObject({ grant: Grant.REFUSED, reason: "id 50 is held by another peer" });
    expect(answer?.assignedId).toBeGreaterThan(0n);
  }
});

test("an id held less than a lease ago is refused, after the lease it is granted (invariant 1)", () => {
  const { assigner, leases } = rigOf();
  leases.hold(50n, holder.node, 0);
  leases.silent(50n, holder.node, nowMs - defaultLimits.leaseMs + 1_000);
  const asked = { id: 0n, desiredId: 50n };
  const early = assigner.answer(ownId, newcomer.node, asked, nowMs);
  expect(early).toMatchObject({ grant: Grant.REFUSED });
  expect(early?.reason).toContain("free in 1 s");
  expect(assigner.answer(ownId, newcomer.node, asked, nowMs + 1_000)?.grant).toBe(Grant.GRANTED);
});

test("an id that an advert states is refused before the leases know of it (invariant 1)", () => {
  const { assigner, topology } = rigOf();
  topology.accept(holder.advert({ id: 50n }), nowMs);
  expect(assigner.mayHold(50n, newcomer.node, nowMs)).toBe(false);
  const answer = assigner.answer(ownId, newcomer.node, { id: 0n, desiredId: 50n }, nowMs);
  expect(answer).toMatchObject({ grant: Grant.REFUSED, reason: "id 50 is held by another peer" });
  expect(assigner.mayHold(50n, holder.node, nowMs)).toBe(true);
});

test("this peer's own id is refused, whether or not it is stated yet (invariant 1)", () => {
  const { assigner } = rigOf();
  const answer = assigner.answer(ownId, newcomer.node, { id: 0n, desiredId: ownId }, nowMs);
  expect(answer).toMatchObject({ grant: Grant.REFUSED, reason: "it is the id of the peer that was asked" });
});

test("an id is granted to one newcomer at a time (invariant 1)", () => {
  const { assigner } = rigOf();
  const asked = { id: 0n, desiredId: 50n };
  expect(assigner.answer(ownId, newcomer.node, asked, nowMs)?.grant).toBe(Grant.GRANTED);
  expect(assigner.answer(ownId, holder.node, asked, nowMs)).toMatchObject({ grant: Grant.REFUSED });
  expect(assigner.answer(ownId, newcomer.node, asked, nowMs)?.grant).toBe(Grant.GRANTED);
});

test("a newcomer waits while the generator waits for the disk, and nothing is reserved for it meanwhile", () => {
  const { topology, leases } = rigOf();
  const snowflake = new Snowflake(0);
  const assigner = new Assigner({ leases, topology, snowflake, signer: self.signer });
  expect(assigner.answer(ownId, newcomer.node, { id: 0n, desiredId: 50n }, nowMs)).toBeUndefined();
  expect(snowflake.wanted).toBeDefined();
  expect(assigner.mayHold(50n, holder.node, nowMs)).toBe(true);
  expect(assigner.nextDeadlineMs).toBe(Infinity);
});

test("a used-up slot makes newcomers wait until a time to come", () => {
  const { assigner } = rigOf();
  for (let given = 0; given < 512; given += 1) expect(assigner.assign(ownId, nowMs)).toBeDefined();
  expect(assigner.answer(ownId, newcomer.node, { id: 0n, desiredId: 0n }, nowMs)).toBeUndefined();
  const freeAtMs = assigner.nextDeadlineMs;
  expect(freeAtMs).toBeGreaterThan(nowMs);
  expect(assigner.answer(ownId, newcomer.node, { id: 0n, desiredId: 0n }, freeAtMs)).toBeDefined();
});
