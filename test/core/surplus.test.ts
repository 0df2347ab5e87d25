import { expect, test } from "vitest";
import { Census } from "../../src/core/census.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links } from "../../src/core/links.ts";
import { Surplus } from "../../src/core/surplus.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakeMesh, fakePeer } from "../world/adverts.ts";
import { seededEntropy } from "../world/entropy.ts";
import { bringUp, openLink } from "../world/link-parts.ts";

const self = fakePeer(1).node;
type Pair = readonly [number, number];

/** Peer 1 in a mesh of pairs of seeds; those among the kept are links that a person asked for. */
function surplus(count: number, pairs: readonly Pair[], kept: readonly number[] = []): Surplus {
  const topology = new Topology(self, defaultLimits);
  for (const advert of fakeMesh(count, pairs)) topology.accept(advert, 0);
  const links = new Links(defaultLimits, self);
  const linked = pairs.flatMap(([a, b]) => (a === 1 ? [b] : b === 1 ? [a] : []));
  for (const seed of linked) bringUp(links, openLink(links, { number: seed }), seed);
  return new Surplus({
    links,
    topology,
    census: new Census(self, topology),
    entropy: seededEntropy("surplus"),
    isSpare: ({ number }) => !kept.includes(number),
  });
}

/** 2 has four links, 3 and 4 have three. */
const dense: readonly Pair[] = [
  [1, 2],
  [1, 3],
  [1, 4],
  [2, 3],
  [2, 4],
  [3, 4],
  [2, 5],
];
const ring: readonly Pair[] = [
  [1, 2],
  [2, 3],
  [3, 4],
  [4, 1],
];

test("the link with the neighbour that has the most is given up", () => {
  expect(surplus(5, dense).choose()?.number).toBe(2);
});

test("a link that a person asked for is not (invariant 1)", () => {
  expect(surplus(5, dense, [2]).choose()?.number).not.toBe(2);
  expect(surplus(5, dense, [2, 3, 4]).choose()).toBeUndefined();
});

test("a link without which there is no road is not (invariant 2)", () => {
  const line: readonly Pair[] = [
    [1, 2],
    [2, 3],
    [2, 4],
    [1, 5],
  ];
  expect(surplus(5, line).choose()).toBeUndefined();
});

test("one who has none is worth a link of one who has two", () => {
  expect(surplus(4, ring).isWorth(fakePeer(9).node, { min: 2, max: 2 })).toBe(true);
});

test("a want that would only change places is not worth it", () => {
  // Peer 5 has one link; whoever lost one for it would have one.
  const tailed = [...ring, [5, 3]] as const;
  expect(surplus(5, tailed).isWorth(fakePeer(5).node, { min: 2, max: 2 })).toBe(false);
});

test("it is worth it where two want, who are no help to each other", () => {
  // 5 and 6 are linked, and have one link each; 6 can then link with whoever lost one.
  const apart = [...ring, [3, 7], [5, 7], [6, 7], [5, 6]] as const;
  const range = { min: 3, max: 3 };
  expect(surplus(7, apart).isWorth(fakePeer(5).node, range)).toBe(true);
});

test("a neighbour that has more than it needs can always do without", () => {
  expect(surplus(5, dense).isWorth(fakePeer(5).node, { min: 3, max: 3 })).toBe(true);
  expect(surplus(5, dense, [2, 3, 4]).isWorth(fakePeer(9).node, { min: 1, max: 3 })).toBe(false);
});
