import { expect, test, vi } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import { Identity } from "../../src/core/identity.ts";
import { Hearsay } from "../../src/core/leaf-hearsay.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Roads } from "../../src/core/roads.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakeMesh, fakePeer } from "../world/adverts.ts";
import { seededEntropy } from "../world/entropy.ts";
import { bringUp, bringUpLeaf, openLink } from "../world/link-parts.ts";
import { saidOf } from "../world/frames.ts";

const [self, near, far, lone] = [fakePeer(1), fakePeer(2), fakePeer(3), fakePeer(4)];

/** Roads of peer 1 in a line 1, 2, 3; peer 4 is known but cannot be reached. */
function roadsOf(): { readonly roads: Roads; readonly topology: Topology; readonly links: Links } {
  const topology = new Topology(self.node, defaultLimits);
  const line: readonly (readonly [number, number])[] = [
    [1, 2],
    [2, 3],
  ];
  for (const record of fakeMesh(4, line)) topology.accept(record, 0);
  const links = new Links(defaultLimits, self.node);
  bringUp(links, openLink(links, { number: 7 }), 2);
  const identity = Identity.from(undefined, { desiredId: 0n, entropy: seededEntropy("roads"), nowMs: 0 });
  identity.take(1n, "granted", 0);
  return { topology, links, roads: new Roads({ self: self.node, identity, topology, links, limits: defaultLimits }) };
}

test("an id stands for its holder, one's own for oneself, and an unknown one for nobody", () => {
  const { roads } = roadsOf();
  expect([1n, 2n, 3n, 4n, 5n].map((id) => roads.target(id, 0n))).toEqual([
    self.node,
    near.node,
    far.node,
    lone.node,
    undefined,
  ]);
});

test("a destination bound to a node stands for that node, whoever holds the id", () => {
  const { roads } = roadsOf();
  expect(roads.target(3n, near.node)).toBe(near.node);
  expect(roads.target(1n, far.node)).toBe(far.node);
});

test("an envelope is this peer's by its id where it is bound to nobody, else by its node alone", () => {
  const { roads } = roadsOf();
  expect(roads.isMine(1n, 0n)).toBe(true);
  expect(roads.isMine(2n, 0n)).toBe(false);
  expect(roads.isMine(99n, self.node)).toBe(true);
  expect(roads.isMine(1n, near.node)).toBe(false);
});

test("a node has its id while it is present", () => {
  const { roads } = roadsOf();
  expect(roads.idOf(self.node)).toBe(1n);
  expect(roads.idOf(far.node)).toBe(3n);
  expect(roads.idOf(lone.node)).toBeUndefined();
  expect(roads.idOf(99n)).toBeUndefined();
});

test("the link towards a node is the one with the first peer on the road", () => {
  const { roads, links } = roadsOf();
  expect(roads.link(near.node)?.number).toBe(7);
  expect(roads.link(far.node)?.number).toBe(7);
  expect(roads.link(lone.node)).toBeUndefined();
  expect(roads.link(self.node)).toBeUndefined();
  const up = links.withNode(near.node);
  if (up !== undefined) links.closed(up);
  expect(roads.link(far.node)).toBeUndefined();
});

test("a road names every node on it, this peer first", () => {
  const { roads } = roadsOf();
  expect(roads.road(far.node)).toEqual([self.node, near.node, far.node]);
  expect(roads.road(lone.node)).toEqual([]);
  expect([far.node, lone.node].map((node) => roads.isReachable(node))).toEqual([true, false]);
});

test("custodians are the reachable that offer it, this peer not among them", () => {
  const { roads, topology } = roadsOf();
  expect([...roads.custodians()]).toEqual([near.node, far.node]);
  topology.accept(near.advert({ version: 2n, features: [], neighbours: [self.node, far.node] }), 0);
  expect([...roads.custodians()]).toEqual([far.node]);
});

test("the custodians for a target are chosen among those that are there, and looked at again only after a change", () => {
  const { roads, topology } = roadsOf();
  const target = { to: 9n, boundTo: 0n };
  const chosen = roads.custodiansFor(target);
  expect(new Set(chosen)).toEqual(new Set([near.node, far.node]));
  const computed = vi.spyOn(topology, "routes", "get");
  expect(roads.custodiansFor({ to: 10n, boundTo: 0n })).toHaveLength(2);
  expect(roads.custodiansFor(target)).toBe(chosen);
  expect(computed).not.toHaveBeenCalled();
  topology.accept(near.advert({ version: 2n, features: [], neighbours: [self.node, far.node] }), 0);
  expect(roads.custodiansFor(target)).toEqual([far.node]);
});

test("who holds the target's id keeps nothing that is bound to nobody: of two that do, one is about to lose it", () => {
  const { roads, topology } = roadsOf();
  topology.accept(lone.advert({ version: 2n, id: 3n, claimedAtMs: 1 }), 0);
  topology.accept(
    far.advert({ version: 2n, id: 3n, claimedAtMs: 2, features: ["custody"], neighbours: [near.node] }),
    0,
  );
  expect([roads.target(3n, 0n), roads.isReachable(lone.node)]).toEqual([lone.node, false]);
  expect(roads.custodiansFor({ to: 3n, boundTo: 0n })).toEqual([near.node]);
  expect(roads.custodiansFor({ to: 3n, boundTo: lone.node })).toHaveLength(2);
});

test("mail that is passed on to a leaf is announced to it, and to nobody else", () => {
  const { topology, links } = roadsOf();
  const identity = Identity.from(undefined, { desiredId: 0n, entropy: seededEntropy("roads"), nowMs: 0 });
  const introduce = vi.fn<(link: Link, id: bigint) => void>();
  const roads = new Roads({
    ...{ self: self.node, identity, topology, links, limits: defaultLimits },
    desk: { introduce },
  });
  const leaf = bringUpLeaf(links, 9);
  roads.introduce(leaf, 3n);
  for (const link of links.full()) roads.introduce(link, 3n);
  expect(introduce.mock.calls).toEqual([[leaf, 3n]]);
  expect(roads.onward(far.node)).toBe(roads.link(far.node));
});

test("a leaf asks for whom it looks for in vain, passes nothing on, and asks nobody to keep mail before it was answered", () => {
  const topology = new Topology(self.node, defaultLimits);
  const links = new Links(defaultLimits, self.node, true);
  const identity = Identity.from(undefined, { desiredId: 0n, entropy: seededEntropy("roads"), nowMs: 0 });
  const effects = new Effects();
  const hearsay = new Hearsay({ self: self.node, topology, links, limits: defaultLimits, effects });
  const roads = new Roads({ self: self.node, identity, topology, links, limits: defaultLimits, hearsay });
  const link = openLink(links, { number: 7 });
  const { node, signer } = near;
  links.establish(link, { node, key: signer.publicKey, features: ["custody"], incarnation: 1n }, 0);
  topology.accept(self.advert({ neighbours: [node] }), 0);
  topology.accept(near.advert({ neighbours: [self.node] }), 0);
  expect(roads.onward(near.node)).toBeUndefined();
  expect(roads.link(near.node)).toBe(link);
  expect(roads.custodiansFor({ to: 3n, boundTo: 0n })).toEqual([near.node]);
  expect(roads.target(3n, 0n)).toBeUndefined();
  expect(roads.isReachable(far.node)).toBe(false);
  expect(roads.custodiansFor({ to: 3n, boundTo: 0n })).toEqual([]);
  expect(roads.custodiansFor({ to: 4n, boundTo: far.node })).toEqual([]);
  hearsay.ask();
  expect(saidOf(effects.take(), "question").map(({ ids, nodes }) => [ids, nodes])).toEqual([[[3n], [far.node]]]);
});
