import fc from "fast-check";
import { expect, test } from "vitest";
import { leafFeature } from "../../src/core/advert.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "../world/adverts.ts";

const limits = { advertsMax: 7, leaseMs: 50, acquaintancesMax: 2 };
const peers = Array.from({ length: 8 }, (_, index) => fakePeer(index + 1));
const number = fc.nat({ max: peers.length - 1 });

const statement = fc.record({
  peer: number,
  others: fc.uniqueArray(number, { maxLength: 6 }),
  isLeaf: fc.boolean(),
  left: fc.nat({ max: 9 }).map((drawn) => drawn === 0),
  waitMs: fc.nat({ max: 20 }),
  looks: fc.boolean(),
});

test("whenever one looks, it is as if all that is held had come at once: who is there, and the sum over it", () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 60 }), (statements) => {
      const [self = fakePeer(1)] = peers;
      const topology = new Topology(self.node, limits);
      const present = new Set<bigint>();
      let [nowMs, version] = [0, 0n];
      for (const { peer, others, isLeaf, left, waitMs, looks } of statements) {
        const neighbours = others.flatMap((other) => (other === peer ? [] : (peers[other]?.node ?? [])));
        nowMs += waitMs;
        version += 1n;
        const features = isLeaf && peer !== 0 ? [leafFeature] : [];
        const said = peers[peer]?.advert({ version, neighbours: neighbours.toSorted(byNode), features, left });
        if (said !== undefined) topology.accept(said, nowMs);
        topology.expire(nowMs);
        if (!looks) continue;
        const plain = new Topology(self.node, { ...limits, advertsMax: 100 });
        for (const record of topology.records()) plain.accept(record, nowMs);
        const { up, down } = topology.takePresenceChanges();
        for (const { node } of down) present.delete(node);
        for (const { node } of up) present.add(node);
        expect(present).toEqual(new Set(plain.takePresenceChanges().up.map(({ node }) => node)));
        expect(topology.summary()).toBe(plain.summary());
        expect(new Set(topology.entries())).toEqual(new Set(plain.entries()));
        for (const { node } of topology.records()) {
          const isGone = node !== self.node && !plain.isReachable(node);
          expect(topology.goneSinceMs(node) !== undefined).toBe(isGone);
        }
      }
    }),
    { numRuns: 500 },
  );
});

function byNode(a: bigint, b: bigint): number {
  return a < b ? -1 : 1;
}
