import { expect, test } from "vitest";
import { Census } from "../../src/core/census.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakeMesh, fakePeer } from "../world/adverts.ts";

const self = fakePeer(1).node;

function mesh(count: number, pairs: readonly (readonly [number, number])[]): Topology {
  const topology = new Topology(self, defaultLimits);
  for (const advert of fakeMesh(count, pairs)) topology.accept(advert, 0);
  return topology;
}

function seedsOf(nodes: Iterable<bigint>, count: number): readonly number[] {
  const held = new Set(nodes);
  return Array.from({ length: count }, (_, index) => index + 1).filter((seed) => held.has(fakePeer(seed).node));
}

test("links are counted for whoever there is a road to", () => {
  const census = new Census(
    self,
    mesh(6, [
      [1, 2],
      [2, 3],
      [2, 4],
      [5, 6],
    ]),
  );
  expect([1, 2, 3, 5].map((seed) => census.linksOf(fakePeer(seed).node))).toEqual([1, 3, 1, 0]);
  expect(census.peers.map(({ record, links }) => [record.id, links])).toEqual([
    [2n, 3],
    [3n, 1],
    [4n, 1],
  ]);
  expect([...census.addresses]).toEqual(["127.0.0.1:8002", "127.0.0.1:8003", "127.0.0.1:8004"]);
});

test("leaves, and links with them, do not count", () => {
  const topology = new Topology(self, defaultLimits);
  const [hub, leaf] = [fakePeer(2), fakePeer(3)];
  topology.accept(fakePeer(1).advert({ neighbours: [hub.node] }), 0);
  topology.accept(hub.advert({ neighbours: [self, leaf.node].toSorted((a, b) => (a < b ? -1 : 1)) }), 0);
  topology.accept(leaf.advert({ neighbours: [hub.node], features: ["leaf"] }), 0);
  expect(topology.isReachable(leaf.node)).toBe(true);
  const census = new Census(self, topology);
  expect(census.peers.map(({ record, links }) => [record.id, links])).toEqual([[2n, 1]]);
});

test("there is a detour to a neighbour where a road leads around the link, however long, and only there", () => {
  const ring = mesh(5, [
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 5],
    [5, 1],
  ]);
  expect(seedsOf(new Census(self, ring).detours, 5)).toEqual([2, 5]);
  const line = mesh(4, [
    [1, 2],
    [2, 3],
    [1, 4],
  ]);
  expect(seedsOf(new Census(self, line).detours, 4)).toEqual([]);
  const tailed = mesh(4, [
    [1, 2],
    [1, 3],
    [2, 3],
    [1, 4],
  ]);
  expect(seedsOf(new Census(self, tailed).detours, 4)).toEqual([2, 3]);
});

test("a change of the topology is seen, and without one nothing is counted again", () => {
  const topology = mesh(2, [[1, 2]]);
  const census = new Census(self, topology);
  const before = census.peers;
  expect(census.peers).toBe(before);
  topology.accept(fakePeer(2).advert({ version: 2n, neighbours: [] }), 1);
  expect(census.peers).toEqual([]);
});
