import { expect, test } from "vitest";
import { Topology } from "../../src/core/topology.ts";
import { fakeMesh, fakePeer } from "../world/adverts.ts";

const limits = { advertsMax: 100, acquaintancesMax: 10, leaseMs: 200_000 };
const digestMs = 30_000;

/** What two linked peers do when they compare digests. */
function exchange(one: Topology, other: Topology, nowMs: number): void {
  if (one.summary() === other.summary()) return;
  const there = one.difference(other.entries());
  const here = other.difference(one.entries());
  for (const record of [...there.newerHere, ...records(one, here.wanted)]) other.accept(record, nowMs);
  for (const record of [...here.newerHere, ...records(other, there.wanted)]) one.accept(record, nowMs);
}

function records(topology: Topology, nodes: readonly bigint[]) {
  return nodes.map((node) => topology.get(node)).filter((record) => record !== undefined);
}

test("two partitions that meet know the same after one exchange", () => {
  const halves = fakeMesh(8, [
    [1, 2],
    [2, 3],
    [3, 4],
    [5, 6],
    [6, 7],
    [7, 8],
  ]);
  const bridge = [
    fakePeer(4).advert({ version: 2n, neighbours: [fakePeer(3).node, fakePeer(5).node] }),
    fakePeer(5).advert({ version: 2n, neighbours: [fakePeer(4).node, fakePeer(6).node] }),
  ];
  const here = new Topology(fakePeer(4).node, limits);
  const there = new Topology(fakePeer(5).node, limits);
  for (const record of [...halves.slice(0, 4), ...bridge]) here.accept(record, 0);
  for (const record of [...halves.slice(4), ...bridge]) there.accept(record, 0);
  expect(here.summary()).not.toBe(there.summary());
  exchange(here, there, 1);
  expect(here.summary()).toBe(there.summary());
  expect(here.routes.hops(fakePeer(8).node)).toBe(4);
  expect(there.routes.hops(fakePeer(1).node)).toBe(4);
});

test("a dead peer is forgotten by all, although they forget at different times and compare digests all along", () => {
  const ring = [1, 2, 3].map(fakePeer);
  const dead = fakePeer(9);
  const nodes = ring.map(({ node }) => node);
  const mesh = ring.map((peer) => new Topology(peer.node, limits));
  const adverts = ring.map((peer) => peer.advert({ neighbours: nodes.filter((node) => node !== peer.node) }));
  for (const [index, topology] of mesh.entries()) {
    // Each learns late and at another time of the one that nobody is linked with any more.
    for (const record of [...adverts, dead.advert({ neighbours: nodes })]) topology.accept(record, index * 70_000);
  }
  for (let nowMs = 140_000; nowMs < 700_000; nowMs += digestMs / 6) {
    for (const [index, topology] of mesh.entries()) {
      topology.expire(nowMs);
      exchange(topology, mesh[(index + 1) % mesh.length] ?? topology, nowMs);
    }
  }
  expect(mesh.map((topology) => topology.get(dead.node))).toEqual([undefined, undefined, undefined]);
  expect(mesh.map((topology) => topology.size)).toEqual([3, 3, 3]);
});

test("a partition that missed a leaving hears of it when it is back, and the id is free there too", () => {
  const [a, b, c, d] = [1, 2, 3, 4].map(fakePeer);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return expect.unreachable();
  const here = new Topology(a.node, limits);
  const there = new Topology(b.node, limits);
  // a knows of c from before; then c left, and d took its id.
  for (const record of [a.advert(), c.advert({ neighbours: [b.node] })]) here.accept(record, 0);
  const taken = d.advert({ id: 3n, claimedAtMs: 50, neighbours: [b.node] });
  const alone = b.advert({ neighbours: [d.node] });
  for (const record of [alone, c.advert(), c.advert({ version: 2n, left: true }), taken]) there.accept(record, 60);
  expect([here.nodeById(3n), there.nodeById(3n)]).toEqual([c.node, d.node]);
  const both = [
    a.advert({ version: 2n, neighbours: [b.node] }),
    b.advert({ version: 2n, neighbours: ascending(a.node, d.node) }),
  ];
  for (const record of both) {
    here.accept(record, 100);
    there.accept(record, 100);
  }
  exchange(here, there, 100);
  expect([here.nodeById(3n), there.nodeById(3n)]).toEqual([d.node, d.node]);
});

function ascending(...nodes: readonly bigint[]): readonly bigint[] {
  return nodes.toSorted((x, y) => (x < y ? -1 : 1));
}
