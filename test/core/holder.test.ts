import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { Grant, WelcomeSchema, type Welcome } from "../../src/gen/e3/v1/link_pb.ts";
import { fakePeer } from "../world/adverts.ts";
import { HolderRig as Rig } from "../world/holder-rig.ts";

const self = fakePeer(1);
const rival = fakePeer(2);
const [lower, higher] = self.node < rival.node ? [1, 2] : [2, 1];
const startMs = 1_800_000_000_000;
const nobody = (): boolean => true;

function welcomeOf(fields: { assignedId?: bigint; grant?: Grant; reason?: string }): Welcome {
  return create(WelcomeSchema, { id: 2n, ...fields });
}

test("a stored id without another wish is held at once, ready once it is durable (invariant 1)", () => {
  const rig = new Rig({ storedId: 7n });
  rig.holder.start(startMs);
  rig.settle(startMs);
  expect(rig.identity).toMatchObject({ id: 7n, ready: true });
  expect(rig.told("ready")).toEqual([]);
  rig.persist(startMs);
  expect(rig.told("ready")).toHaveLength(1);
});

test("who this peer is is settled once it is durable, and only then is to be stated (invariant 3)", () => {
  const rig = new Rig({ storedId: 7n });
  rig.holder.start(startMs);
  rig.settle(startMs);
  expect([rig.holder.isDurable, rig.changes]).toEqual([false, 0]);
  rig.holder.keep();
  rig.persist(startMs);
  expect([rig.holder.isDurable, rig.changes]).toEqual([false, 1]);
  rig.persist(startMs);
  expect([rig.holder.isDurable, rig.changes]).toEqual([true, 2]);
});

test("a neighbour's assigned id is taken, and ready is told once, however many answer (invariants 1 and 2)", () => {
  const rig = new Rig();
  rig.holder.start(startMs);
  for (const assignedId of [11n, 12n]) rig.holder.answered(welcomeOf({ assignedId }), startMs);
  rig.settle(startMs);
  rig.persist(startMs);
  rig.persist(startMs);
  expect(rig.identity).toMatchObject({ id: 11n, assignedId: 12n, verdict: null });
  expect(rig.told("ready")).toHaveLength(1);
  expect(rig.told("id")).toEqual([]);
});

test("a wish that is granted is taken, and the assigned id kept to fall back to", () => {
  const rig = new Rig({ desiredId: 50n });
  rig.holder.start(startMs);
  rig.holder.answered(welcomeOf({ assignedId: 11n, grant: Grant.GRANTED }), startMs);
  expect(rig.identity).toMatchObject({ id: 50n, assignedId: 11n, verdict: "granted" });
});

test("a wish that is refused leaves the assigned id, and the reason is noticed within bounds", () => {
  const rig = new Rig({ desiredId: 50n });
  rig.holder.start(startMs);
  const reason = "x".repeat(100_000);
  rig.holder.answered(welcomeOf({ assignedId: 11n, grant: Grant.REFUSED, reason }), startMs);
  rig.settle(startMs);
  expect(rig.identity).toMatchObject({ id: 11n, verdict: "refused" });
  expect(rig.told("notice")[0]?.fields).toEqual({ desired: 50n, reason: "x".repeat(256) });
});

test("a stored id stands when another wish is refused", () => {
  const rig = new Rig({ storedId: 7n, desiredId: 50n });
  rig.holder.start(startMs);
  rig.settle(startMs);
  expect(rig.identity.ready).toBe(false);
  rig.holder.answered(welcomeOf({ assignedId: 11n, grant: Grant.REFUSED }), startMs);
  expect(rig.identity).toMatchObject({ id: 7n, assignedId: 11n, verdict: "refused" });
});

test("a stored id given up for a granted wish is free at once", () => {
  const rig = new Rig({ storedId: 7n, desiredId: 50n });
  rig.leases.hold(7n, self.node, 0);
  rig.holder.start(startMs);
  rig.holder.answered(welcomeOf({ assignedId: 11n, grant: Grant.GRANTED }), startMs);
  expect(rig.leases.check(7n, rival.node, startMs)).toEqual({ free: true });
});

test("a refusal after the id is held changes nothing (invariant 2)", () => {
  const rig = new Rig({ storedId: 7n });
  rig.holder.start(startMs);
  rig.holder.answered(welcomeOf({ assignedId: 11n, grant: Grant.REFUSED }), startMs);
  expect(rig.identity).toMatchObject({ id: 7n, assignedId: 11n });
});

test.each([0n, 2n ** 63n, 2n ** 64n - 1n])("an assigned id of %s is no id", (assignedId) => {
  const rig = new Rig();
  rig.holder.start(startMs);
  rig.holder.answered(welcomeOf({ assignedId }), startMs);
  expect(rig.identity).toMatchObject({ id: 0n, ready: false });
});

test("with nobody to ask a peer assigns itself an id, once the generator's mark is durable", () => {
  const rig = new Rig();
  rig.holder.start(startMs);
  rig.settle(startMs, nobody);
  expect(rig.identity.ready).toBe(false);
  rig.persist(startMs, nobody);
  expect(rig.identity.ready).toBe(true);
  expect(rig.identity.id).toBeGreaterThan(0n);
  rig.persist(startMs, nobody);
  expect(rig.told("ready")).toHaveLength(1);
});

test("with nobody to ask a wish is granted by itself, unless another is known to hold the id", () => {
  const free = new Rig({ desiredId: 50n });
  free.holder.start(startMs);
  free.settle(startMs, nobody);
  expect(free.identity).toMatchObject({ id: 50n, verdict: "granted" });
  const held = new Rig({ desiredId: 50n });
  held.leases.hold(50n, rival.node, 0);
  held.holder.start(startMs);
  held.settle(startMs, nobody);
  held.persist(startMs, nobody);
  expect(held.identity).toMatchObject({ ready: true, verdict: "refused" });
  expect(held.identity.id).not.toBe(50n);
});

test("nothing is held before the start", () => {
  const rig = new Rig({ seed: lower, desiredId: 50n });
  rig.holder.askedByPeerWithoutId(fakePeer(higher).node, startMs);
  rig.settle(startMs + 1_000_000, nobody);
  expect(rig.identity.ready).toBe(false);
  expect(rig.holder.nextDeadlineMs(true)).toBe(Infinity);
});

test("those that are asked get their time to answer, and no more", () => {
  const rig = new Rig({ desiredId: 50n });
  rig.holder.start(startMs);
  const dueMs = rig.holder.nextDeadlineMs(false);
  expect(dueMs).toBe(startMs + defaultLimits.identityWaitMs);
  rig.settle(dueMs - 1);
  expect(rig.identity.ready).toBe(false);
  rig.settle(dueMs);
  expect(rig.identity).toMatchObject({ id: 50n, verdict: "granted" });
});

test("while it waits for the disk no deadline lies in the past, however long that takes", () => {
  const rig = new Rig();
  rig.holder.start(startMs);
  const dueMs = rig.holder.nextDeadlineMs(false);
  for (let event = 0; event < 5; event += 1) rig.settle(dueMs + event);
  expect(rig.identity.ready).toBe(false);
  expect(rig.holder.nextDeadlineMs(false)).toBe(Infinity);
  expect(rig.told("persist")).toHaveLength(1);
  rig.persist(dueMs + 10);
  expect(rig.identity.ready).toBe(true);
});

test("of two that wait for each other the lower node begins, after giving others a moment", () => {
  const first = new Rig({ seed: lower, desiredId: 50n });
  first.holder.start(startMs);
  first.holder.askedByPeerWithoutId(fakePeer(higher).node, startMs);
  first.settle(startMs);
  expect(first.identity.ready).toBe(false);
  const dueMs = first.holder.nextDeadlineMs(true);
  expect(dueMs).toBe(startMs + defaultLimits.redialMinMs);
  first.settle(dueMs);
  expect(first.identity.ready).toBe(true);
  const second = new Rig({ seed: higher, desiredId: 50n });
  second.holder.start(startMs);
  second.holder.askedByPeerWithoutId(fakePeer(lower).node, startMs);
  expect(second.holder.nextDeadlineMs(true)).toBe(startMs + defaultLimits.identityWaitMs);
});

/** A peer that holds an id that another claimed earlier, and knows it. */
function disputed(options: { assignedId: bigint }): Rig {
  const rig = new Rig({ storedId: 7n });
  rig.holder.start(startMs);
  rig.identity.assignedId = options.assignedId;
  rig.settle(startMs);
  rig.topology.accept(rival.advert({ id: 7n, claimedAtMs: startMs - 1 }), startMs);
  rig.leases.hold(7n, self.node, startMs);
  rig.holder.checkClaims();
  return rig;
}

test("who loses its id to an earlier claim falls back to the assigned one and is told once durable (invariant 2)", () => {
  const rig = disputed({ assignedId: 11n });
  rig.settle(startMs + 5);
  expect(rig.identity).toMatchObject({ id: 11n, claimedAtMs: startMs + 5 });
  expect(rig.told("id")).toEqual([]);
  rig.persist(startMs + 6);
  const reason = "another peer claimed 7 before this one came back";
  expect(rig.told("id")).toEqual([{ kind: "id", id: 11n, reason }]);
  expect(rig.told("ready")).toHaveLength(1);
  expect(rig.changes).toBe(2);
});

test("an id that is lost, too, before it is durable is not told, but the one that replaces it (invariant 2)", () => {
  const rig = disputed({ assignedId: 11n });
  rig.settle(startMs + 5);
  rig.topology.accept(rival.advert({ version: 2n, id: 11n, claimedAtMs: startMs }), startMs);
  rig.holder.checkClaims();
  rig.settle(startMs + 6);
  for (const ms of [7, 8]) rig.persist(startMs + ms);
  expect(rig.told("id").map(({ id }) => id)).toEqual([rig.identity.id]);
});

test("ready waits for the id that is held by then: one lost on its way to the disk is not told (invariant 1)", () => {
  const rig = disputed({ assignedId: 11n });
  rig.settle(startMs + 5);
  rig.effects.persisted(1, startMs + 6);
  rig.settle(startMs + 6);
  expect([rig.identity.id, rig.told("ready")]).toEqual([11n, []]);
  rig.persist(startMs + 7);
  expect([rig.told("ready").length, rig.told("id").length]).toEqual([1, 1]);
});

test("ready waits for the id that is about to be held, too: one that is lost already is not told (invariant 1)", () => {
  const rig = disputed({ assignedId: 0n });
  rig.settle(startMs);
  // One write makes the lost id durable and lets the generator go on: a fresh one is taken, and not durable yet.
  rig.persist(startMs + 1);
  expect(rig.identity.id).not.toBe(7n);
  expect([rig.told("ready"), rig.told("id")]).toEqual([[], []]);
  rig.persist(startMs + 2);
  expect([rig.told("ready").length, rig.told("id").length]).toEqual([1, 1]);
});

test("who came by its id in this life and loses it is told that the other's claim is the earlier", () => {
  const rig = new Rig({ desiredId: 7n });
  rig.holder.start(startMs);
  rig.holder.answered(welcomeOf({ assignedId: 11n, grant: Grant.GRANTED }), startMs);
  rig.persist(startMs);
  rig.topology.accept(rival.advert({ id: 7n, claimedAtMs: startMs - 1 }), startMs);
  rig.holder.checkClaims();
  rig.settle(startMs);
  rig.persist(startMs);
  expect(rig.told("id")).toEqual([{ kind: "id", id: 11n, reason: "another peer claimed 7 earlier" }]);
});

test("who loses its id remembers no claim of its own on it: it is free when the winner leaves", () => {
  const rig = disputed({ assignedId: 11n });
  rig.settle(startMs);
  expect(rig.leases.check(7n, rival.node, startMs)).toEqual({ free: true });
});

test.each([
  ["none was assigned", 0n],
  ["the assigned one is the one lost", 7n],
  ["another peer holds the assigned one", 12n],
])("when %s, who loses its id assigns itself a fresh one (invariant 2)", (_, assignedId) => {
  const rig = disputed({ assignedId });
  rig.leases.hold(12n, rival.node, 0);
  rig.settle(startMs);
  expect(rig.identity.id).toBe(7n);
  expect(rig.holder.nextDeadlineMs(false)).toBe(Infinity);
  rig.persist(startMs);
  rig.persist(startMs);
  expect([0n, 7n, 12n]).not.toContain(rig.identity.id);
  expect(rig.told("id")).toMatchObject([{ id: rig.identity.id }]);
});

test("a later claim takes nothing away (invariant 2)", () => {
  const rig = new Rig({ storedId: 7n });
  rig.holder.start(startMs);
  rig.topology.accept(self.advert({ id: 7n, claimedAtMs: startMs }), startMs);
  rig.topology.accept(rival.advert({ id: 7n, claimedAtMs: startMs + 1 }), startMs);
  rig.holder.checkClaims();
  rig.settle(startMs);
  expect(rig.identity.id).toBe(7n);
});

test("newcomers that wait for a slot set an alarm, and nobody else does", () => {
  const rig = new Rig({ storedId: 7n });
  rig.holder.start(startMs);
  const asked = { id: 0n, desiredId: 0n };
  expect(rig.holder.answer(rival.node, asked, startMs)).toBeUndefined();
  rig.settle(startMs);
  rig.persist(startMs);
  for (let given = 0; given < 512; given += 1) rig.holder.answer(rival.node, asked, startMs);
  expect(rig.holder.answer(rival.node, asked, startMs)).toBeUndefined();
  expect(rig.holder.nextDeadlineMs(false)).toBe(Infinity);
  const dueMs = rig.holder.nextDeadlineMs(true);
  expect(dueMs).toBeGreaterThan(startMs);
  expect(rig.holder.answer(rival.node, asked, dueMs)).toBeDefined();
  expect(rig.holder.nextDeadlineMs(true)).toBe(Infinity);
});

test("a reservation on its way to the disk is not asked for again by every event", () => {
  const rig = new Rig({ storedId: 7n });
  rig.holder.start(startMs);
  for (let event = 0; event < 10; event += 1) {
    rig.holder.answer(rival.node, { id: 0n, desiredId: 0n }, startMs + event);
    rig.settle(startMs + event);
  }
  const writes = rig.told("persist").flatMap(({ ops }) => ops.map(({ key }) => key));
  expect(writes.filter((key) => key === "snowflake")).toHaveLength(1);
});
