import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { GoodbyeReason } from "../../src/gen/e3/v1/link_pb.ts";
import { kindOf, saidOf } from "../world/frames.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

/** Ids of the peers it is linked with. */
function neighboursOf(peer: WiredPeer): readonly bigint[] {
  const known = peer.core.view.peers().filter(({ neighbour }) => neighbour);
  return known.map(({ id }) => id);
}

function readyCount(peer: WiredPeer): number {
  return kindOf(peer.effects, "ready").length;
}

function idChanges(peer: WiredPeer): readonly bigint[] {
  return kindOf(peer.effects, "id").map(({ id }) => id);
}

/** An interleaving: whichever direction goes on next. */
const schedules = fc.array(fc.nat({ max: 11 }), { maxLength: 150 }).map((picks) => {
  let turn = 0;
  return (count: number): number => (picks[turn++] ?? 0) % count;
});

test("a peer that dials the only one it lists is assigned an id by it, and both are linked", () => {
  const wire = new Wire();
  const [a, b] = [wire.add({ seed: 1 }), wire.add({ seed: 2 })];
  wire.start(a);
  wire.start(b, a);
  wire.advance(50);
  expect([readyCount(a), readyCount(b)]).toEqual([1, 1]);
  expect(a.core.id).not.toBe(b.core.id);
  expect([neighboursOf(a), neighboursOf(b)]).toEqual([[b.core.id], [a.core.id]]);
});

test("an idle peer answers a newcomer at once, however long ago it last gave an id", () => {
  const wire = new Wire();
  const a = wire.add({ seed: 1 });
  wire.start(a);
  wire.advance(60_000);
  const b = wire.add({ seed: 2 });
  wire.start(b, a);
  wire.run();
  expect(readyCount(b)).toBe(1);
});

test("a peer whose listed peers are not up yet assigns itself an id, and links with them once they are", () => {
  const wire = new Wire();
  const a = wire.add({ seed: 1, desiredId: 50n });
  const later = { address: "127.0.0.1:2" };
  wire.step(a, { kind: "start", listen: a.address, peers: [later.address] });
  wire.run();
  expect(a.core.identity).toMatchObject({ id: 50n, verdict: "granted", ready: true });
  wire.advance(20_000);
  const b = wire.add({ seed: 2 });
  wire.start(b);
  wire.advance(defaultLimits.redialMaxMs * 1.25 + 50);
  expect(neighboursOf(b)).toEqual([50n]);
});

test("two peers that dial each other agree on one link, however their frames interleave", () => {
  fc.assert(
    fc.property(schedules, fc.boolean(), (pick, swapped) => {
      const wire = new Wire();
      wire.pick = pick;
      const peers = (swapped ? [2, 1] : [1, 2]).map((seed) => wire.add({ seed }));
      const [a, b] = peers;
      if (a === undefined || b === undefined) throw new Error("two peers were added");
      wire.start(a, b);
      wire.start(b, a);
      wire.advance(20_000);
      expect([readyCount(a), readyCount(b)]).toEqual([1, 1]);
      expect([neighboursOf(a), neighboursOf(b)]).toEqual([[b.core.id], [a.core.id]]);
      const before = a.effects.length;
      wire.advance(20_000);
      expect(kindOf(a.effects.slice(before), "dial")).toEqual([]);
      expect(kindOf(a.effects.slice(before), "hang-up")).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("two peers without ids that dial each other do not wait out the time for answers", () => {
  const wire = new Wire();
  const [a, b] = [wire.add({ seed: 1 }), wire.add({ seed: 2 })];
  wire.start(a, b);
  wire.start(b, a);
  wire.advance(defaultLimits.redialMinMs + 50);
  expect([readyCount(a), readyCount(b)]).toEqual([1, 1]);
});

test("two peers with stored ids that wish for others and dial each other do not wait it out either", () => {
  const wire = new Wire();
  const first = [1, 2].map((seed) => wire.add({ seed, desiredId: BigInt(seed) }));
  for (const peer of first) wire.start(peer);
  wire.run();
  const [a, b] = first.map((peer, index) =>
    wire.add({ seed: index + 1, life: 2, store: peer.store, desiredId: BigInt(index + 11) }),
  );
  if (a === undefined || b === undefined) throw new Error("two peers were added");
  wire.start(a, b);
  wire.start(b, a);
  wire.advance(defaultLimits.redialMinMs + 50);
  expect([a.core.identity, b.core.identity]).toMatchObject([
    { id: 11n, verdict: "granted", ready: true },
    { id: 12n, verdict: "granted", ready: true },
  ]);
  expect([neighboursOf(a), neighboursOf(b)]).toEqual([[12n], [11n]]);
});

test("three peers in a ring that dial each other all come by ids of their own, whatever their keys", () => {
  const orders = [
    [1, 2, 3],
    [1, 3, 2],
    [2, 1, 3],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 1],
  ];
  fc.assert(
    fc.property(schedules, fc.constantFrom(...orders), (pick, seeds) => {
      const wire = new Wire();
      wire.pick = pick;
      const ring = seeds.map((seed) => wire.add({ seed }));
      for (const [index, peer] of ring.entries()) wire.start(peer, ...ring.slice((index + 1) % 3).slice(0, 1));
      wire.advance(defaultLimits.redialMinMs + 50);
      expect(ring.map(readyCount)).toEqual([1, 1, 1]);
      wire.advance(10_000);
      expect(new Set(ring.map(({ core }) => core.id)).size).toBe(3);
      for (const peer of ring) expect(neighboursOf(peer)).toHaveLength(2);
    }),
    { numRuns: 60 },
  );
});

test("two peers that wish for the same id end up with it once, whoever asks whom", () => {
  fc.assert(
    fc.property(schedules, fc.boolean(), (pick, both) => {
      const wire = new Wire();
      wire.pick = pick;
      const [a, b] = [wire.add({ seed: 1, desiredId: 50n }), wire.add({ seed: 2, desiredId: 50n })];
      wire.start(a, ...(both ? [b] : []));
      wire.start(b, a);
      wire.advance(20_000);
      const holders = [a, b].filter(({ core }) => core.id === 50n);
      expect(holders).toHaveLength(1);
      const verdicts = new Set([a, b].map(({ core }) => core.identity.verdict));
      expect(verdicts).toEqual(new Set(["granted", "refused"]));
      expect([neighboursOf(a), neighboursOf(b)]).toEqual([[b.core.id], [a.core.id]]);
    }),
    { numRuns: 60 },
  );
});

test("a taken id is refused by whoever knows its holder, although a newcomer without id asks meanwhile", () => {
  for (const [middle, last] of [
    [2, 3],
    [3, 2],
  ]) {
    const wire = new Wire();
    const holder = wire.add({ seed: 1, desiredId: 50n });
    wire.start(holder);
    wire.run();
    const b = wire.add({ seed: middle ?? 0, desiredId: 50n });
    const c = wire.add({ seed: last ?? 0 });
    holder.frozen = true;
    wire.start(b, holder);
    wire.start(c, b);
    wire.run();
    wire.nowMs += 30;
    holder.frozen = false;
    wire.advance(500);
    expect(b.core.identity).toMatchObject({ verdict: "refused", ready: true });
    expect(idChanges(b)).toEqual([]);
    expect(readyCount(c)).toBe(1);
  }
});

test("of two holders that meet after a partition the earlier claim stands, and the loser is told", () => {
  const wire = new Wire();
  const early = wire.add({ seed: 1, desiredId: 50n });
  wire.start(early);
  wire.advance(1_000);
  const late = wire.add({ seed: 2, desiredId: 50n });
  const between = wire.add({ seed: 3 });
  wire.start(late);
  wire.run();
  expect([early.core.id, late.core.id]).toEqual([50n, 50n]);
  wire.start(between, early, late);
  wire.advance(2_000);
  expect(early.core.id).toBe(50n);
  expect(idChanges(early)).toEqual([]);
  expect(late.core.id).not.toBe(50n);
  expect(kindOf(late.effects, "id")).toEqual([
    { kind: "id", id: late.core.id, reason: "another peer claimed 50 earlier" },
  ]);
  expect(late.core.identity.verdict).toBe("refused");
  expect(readyCount(late)).toBe(1);
});

test("an id lost to an earlier claim is granted by its former holder once the winner has left", () => {
  const wire = new Wire();
  const early = wire.add({ seed: 1, desiredId: 50n });
  wire.start(early);
  wire.advance(1_000);
  const late = wire.add({ seed: 2, desiredId: 50n });
  wire.start(late);
  wire.run();
  wire.step(late, { kind: "alarm" });
  late.core.connect(early.address, wire.nowMs);
  wire.advance(2_000);
  expect(late.core.id).not.toBe(50n);
  wire.step(early, { kind: "leave" });
  wire.advance(1_000);
  const newcomer = wire.add({ seed: 3, desiredId: 50n });
  wire.start(newcomer, late);
  wire.advance(100);
  expect(newcomer.core.identity).toMatchObject({ id: 50n, verdict: "granted" });
});

test("a peer that dials its own address is told so once, and does not dial it again", () => {
  const wire = new Wire();
  const a = wire.add({ seed: 1 });
  wire.start(a, a);
  wire.advance(30_000);
  expect(kindOf(a.effects, "error")).toMatchObject([{ code: "bad-option" }]);
  expect(kindOf(a.effects, "dial")).toHaveLength(1);
  expect(readyCount(a)).toBe(1);
  const reasons = saidOf(a.effects, "goodbye").map(({ reason }) => reason);
  expect(reasons).toEqual([GoodbyeReason.SELF]);
});

test("a peer that dials another by two addresses comes to rest with one link, however their frames interleave", () => {
  fc.assert(
    fc.property(schedules, fc.boolean(), (pick, mutual) => {
      const wire = new Wire();
      wire.pick = pick;
      const [a, b] = [wire.add({ seed: 1 }), wire.add({ seed: 2 })];
      wire.start(a, ...(mutual ? [b] : []));
      wire.step(b, { kind: "start", listen: b.address, peers: [a.address, "localhost:1"] });
      wire.advance(30_000);
      expect([neighboursOf(a), neighboursOf(b)]).toEqual([[b.core.id], [a.core.id]]);
      const before = b.effects.length;
      wire.advance(20_000);
      expect(kindOf(b.effects.slice(before), "dial")).toEqual([]);
      expect(kindOf(a.effects.slice(before), "hang-up")).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
