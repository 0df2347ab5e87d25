import fc from "fast-check";
import { expect, test } from "vitest";
import { leafFeature, type AdvertRecord } from "../../src/core/advert.ts";
import { ascending } from "../../src/core/ascending.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "../world/adverts.ts";

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const plain = new Map(seeds.map((seed) => [seed, fakePeer(seed).advert()]));
const limits = { ...defaultLimits, leaseMs: 50 };

/** Who says what next: which links it gains or loses, and what else of it is another. */
const change = fc.record({
  seed: fc.constantFrom(...seeds),
  flips: fc.array(fc.constantFrom(...seeds), { maxLength: 3 }),
  id: fc.option(fc.constantFrom(...seeds), { freq: 6 }),
  isLeaf: fc.option(fc.boolean(), { freq: 6 }),
  hasLeft: fc.integer({ min: 0, max: 12 }).map((die) => die === 0),
  waitMs: fc.constantFrom(0, 0, 0, 20, 60),
  looks: fc.boolean(),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** The next edition of what a peer says. */
function nextOf(before: AdvertRecord, { flips, id, isLeaf, hasLeft }: Change): AdvertRecord {
  const flipped = new Set(before.neighbours);
  for (const seed of flips) {
    const node = fakePeer(seed).node;
    if (!flipped.delete(node) && node !== before.node) flipped.add(node);
  }
  const neighbours = hasLeft ? [] : [...flipped].toSorted(ascending);
  const features = isLeaf === null ? before.features : isLeaf ? [leafFeature] : [];
  const version = before.version + 1n;
  return { ...before, version, neighbours, features, left: hasLeft, id: id === null ? before.id : BigInt(id) };
}

/** All that follows from what is held. */
function view(topology: Topology) {
  const { routes } = topology;
  const roads = seeds.map((seed) => {
    const { node } = fakePeer(seed);
    const isGone = topology.goneSinceMs(node) !== undefined;
    return [routes.nextHop(node), routes.hops(node), routes.before(node), routes.road(node), isGone];
  });
  const present = [...topology.records()].filter(({ node }) => topology.isReachable(node)).length;
  return { roads, present, reachable: routes.reachable, sum: topology.summary(), lines: topology.entries().length };
}

test("whatever peers say one after the other, what follows is what follows from all that they said last", () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 60, size: "max" }), (changes) => {
      const self = fakePeer(1).node;
      const topology = new Topology(self, limits);
      const said = new Map(plain);
      let nowMs = 0;
      for (const one of changes) {
        nowMs += one.waitMs;
        topology.expire(nowMs);
        const before = said.get(one.seed);
        if (before === undefined) continue;
        const record = nextOf(before, one);
        said.set(one.seed, record);
        topology.accept(record, nowMs);
        if (!one.looks) continue;
        const anew = new Topology(self, limits);
        // A tombstone of who is not known is no news.
        for (const held of topology.records()) anew.accept({ ...held, left: false, version: 0n }, nowMs);
        for (const held of topology.records()) anew.accept(held, nowMs);
        expect(view(topology)).toEqual(view(anew));
      }
    }),
    { numRuns: 150 },
  );
});

test("a leaf is gone with the one it was linked with, also where somebody else came in that one's place at once", () => {
  const [self, before, after, leaf] = [fakePeer(1), fakePeer(2), fakePeer(3), fakePeer(4)];
  const topology = new Topology(self.node, limits);
  topology.accept(self.advert({ neighbours: [before.node, after.node].toSorted(ascending) }), 0);
  topology.accept(before.advert({ neighbours: [self.node, leaf.node].toSorted(ascending) }), 0);
  topology.accept(leaf.advert({ neighbours: [before.node], features: [leafFeature] }), 0);
  expect(topology.isReachable(leaf.node)).toBe(true);
  topology.accept(before.advert({ version: 2n, left: true }), 1);
  topology.accept(after.advert({ neighbours: [self.node] }), 1);
  expect([after, leaf].map(({ node }) => topology.goneSinceMs(node))).toEqual([undefined, 1]);
  expect(topology.entries()).toHaveLength(2);
});
