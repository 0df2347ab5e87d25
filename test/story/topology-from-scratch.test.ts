import fc from "fast-check";
import { expect, test } from "vitest";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "../world/adverts.ts";

const limits = { advertsMax: 100, acquaintancesMax: 10, leaseMs: 200_000 };
const self = fakePeer(1);

/** Any edition of a few peers' adverts, links and ids at random, some leaving. */
const editions = fc.array(
  fc.record({
    seed: fc.integer({ min: 1, max: 5 }),
    version: fc.bigInt({ min: 1n, max: 4n }),
    id: fc.bigInt({ min: 1n, max: 6n }),
    claimedAtMs: fc.nat({ max: 2 }),
    links: fc.subarray([1, 2, 3, 4, 5]),
    left: fc.constantFrom(false, false, false, true),
  }),
  { maxLength: 30 },
);

test("whatever came in whatever order, all that is derived is what the records held come to from scratch", () => {
  fc.assert(
    fc.property(editions, fc.array(fc.nat({ max: 29 })), (drawn, looks) => {
      const topology = new Topology(self.node, limits);
      const present = new Map<bigint, bigint>();
      for (const [index, { seed, links, ...fields }] of drawn.entries()) {
        const neighbours = links.filter((link) => link !== seed).map((link) => fakePeer(link).node);
        topology.accept(fakePeer(seed).advert({ ...fields, neighbours }), index);
        if (looks.includes(index)) applyPresence(present, topology);
      }
      applyPresence(present, topology);
      const fresh = new Topology(self.node, limits);
      for (const record of topology.records()) fresh.accept(record, 0);
      expect(topology.summary()).toBe(fresh.summary());
      expect(new Set(topology.entries())).toEqual(new Set(fresh.entries()));
      expect(new Set(topology.edges().map(String))).toEqual(new Set(fresh.edges().map(String)));
      expect(topology.routes.reachable).toEqual(fresh.routes.reachable);
      for (let id = 1n; id <= 6n; id += 1n) expect(topology.claimantsOf(id)).toEqual(fresh.claimantsOf(id));
      const there = topology.routes.reachable.map((node) => [node, topology.get(node)?.id] as const);
      expect(present).toEqual(new Map(there));
    }),
    { numRuns: 300 },
  );
});

/** Keeps who is present by what is told of it, and checks that each thing told is a change. */
function applyPresence(present: Map<bigint, bigint>, topology: Topology): void {
  const { up, down } = topology.takePresenceChanges();
  for (const { node, id } of down) {
    expect(present.get(node)).toBe(id);
    present.delete(node);
  }
  for (const { node, id } of up) {
    expect(present.has(node)).toBe(false);
    present.set(node, id);
  }
}
