import { expect, test } from "vitest";
import { DigestSum } from "../../src/core/advert-digest.ts";
import { Effects } from "../../src/core/effects.ts";
import { LeafDesk } from "../../src/core/leaf-desk.ts";
import { toldLine } from "../../src/core/leaf-line.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "../world/adverts.ts";
import { saidOf } from "../world/frames.ts";
import { bringUpLeaf } from "../world/link-parts.ts";

const [self, near, far] = [fakePeer(1), fakePeer(2), fakePeer(3)];
const [away, leaf, other] = [fakePeer(4), fakePeer(5), fakePeer(6)];

/** Peer 1 in a line 1, 2, 3; peer 4 is away, and the leaves 5 and 6 are attached to it. */
class Rig {
  readonly effects = new Effects();
  readonly links = new Links(defaultLimits, self.node);
  readonly topology = new Topology(self.node, defaultLimits);
  readonly desk: LeafDesk;
  readonly leaf: Link;
  readonly other: Link;

  constructor(limits = defaultLimits) {
    const { topology, links, effects } = this;
    this.desk = new LeafDesk({ self: self.node, topology, links, limits, effects });
    this.leaf = bringUpLeaf(links, 5);
    this.other = bringUpLeaf(links, 6);
    const attached = [leaf.node, other.node].toSorted((a, b) => (a < b ? -1 : 1));
    topology.accept(self.advert({ neighbours: [near.node, ...attached] }), 0);
    topology.accept(near.advert({ neighbours: [self.node, far.node] }), 0);
    topology.accept(far.advert({ neighbours: [near.node] }), 0);
    topology.accept(away.advert({ id: 4n }), 0);
    for (const peer of [leaf, other]) topology.accept(peer.advert({ neighbours: [self.node], features: ["leaf"] }), 0);
  }

  /** What was told on a link, in short. */
  told(link: Link): readonly string[] {
    return saidOf(this.effects.take(), "answer", link.number).flatMap(({ peers, whole }) =>
      peers.map(({ id, node, present, hops }) => {
        const who = [self, near, far, away, leaf, other].findIndex((peer) => peer.node === node) + 1;
        const as = `${who} as ${id}`;
        if (id === 0n || node === 0n) return `${whole ? "whole: " : ""}${as}${present ? ", told no more" : ""}`;
        return `${whole ? "whole: " : ""}${as}${present ? ` in ${hops}` : ""}`;
      }),
    );
  }
}

test("a leaf whose link comes up is told who this peer is, and when it changes its id", () => {
  const rig = new Rig();
  rig.desk.greet(rig.leaf);
  expect(rig.told(rig.leaf)).toEqual(["1 as 1 in 0"]);
  rig.topology.accept(self.advert({ id: 11n, version: 2n }), 1);
  rig.desk.restated();
  expect(rig.told(rig.other)).toEqual(["1 as 11 in 0"]);
});

test("who is asked for, by id or by node, is told with the way to it, and who is not known as nobody", () => {
  const rig = new Rig();
  rig.desk.asked(rig.leaf, [3n, 99n], [away.node, 98n]);
  expect(rig.told(rig.leaf)).toEqual(["0 as 99", "4 as 4", "0 as 0", "3 as 3 in 2"]);
});

test("what changes about those asked for is told to who asked, and to nobody else", () => {
  const rig = new Rig();
  rig.desk.asked(rig.leaf, [3n], []);
  rig.effects.take();
  rig.topology.accept(near.advert({ neighbours: [self.node], version: 2n }), 1);
  rig.desk.noticed([{ id: 3n, node: far.node }]);
  expect(rig.told(rig.leaf)).toEqual(["3 as 3"]);
  rig.desk.noticed([{ id: 3n, node: far.node }]);
  expect(rig.told(rig.other)).toEqual([]);
  rig.desk.noticed([{ id: 2n, node: near.node }]);
  expect(rig.told(rig.leaf)).toEqual([]);
});

test("who was asked for by id is told of under the next id as well", () => {
  const rig = new Rig();
  rig.desk.asked(rig.leaf, [3n], []);
  rig.topology.accept(far.advert({ id: 33n, neighbours: [near.node], version: 2n }), 1);
  rig.desk.noticed([
    { id: 3n, node: far.node },
    { id: 33n, node: far.node },
  ]);
  rig.effects.take();
  rig.topology.accept(far.advert({ id: 33n, version: 3n }), 2);
  rig.desk.noticed([{ id: 33n, node: far.node }]);
  expect(rig.told(rig.leaf)).toEqual(["3 as 33"]);
});

test("somebody who comes to hold an id that was asked for is told of", () => {
  const rig = new Rig();
  rig.desk.asked(rig.leaf, [44n], []);
  expect(rig.told(rig.leaf)).toEqual(["0 as 44"]);
  rig.topology.accept(far.advert({ id: 44n, neighbours: [near.node], version: 2n }), 1);
  rig.desk.noticed([{ id: 44n, node: far.node }]);
  expect(rig.told(rig.leaf)).toEqual(["3 as 44 in 2"]);
});

test("an origin is introduced once, and told of from then on", () => {
  const rig = new Rig();
  rig.desk.introduce(rig.leaf, 3n);
  rig.desk.introduce(rig.leaf, 3n);
  expect(rig.told(rig.leaf)).toEqual(["3 as 3 in 2"]);
  rig.desk.noticed([{ id: 3n, node: far.node }]);
  expect(rig.told(rig.leaf)).toEqual(["3 as 3 in 2"]);
});

test("a leaf is told who else claims its id, and never of itself", () => {
  const rig = new Rig();
  rig.topology.accept(far.advert({ id: 5n, neighbours: [near.node], version: 2n }), 1);
  rig.desk.noticed([{ id: 5n, node: far.node }]);
  expect(rig.told(rig.leaf)).toEqual(["3 as 5 in 2"]);
  rig.desk.asked(rig.leaf, [], [leaf.node]);
  expect(rig.told(rig.leaf)).toEqual([]);
});

test("of too many nodes the oldest is told of no more, which the leaf hears last", () => {
  const rig = new Rig({ ...defaultLimits, watchesMax: 1 });
  rig.desk.asked(rig.leaf, [], [far.node]);
  rig.effects.take();
  rig.desk.asked(rig.leaf, [], [near.node]);
  expect(rig.told(rig.leaf)).toEqual(["2 as 2 in 1", "3 as 0, told no more"]);
  rig.desk.noticed([{ id: 3n, node: far.node }]);
  expect(rig.told(rig.leaf)).toEqual([]);
});

test("a sum that is the same is not answered, and another one with all that the leaf is to know", () => {
  const rig = new Rig();
  rig.desk.asked(rig.leaf, [], [far.node, 98n]);
  rig.effects.take();
  const sum = new DigestSum();
  sum.add(leaf.advert());
  sum.add(toldLine({ ...self.advert(), present: true }));
  rig.desk.compared(rig.leaf, sum.value, 0);
  expect(rig.told(rig.leaf)).toEqual(["whole: 1 as 1 in 0", "whole: 3 as 3 in 2", "whole: 0 as 0"]);
  sum.add(toldLine({ ...far.advert(), present: true }));
  rig.desk.compared(rig.leaf, sum.value, 30_000);
  expect(rig.told(rig.leaf)).toEqual([]);
});

test("within one answer what comes last stands, though more was asked for than is told of", () => {
  const rig = new Rig({ ...defaultLimits, watchesMax: 2 });
  rig.desk.asked(rig.leaf, [2n, 3n], [away.node]);
  const said = rig.told(rig.leaf);
  expect(said).toEqual(["4 as 4", "2 as 2 in 1", "3 as 3 in 2", "4 as 0, told no more"]);
});

test("an id that is told of no more is named, whether others were asked for or introduced", () => {
  const rig = new Rig({ ...defaultLimits, watchesMax: 1 });
  rig.desk.asked(rig.leaf, [99n], []);
  rig.effects.take();
  rig.desk.asked(rig.leaf, [98n], []);
  expect(rig.told(rig.leaf)).toEqual(["0 as 99, told no more", "0 as 98"]);
  rig.desk.introduce(rig.leaf, 3n);
  expect(rig.told(rig.leaf)).toEqual(["0 as 98, told no more", "3 as 3 in 2"]);
});

test("who has left is told to be nobody, not to be told of no more", () => {
  const rig = new Rig({ ...defaultLimits, watchesMax: 1 });
  rig.desk.asked(rig.leaf, [], [far.node]);
  rig.topology.accept(far.advert({ version: 2n, left: true }), 1);
  rig.effects.take();
  rig.desk.asked(rig.leaf, [], [near.node]);
  expect(rig.told(rig.leaf)).toEqual(["2 as 2 in 1", "3 as 0"]);
});

test("an origin is introduced again once its node is told of no more", () => {
  const rig = new Rig({ ...defaultLimits, watchesMax: 2 });
  rig.desk.introduce(rig.leaf, 3n);
  rig.desk.asked(rig.leaf, [], [near.node, away.node]);
  rig.effects.take();
  rig.desk.introduce(rig.leaf, 3n);
  expect(rig.told(rig.leaf)).toEqual(["3 as 3 in 2", "2 as 0, told no more"]);
  rig.desk.introduce(rig.leaf, 3n);
  expect(rig.told(rig.leaf)).toEqual([]);
});

test("the origins that are leaf and neighbour themselves are introduced once", () => {
  const rig = new Rig();
  for (const id of [5n, 1n]) rig.desk.introduce(rig.leaf, id);
  expect(rig.told(rig.leaf)).toEqual(["1 as 1 in 0"]);
  for (const id of [5n, 1n]) rig.desk.introduce(rig.leaf, id);
  expect(rig.told(rig.leaf)).toEqual([]);
});

test("who else claims the id of a node that was asked for is told with the next change of that", () => {
  const rig = new Rig();
  rig.desk.asked(rig.leaf, [], [far.node]);
  rig.effects.take();
  rig.topology.accept(near.advert({ id: 3n, claimedAtMs: 0, neighbours: [self.node, far.node], version: 2n }), 1);
  rig.desk.noticed([{ id: 3n, node: near.node }]);
  expect(rig.told(rig.leaf)).toEqual([]);
  rig.desk.noticed([{ id: 3n, node: far.node }]);
  expect(rig.told(rig.leaf)).toEqual(["3 as 3 in 2", "2 as 3 in 1"]);
});

/** Counts how often who claims an id is looked up. */
function countLookups(topology: Topology): { lookups: number } {
  const count = { lookups: 0 };
  const claimantsOf = topology.claimantsOf.bind(topology);
  topology.claimantsOf = (id) => {
    count.lookups += 1;
    return claimantsOf(id);
  };
  return count;
}

test("of many that claim an id the first few are told, and they are looked at once", () => {
  const rig = new Rig();
  const many = Array.from({ length: 20 }, (_, index) => fakePeer(20 + index));
  rig.desk.asked(rig.leaf, [77n], []);
  rig.effects.take();
  for (const [index, peer] of many.entries())
    rig.topology.accept(peer.advert({ id: 77n, claimedAtMs: 100 - index }), 1);
  const standing = rig.topology.holderOf(77n)?.node;
  const count = countLookups(rig.topology);
  rig.desk.noticed(many.map(({ node }) => ({ id: 77n, node })));
  const [answer] = saidOf(rig.effects.take(), "answer", rig.leaf.number);
  expect(answer?.peers[0]?.node).toBe(standing);
  expect(answer?.peers).toHaveLength(4);
  expect(count.lookups).toBe(1);
});

test("a peer without leaves looks at nobody, whatever changes", () => {
  const rig = new Rig();
  for (const link of [rig.leaf, rig.other]) rig.links.closed(link);
  const count = countLookups(rig.topology);
  rig.desk.noticed([{ id: 3n, node: far.node }]);
  expect(count.lookups).toBe(0);
});

test("sums are compared once a second at most", () => {
  const rig = new Rig();
  rig.desk.compared(rig.leaf, 1n, 5_000);
  rig.desk.compared(rig.other, 1n, 5_000);
  expect(saidOf(rig.effects.take(), "answer")).toHaveLength(2);
  rig.desk.compared(rig.leaf, 1n, 5_999);
  expect(rig.effects.take()).toEqual([]);
  rig.desk.compared(rig.leaf, 1n, 6_000);
  expect(saidOf(rig.effects.take(), "answer")).toHaveLength(1);
});

test("a leaf that is gone is told nothing", () => {
  const rig = new Rig();
  rig.desk.asked(rig.leaf, [3n], [far.node]);
  rig.effects.take();
  rig.desk.closed(rig.leaf);
  rig.desk.noticed([{ id: 3n, node: far.node }]);
  expect(rig.effects.take()).toEqual([]);
});
