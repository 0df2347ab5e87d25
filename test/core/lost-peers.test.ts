import { expect, test } from "vitest";
import { LostPeers } from "../../src/core/lost-peers.ts";

const limits = { lostPeersMax: 3, strangerForgetMs: 10_000, leaseMs: 1_000 };
const nobody = (): boolean => false;

function lostPeers(...nodes: readonly bigint[]): LostPeers {
  const lost = new LostPeers(limits);
  for (const node of nodes) lost.add({ node, address: `host:${node}`, sinceMs: 0 });
  return lost;
}

function outAt(lost: LostPeers, nowMs: number, isReachable: (node: bigint) => boolean = nobody): readonly bigint[] {
  return lost.outOfReach(isReachable, nowMs).map(({ node }) => node);
}

test("those without a road are out of reach, the others are not", () => {
  expect(outAt(lostPeers(1n, 2n), 5, (node) => node === 2n)).toEqual([1n]);
});

test("one that can be reached is remembered for a while, in case the road is about to break", () => {
  const lost = lostPeers(1n);
  expect(outAt(lost, 1_000, () => true)).toEqual([]);
  expect(outAt(lost, 1_000)).toEqual([1n]);
  expect(outAt(lost, 1_001, () => true)).toEqual([]);
  expect(outAt(lost, 1_001)).toEqual([]);
});

test("one that cannot be reached is given up after a day", () => {
  const lost = lostPeers(1n);
  expect(outAt(lost, 10_000)).toEqual([1n]);
  expect(outAt(lost, 10_001)).toEqual([]);
  expect(outAt(lost, 0)).toEqual([]);
});

test("one that is found is lost no more, and neither is who used to listen where another peer is found", () => {
  const lost = lostPeers(1n, 2n, 3n);
  lost.drop({ node: 1n, address: undefined });
  lost.drop({ node: 9n, address: "host:2" });
  expect(outAt(lost, 0)).toEqual([3n]);
});

test("of too many the longest lost is forgotten", () => {
  const lost = lostPeers(1n, 2n, 3n);
  lost.add({ node: 1n, address: "host:1", sinceMs: 5 });
  lost.add({ node: 4n, address: "host:4", sinceMs: 6 });
  expect(outAt(lost, 6)).toEqual([3n, 1n, 4n]);
});
