import { expect, test } from "vitest";
import type { AdvertRecord } from "../../src/core/advert.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakeMesh, fakePeer } from "../world/adverts.ts";

const limits = { advertsMax: 100, leaseMs: 200_000, acquaintancesMax: 2 };
const [a, b, c, d] = [fakePeer(1), fakePeer(2), fakePeer(3), fakePeer(4)];

function topologyOf(records: Iterable<AdvertRecord>, nowMs = 0): Topology {
  const topology = new Topology(a.node, limits);
  for (const record of records) topology.accept(record, nowMs);
  return topology;
}

/** a - b - c, as a sees it. */
const line = fakeMesh(3, [
  [1, 2],
  [2, 3],
]);

const idsOf = (records: readonly AdvertRecord[]) => records.map((record) => record.id);

test("the newest advert of each node is held, whatever order they come in", () => {
  const topology = new Topology(a.node, limits);
  expect(topology.accept(b.advert({ version: 2n }), 0)).toBe("newer");
  expect(topology.accept(b.advert({ version: 2n }), 0)).toBe("same");
  expect(topology.accept(b.advert({ version: 1n }), 0)).toBe("older");
  expect(topology.accept(b.advert({ incarnation: 2n, version: 1n }), 0)).toBe("newer");
  expect(topology.get(b.node)).toMatchObject({ incarnation: 2n, version: 1n });
  expect(topology.size).toBe(1);
  expect([...topology.records()]).toEqual([b.advert({ incarnation: 2n, version: 1n })]);
});

test("one-sided links never count: not for roads, presence or edges", () => {
  const topology = topologyOf([a.advert({ neighbours: [b.node] }), b.advert(), c.advert({ neighbours: [a.node] })]);
  expect(topology.edges()).toEqual([]);
  expect(topology.isReachable(b.node)).toBe(false);
  expect(topology.isReachable(c.node)).toBe(false);
  expect(topology.takePresenceChanges()).toEqual({ up: [], down: [] });
  topology.accept(b.advert({ version: 2n, neighbours: [a.node] }), 1);
  expect(topology.isReachable(b.node)).toBe(true);
  expect(topology.edges()).toEqual([[a.node, b.node].toSorted((x, y) => (x < y ? -1 : 1))]);
  expect(idsOf(topology.takePresenceChanges().up)).toEqual([2n]);
});

test("one end denying the link ends it, and who was behind it is down", () => {
  const topology = topologyOf(line);
  expect(idsOf(topology.takePresenceChanges().up)).toEqual([2n, 3n]);
  topology.accept(b.advert({ version: 2n, neighbours: [a.node] }), 10);
  expect(topology.present).toBe(2);
  expect(topology.takePresenceChanges()).toEqual({ up: [], down: [line[2]] });
  expect(topology.present).toBe(1);
  expect(topology.routes.road(c.node)).toEqual([]);
  expect(topology.takePresenceChanges()).toEqual({ up: [], down: [] });
});

test("this peer is never among those up or down, and always reachable", () => {
  const topology = topologyOf([]);
  expect(topology.isReachable(a.node)).toBe(true);
  topology.accept(a.advert(), 0);
  topology.accept(a.advert({ version: 2n, left: true }), 0);
  expect(topology.isReachable(a.node)).toBe(true);
  expect(topology.takePresenceChanges()).toEqual({ up: [], down: [] });
  expect(topology.expire(10 * limits.leaseMs)).toEqual([]);
  expect(topology.nextDeadlineMs).toBe(Infinity);
});

test("a peer that says it left still has its own links until they end", () => {
  const topology = topologyOf([...line, a.advert({ version: 2n, neighbours: [b.node], left: true })]);
  expect(topology.isReachable(c.node)).toBe(true);
  expect(topology.nodeById(1n)).toBeUndefined();
});

test("a change of id is a down of the old and an up of the new; any other change is neither", () => {
  const topology = topologyOf(line);
  topology.takePresenceChanges();
  topology.accept(c.advert({ version: 2n, neighbours: [b.node], name: "new name" }), 1);
  expect(topology.takePresenceChanges()).toEqual({ up: [], down: [] });
  topology.accept(c.advert({ version: 3n, neighbours: [b.node], id: 33n }), 2);
  const { up, down } = topology.takePresenceChanges();
  expect(down).toEqual([c.advert({ version: 2n, neighbours: [b.node], name: "new name" })]);
  expect(idsOf(up)).toEqual([33n]);
  expect(topology.nodeById(3n)).toBeUndefined();
  expect(topology.nodeById(33n)).toBe(c.node);
});

test("who goes and comes back between two looks was never away", () => {
  const topology = topologyOf(line);
  topology.takePresenceChanges();
  topology.accept(b.advert({ version: 2n, neighbours: [] }), 1);
  expect(topology.isReachable(c.node)).toBe(false);
  topology.accept(b.advert({ version: 3n, neighbours: line[1]?.neighbours ?? [] }), 2);
  expect(topology.takePresenceChanges()).toEqual({ up: [], down: [] });
});

test("a stale copy after leaving cannot resurrect, nor can a delayed one while the tombstone stands", () => {
  const topology = topologyOf(line);
  topology.takePresenceChanges();
  const tombstone = c.advert({ version: 2n, neighbours: [b.node], left: true });
  expect(topology.accept(tombstone, 1_000)).toBe("newer");
  expect(idsOf(topology.takePresenceChanges().down)).toEqual([3n]);
  expect(topology.holderOf(3n)).toBeUndefined();
  // b still states the link, and somebody still spreads the advert from before.
  expect(topology.accept(c.advert({ neighbours: [b.node] }), 1_000 + limits.leaseMs - 1)).toBe("older");
  expect(topology.isReachable(c.node)).toBe(false);
  expect(topology.get(c.node)).toBe(tombstone);
  expect(topology.takePresenceChanges()).toEqual({ up: [], down: [] });
});

test("news of who is gone starts its lease over", () => {
  const topology = topologyOf([a.advert(), b.advert()]);
  expect(topology.isReachable(b.node)).toBe(false);
  topology.accept(b.advert({ version: 2n }), 100_000);
  expect(topology.expire(limits.leaseMs)).toEqual([]);
  expect(topology.expire(100_000 + limits.leaseMs)).toEqual([b.advert({ version: 2n })]);
});

test("who left comes back with its next start", () => {
  const topology = topologyOf([...line, c.advert({ version: 2n, left: true })]);
  expect(topology.accept(c.advert({ incarnation: 2n, neighbours: [b.node] }), 5)).toBe("newer");
  expect(topology.isReachable(c.node)).toBe(true);
  expect(topology.nodeById(3n)).toBe(c.node);
});

test("a tombstone is forgotten after the lease, and is no news to who knew nothing of the peer", () => {
  const topology = topologyOf(line);
  const tombstone = c.advert({ version: 2n, left: true });
  topology.accept(tombstone, 1_000);
  expect(topology.expire(1_000 + limits.leaseMs - 1)).toEqual([]);
  expect(topology.expire(1_000 + limits.leaseMs)).toEqual([tombstone]);
  expect(topology.accept(tombstone, 1_001 + limits.leaseMs)).toBe("same");
  expect(topology.get(c.node)).toBeUndefined();
});

test("who is unreachable keeps its id for the lease, from when its last road was lost", () => {
  const topology = topologyOf(line);
  expect(topology.isReachable(c.node)).toBe(true);
  topology.accept(b.advert({ version: 2n, neighbours: [a.node] }), 5_000);
  expect(topology.nextDeadlineMs).toBe(5_000 + limits.leaseMs);
  expect(topology.holderOf(3n)).toBe(line[2]);
  expect(topology.expire(5_000 + limits.leaseMs - 1)).toEqual([]);
  expect(topology.expire(topology.nextDeadlineMs)).toEqual([line[2]]);
  expect(topology.holderOf(3n)).toBeUndefined();
  expect(topology.size).toBe(2);
  expect(topology.nextDeadlineMs).toBe(Infinity);
});

test("the revision counts what is taken in and what is forgotten, and nothing else", () => {
  const topology = topologyOf([a.advert(), b.advert()]);
  const revisions = [topology.revision];
  const look = () => revisions.push(topology.revision);
  topology.accept(b.advert(), 1);
  topology.takePresenceChanges();
  look();
  topology.accept(b.advert({ version: 2n }), 1);
  look();
  topology.expire(1 + limits.leaseMs);
  look();
  expect(revisions.map((revision) => revision - topology.revision)).toEqual([-2, -2, -1, 0]);
});

test("who is reachable again in time is not forgotten", () => {
  const topology = topologyOf(line);
  topology.accept(b.advert({ version: 2n, neighbours: [a.node] }), 5_000);
  expect(topology.isReachable(c.node)).toBe(false);
  topology.accept(b.advert({ version: 3n, neighbours: line[1]?.neighbours ?? [] }), 6_000);
  expect(topology.expire(5_000 + limits.leaseMs)).toEqual([]);
  expect(topology.nextDeadlineMs).toBe(Infinity);
  expect(topology.isReachable(c.node)).toBe(true);
});

test("of two claims on one id the earlier stands, reachable or not, until it is forgotten", () => {
  const early = c.advert({ id: 7n, claimedAtMs: 10 });
  const late = b.advert({ id: 7n, claimedAtMs: 20, neighbours: [a.node] });
  for (const order of [
    [early, late],
    [late, early],
  ]) {
    const topology = topologyOf([a.advert({ neighbours: [b.node] }), ...order]);
    expect(topology.holderOf(7n)).toBe(early);
    expect(topology.claimantsOf(7n)).toEqual([early, late]);
    topology.expire(limits.leaseMs);
    expect(topology.holderOf(7n)).toBe(late);
    expect(topology.claimantsOf(7n)).toEqual([late]);
  }
});

test("equal claims go to the lower node, and a claim given up counts no more", () => {
  const low = b.node < c.node ? b : c;
  const high = low === b ? c : b;
  const topology = topologyOf([high.advert({ id: 7n }), low.advert({ id: 7n })]);
  expect(topology.nodeById(7n)).toBe(low.node);
  topology.accept(low.advert({ id: 8n, version: 2n }), 1);
  expect(topology.nodeById(7n)).toBe(high.node);
  expect(topology.nodeById(8n)).toBe(low.node);
});

test("when full, whoever has been gone the longest makes room, and who is reachable never does", () => {
  const topology = new Topology(a.node, { ...limits, advertsMax: 3 });
  topology.accept(c.advert(), 0);
  topology.accept(a.advert({ neighbours: [b.node] }), 1);
  topology.accept(d.advert(), 2);
  expect(topology.accept(b.advert({ neighbours: [a.node] }), 3)).toBe("newer");
  expect(topology.get(c.node)).toBeUndefined();
  expect(idsOf(topology.takePresenceChanges().up)).toEqual([2n]);
  expect(topology.accept(c.advert(), 4)).toBe("newer");
  expect(topology.get(d.node)).toBeUndefined();
  expect(topology.isReachable(b.node)).toBe(true);
  expect(topology.size).toBe(3);
});

test("when full of the reachable, one more is refused and a newer edition is not", () => {
  const topology = new Topology(a.node, { ...limits, advertsMax: 3 });
  for (const record of line) topology.accept(record, 0);
  expect(idsOf(topology.takePresenceChanges().up)).toEqual([2n, 3n]);
  expect(topology.accept(d.advert(), 1)).toBe("full");
  expect(topology.accept(c.advert({ version: 2n, neighbours: [b.node] }), 1)).toBe("newer");
  expect(topology.size).toBe(3);
});

test("this peer's own advert finds room among any number of others", () => {
  const topology = new Topology(a.node, { ...limits, advertsMax: 3 });
  for (const peer of [b, c, d]) topology.accept(peer.advert(), 0);
  expect(topology.accept(a.advert(), 1)).toBe("newer");
  for (const seed of [6, 7, 8, 9]) topology.accept(fakePeer(seed).advert(), 2);
  expect(topology.get(a.node)).toEqual(a.advert());
  expect(topology.size).toBe(3);
});

test("two sides with the same adverts have the same sum, and what is gone is in neither digest", () => {
  const here = topologyOf(line);
  const there = new Topology(c.node, limits);
  for (const record of [...line, d.advert()].toReversed()) there.accept(record, 9);
  expect(there.summary()).toBe(here.summary());
  expect(new Set(there.entries())).toEqual(new Set(here.entries()));
  there.accept(b.advert({ version: 2n, neighbours: line[1]?.neighbours ?? [] }), 10);
  expect(there.summary()).not.toBe(here.summary());
  here.accept(b.advert({ version: 2n, neighbours: line[1]?.neighbours ?? [] }), 10);
  expect(there.summary()).toBe(here.summary());
});

test("a difference offers what the other lacks and asks for what it has newer", () => {
  const here = topologyOf(line);
  const lines = [
    { node: a.node, incarnation: 1n, version: 1n },
    { node: b.node, incarnation: 1n, version: 5n },
    { node: d.node, incarnation: 1n, version: 1n },
  ];
  expect(here.difference(lines)).toEqual({ newerHere: [line[2]], wanted: [b.node, d.node] });
  expect(here.difference(here.entries())).toEqual({ newerHere: [], wanted: [] });
});

test("who is gone is not offered to who lacks it, so that the mesh can forget; newer news and tombstones are", () => {
  const here = topologyOf([
    a.advert(),
    b.advert(),
    c.advert({ version: 3n }),
    d.advert(),
    d.advert({ version: 2n, left: true }),
  ]);
  const { newerHere, wanted } = here.difference([{ node: c.node, incarnation: 1n, version: 2n }]);
  expect(idsOf(newerHere)).toEqual([1n, 3n, 4n]);
  expect(wanted).toEqual([]);
});

test("a digest longer than any topology costs no more than the longest one allowed", () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => ({ node: BigInt(index), incarnation: 1n, version: 1n }));
  expect(topologyOf([]).difference(lines).wanted.length).toBe(limits.advertsMax);
});

test("a leaf that comes or goes is present or not, and costs no computation of roads", () => {
  const [self, leaf] = [fakePeer(1), fakePeer(2)];
  const topology = new Topology(self.node, limits);
  const stated = leaf.advert({ neighbours: [self.node], features: ["leaf"] });
  topology.accept(self.advert(), 0);
  topology.accept(stated, 0);
  const { routes } = topology;
  const sum = topology.summary();
  topology.accept(self.advert({ version: 2n, neighbours: [leaf.node] }), 1);
  expect(topology.takePresenceChanges().up.map(({ id }) => id)).toEqual([2n]);
  expect(topology.summary()).not.toBe(sum);
  topology.accept(self.advert({ version: 3n, neighbours: [] }), 2);
  expect(topology.takePresenceChanges().down.map(({ id }) => id)).toEqual([2n]);
  expect(topology.nextDeadlineMs).toBe(2 + limits.leaseMs);
  expect(topology.routes).toBe(routes);
});

test("a leaf knows the roads that start at itself", () => {
  const [self, near] = [fakePeer(1), fakePeer(2)];
  const topology = new Topology(self.node, limits);
  topology.accept(self.advert({ neighbours: [near.node], features: ["leaf"] }), 0);
  topology.accept(near.advert({ neighbours: [self.node] }), 0);
  expect(topology.isReachable(near.node)).toBe(true);
});
