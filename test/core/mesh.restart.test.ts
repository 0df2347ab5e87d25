import { fromBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { AdvertSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { IdentityRecordSchema, type IdentityRecord } from "../../src/gen/e3/v1/store_pb.ts";
import { kindOf, saidOf } from "../world/frames.ts";
import { Wire, type WiredOptions, type WiredPeer } from "../world/wire.ts";

/** The peer's next life on this store; without a word of goodbye unless it said one. */
function restart(wire: Wire, seed: number, life: number, from: Partial<WiredOptions> = {}): WiredPeer {
  return wire.add({ seed, life, ...from });
}

function identityIn(peer: WiredPeer): IdentityRecord {
  const record = peer.store.get("meta")?.find(({ key }) => key === "identity");
  return fromBinary(IdentityRecordSchema, record?.value ?? new Uint8Array());
}

function reachableFrom(peer: WiredPeer): readonly bigint[] {
  const known = peer.core.view.peers().filter(({ reachable }) => reachable);
  return known.map(({ id }) => id);
}

test("a peer that comes back keeps its id and says so before it has met anybody", () => {
  const wire = new Wire();
  const first = wire.add({ seed: 1, desiredId: 50n });
  wire.start(first);
  wire.run();
  const second = restart(wire, 1, 2, { store: first.store, desiredId: 50n });
  wire.step(second, { kind: "start", listen: second.address, peers: ["127.0.0.1:9"] });
  expect(kindOf(second.effects, "ready")).toEqual([]);
  wire.run();
  expect(kindOf(second.effects, "ready")).toHaveLength(1);
  expect(second.core.identity).toMatchObject({ id: 50n, verdict: "granted" });
});

test("a peer states nothing of itself before the life it states is durable", () => {
  const wire = new Wire();
  const [a, b] = [wire.add({ seed: 1 }), wire.add({ seed: 2, desiredId: 50n })];
  wire.start(a);
  wire.run();
  b.stalled = true;
  wire.start(b, a);
  wire.advance(200);
  expect(saidOf(b.effects, "adverts")).toEqual([]);
  expect(reachableFrom(a)).toEqual([]);
  b.stalled = false;
  wire.advance(200);
  expect(reachableFrom(a)).toEqual([50n]);
});

test("a peer that comes back within the lease gets its id from whoever it asks, others do not", () => {
  const wire = new Wire();
  const a = wire.add({ seed: 1 });
  const b = wire.add({ seed: 2, desiredId: 50n });
  wire.start(a);
  wire.start(b, a);
  wire.advance(100);
  wire.kill(b);
  wire.advance(defaultLimits.leaseMs - 1_000);
  const thief = wire.add({ seed: 3, desiredId: 50n });
  wire.start(thief, a);
  wire.advance(100);
  expect(thief.core.identity).toMatchObject({ verdict: "refused" });
  const back = restart(wire, 2, 2, { store: b.store });
  wire.start(back, a);
  wire.advance(100);
  expect(back.core.id).toBe(50n);
  expect(reachableFrom(a)).toContain(50n);
  const welcomes = saidOf(a.effects, "welcome");
  expect(welcomes.at(-1)).toMatchObject({ assignedId: 0n, reason: "" });
});

test("an id is free again once its holder has been silent for the lease", () => {
  const wire = new Wire();
  const a = wire.add({ seed: 1 });
  const b = wire.add({ seed: 2, desiredId: 50n });
  wire.start(a);
  wire.start(b, a);
  wire.advance(100);
  wire.kill(b);
  wire.advance(defaultLimits.leaseMs + 1_000);
  const heir = wire.add({ seed: 3, desiredId: 50n });
  wire.start(heir, a);
  wire.advance(100);
  expect(heir.core.identity).toMatchObject({ id: 50n, verdict: "granted" });
});

test("who was away while another took its id does not outrank it, falls back and is told", () => {
  const wire = new Wire();
  const a = wire.add({ seed: 1 });
  const b = wire.add({ seed: 2, desiredId: 50n });
  wire.start(a);
  wire.start(b, a);
  wire.advance(100);
  wire.kill(b);
  wire.advance(defaultLimits.leaseMs + 1_000);
  const heir = wire.add({ seed: 3, desiredId: 50n });
  wire.start(heir, a);
  wire.advance(100);
  const back = restart(wire, 2, 2, { store: b.store });
  wire.start(back, a);
  wire.advance(1_000);
  expect(heir.core.id).toBe(50n);
  expect(kindOf(back.effects, "id")).toMatchObject([{ id: back.core.id }]);
  expect(back.core.id).not.toBe(50n);
  expect(reachableFrom(a)).toContain(back.core.id);
});

test("a store that is older than the mesh's memory is outrun: what the peer states counts again, and for good", () => {
  const wire = new Wire();
  const a = wire.add({ seed: 1 });
  wire.start(a);
  const first = wire.add({ seed: 2 });
  wire.start(first, a);
  wire.advance(100);
  const backup = new Map(first.store);
  let store = first.store;
  for (const life of [2, 3, 4, 5]) {
    const peer = restart(wire, 2, life, { store });
    wire.start(peer, a);
    wire.advance(100);
    store = peer.store;
  }
  const restored = restart(wire, 2, 6, { store: backup });
  wire.start(restored, a);
  wire.advance(100);
  expect(reachableFrom(a)).toEqual([restored.core.id]);
  expect(restored.core.id).toBe(first.core.id);
  // The lost lives were the second to the fifth.
  const { incarnation } = identityIn(restored);
  expect(incarnation).toBeGreaterThan(5n);
  const before = a.effects.length;
  const next = restart(wire, 2, 7, { store: restored.store });
  wire.start(next, a);
  wire.advance(100);
  expect(reachableFrom(a)).toEqual([next.core.id]);
  // Nobody had to tell it this time: no advert of its own came back.
  const said = saidOf(a.effects.slice(before), "adverts").flatMap(({ adverts }) => adverts);
  const ids = said.map(({ advert }) => fromBinary(AdvertSchema, advert).id);
  expect(new Set(ids)).toEqual(new Set([a.core.id]));
});

test("statements of a former life under the very same version do not stand in the way", () => {
  const wire = new Wire();
  const b = wire.add({ seed: 2 });
  const c = wire.add({ seed: 3 });
  wire.start(b);
  wire.start(c, b);
  const first = wire.add({ seed: 1 });
  wire.start(first);
  wire.advance(100);
  // Two lives on one backup: both are the second, and both state their first link as version 2.
  const backup = new Map(first.store);
  const withC = restart(wire, 1, 2, { store: backup });
  wire.start(withC, c);
  wire.advance(100);
  expect(reachableFrom(b)).toContain(withC.core.id);
  wire.kill(withC);
  wire.advance(100);
  const withB = restart(wire, 1, 3, { store: backup });
  wire.start(withB, b);
  wire.advance(1_000);
  expect(reachableFrom(b)).toContain(withB.core.id);
  expect(reachableFrom(c)).toContain(withB.core.id);
  expect(reachableFrom(withB)).toHaveLength(2);
});

/** Four places for peers that come and go, each life on the store of the one before. */
class Scene {
  readonly wire = new Wire();
  readonly live = new Map<number, WiredPeer>();
  readonly #stores = new Map<number, WiredOptions["store"]>();
  #lives = 0;

  /** Two of them wish for the same id, two for none. */
  start(seed: number, other: number): void {
    if (this.live.has(seed)) return;
    const store = this.#stores.get(seed);
    const desiredId = seed > 2 ? 0n : 50n;
    const peer = this.wire.add({ seed, life: (this.#lives += 1), desiredId, ...(store && { store }) });
    this.#stores.set(seed, peer.store);
    this.live.set(seed, peer);
    this.wire.step(peer, { kind: "start", listen: peer.address, peers: [`127.0.0.1:${other}`] });
  }

  end(seed: number, how: "kill" | "leave"): void {
    const peer = this.live.get(seed);
    if (peer === undefined) return;
    if (how === "leave" && !peer.frozen) this.wire.step(peer, { kind: "leave" });
    this.wire.kill(peer);
    this.live.delete(seed);
  }

  freeze(seed: number, frozen: boolean): void {
    const peer = this.live.get(seed);
    if (peer !== undefined) peer.frozen = frozen;
  }

  /** Everybody is there, awake, and dials the next. */
  calm(): readonly WiredPeer[] {
    for (const seed of [1, 2, 3, 4]) {
      const next = (seed % 4) + 1;
      this.freeze(seed, false);
      this.start(seed, next);
      this.live.get(seed)?.core.connect(`127.0.0.1:${next}`, this.wire.nowMs);
    }
    this.wire.advance(30_000);
    return [...this.live.values()];
  }
}

const happenings = fc.record({
  what: fc.constantFrom("start", "kill", "leave", "freeze", "thaw"),
  seed: fc.integer({ min: 1, max: 4 }),
  other: fc.integer({ min: 1, max: 4 }),
  forMs: fc.constantFrom(0, 1, 50, 900, 5_000),
});

function sorted(ids: readonly bigint[]): readonly bigint[] {
  return ids.toSorted((a, b) => (a < b ? -1 : 1));
}

/** What a peer that is killed asleep was to hear is not for its next life. */
const killedAsleep: (typeof happenings extends fc.Arbitrary<infer Happening> ? Happening : never)[] = [
  { what: "start", seed: 1, other: 1, forMs: 0 },
  { what: "start", seed: 2, other: 1, forMs: 0 },
  { what: "freeze", seed: 2, other: 1, forMs: 5_000 },
  { what: "kill", seed: 1, other: 1, forMs: 0 },
  { what: "kill", seed: 2, other: 1, forMs: 0 },
];

test("whatever comes and goes, the mesh comes to rest: one holder per id, everybody in reach, ready told once", () => {
  fc.assert(
    fc.property(fc.array(happenings, { maxLength: 25 }), (script) => {
      const scene = new Scene();
      for (const { what, seed, other, forMs } of script) {
        if (what === "start") scene.start(seed, other);
        else if (what === "kill" || what === "leave") scene.end(seed, what);
        else scene.freeze(seed, what === "freeze");
        scene.wire.advance(forMs);
      }
      const peers = scene.calm();
      const ids = sorted(peers.map(({ core }) => core.id));
      expect(new Set(ids).size).toBe(4);
      for (const peer of peers) {
        expect(sorted([...reachableFrom(peer), peer.core.id])).toEqual(ids);
        expect(kindOf(peer.effects, "ready")).toHaveLength(1);
        expect(kindOf(peer.effects, "error").every(({ code }) => code === "bad-option")).toBe(true);
      }
    }),
    { numRuns: 40, examples: [[killedAsleep]] },
  );
});

test.each(["identity", "identity-copy"])("a damaged record %s costs a peer neither its id nor its epoch", (damaged) => {
  const wire = new Wire();
  const first = wire.add({ seed: 1, desiredId: 50n });
  wire.start(first);
  wire.run();
  const before = identityIn(first);
  const meta = first.store.get("meta")?.filter(({ key }) => key !== damaged) ?? [];
  const second = restart(wire, 1, 2, { store: new Map([...first.store, ["meta", meta]]) });
  wire.start(second);
  wire.run();
  expect(second.core.id).toBe(50n);
  expect(identityIn(second)).toMatchObject({ epoch: before.epoch, incarnation: before.incarnation + 1n });
});
