import { expect, test } from "vitest";
import { deltaBetween, signedOf } from "../../src/core/advert.ts";
import { Effects } from "../../src/core/effects.ts";
import { Gossip } from "../../src/core/gossip.ts";
import { Herald } from "../../src/core/herald.ts";
import { Identity } from "../../src/core/identity.ts";
import { Leases } from "../../src/core/leases.ts";
import { LeafDesk } from "../../src/core/leaf-desk.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "../world/adverts.ts";
import { seededEntropy } from "../world/entropy.ts";
import { saidOf } from "../world/frames.ts";
import { bringUp, bringUpLeaf, openLink } from "../world/link-parts.ts";

const self = fakePeer(1);

class Rig {
  readonly effects = new Effects();
  readonly links: Links;
  readonly topology = new Topology(self.node, defaultLimits);
  readonly identity = Identity.from(undefined, { desiredId: 0n, entropy: seededEntropy("herald"), nowMs: 0 });
  readonly herald: Herald;
  readonly gossip: Gossip;

  constructor(leaf = false) {
    this.links = new Links(defaultLimits, self.node, leaf);
    const { effects, links, topology, identity } = this;
    identity.name = "one";
    const shared = { self: self.node, leaf, topology, links, effects, limits: defaultLimits };
    const leases = new Leases(defaultLimits);
    this.gossip = new Gossip({ ...shared, leases, signer: self.signer, outrun: () => {} });
    const desk = leaf ? undefined : new LeafDesk(shared);
    const features = leaf ? ["leaf"] : ["custody"];
    this.herald = new Herald({ ...shared, identity, gossip: this.gossip, desk, features });
    this.herald.listens("127.0.0.1:1");
  }

  /** A link comes up with the peer of that seed. */
  link(seed: number, number = seed): Link {
    const link = openLink(this.links, { number });
    bringUp(this.links, link, seed);
    this.herald.relinked(link);
    return link;
  }

  /** The peer of that seed is stated over a link. */
  states(number: number, seed: number): void {
    const link = this.links.get(number);
    if (link === undefined) throw new Error(`there is no link ${number}`);
    const { advert, signature } = signedOf(fakePeer(seed).advert({ neighbours: [self.node] }));
    this.gossip.adverts(link, { adverts: [{ advert, signature }], deltas: [] }, 0);
  }

  /** Ends an event. @returns the version that is stated then. */
  settle(nowMs: number, isDurable = true): bigint {
    this.herald.settle(isDurable, nowMs);
    return this.topology.get(self.node)?.version ?? 0n;
  }

  ready(): this {
    this.identity.take(1n, "granted", 0);
    this.herald.changed();
    this.settle(0);
    this.effects.take();
    return this;
  }
}

test("nothing is stated before there is an id that would survive it", () => {
  const rig = new Rig();
  rig.herald.changed();
  expect(rig.settle(0)).toBe(0n);
  rig.identity.take(1n, "granted", 0);
  expect(rig.settle(0, false)).toBe(0n);
  expect(rig.settle(0)).toBe(1n);
  expect(rig.topology.get(self.node)).toMatchObject({ id: 1n, name: "one", addresses: ["127.0.0.1:1"] });
});

test("what changed is stated once per event, and nothing when nothing did", () => {
  const rig = new Rig().ready();
  rig.link(2);
  rig.states(2, 2);
  rig.herald.changed();
  expect(rig.settle(1)).toBe(2n);
  expect(rig.settle(2)).toBe(2n);
  expect(rig.topology.get(self.node)?.neighbours).toEqual([fakePeer(2).node]);
});

test("a link is stated once the neighbour has stated itself over it: what is known of it from before may be over", () => {
  const rig = new Rig().ready();
  rig.topology.accept(fakePeer(2).advert({ neighbours: [self.node] }), 0);
  rig.link(2);
  expect(rig.settle(1)).toBe(1n);
  expect(rig.topology.isReachable(fakePeer(2).node)).toBe(false);
  rig.link(3);
  rig.states(3, 2);
  expect(rig.settle(2)).toBe(1n);
  rig.states(2, 2);
  expect(rig.settle(3)).toBe(2n);
  expect(rig.topology.get(self.node)?.neighbours).toEqual([fakePeer(2).node]);
});

test("a neighbour has stated itself, too, where what it says came sooner by another road, be it a change", () => {
  const rig = new Rig().ready();
  const [link, elsewhere] = [rig.link(2), rig.link(3)];
  const [before, after] = [fakePeer(2).advert(), fakePeer(2).advert({ version: 2n, neighbours: [self.node] })];
  const delta = deltaBetween(before, after);
  if (delta === undefined) throw new Error("only links were to change");
  rig.gossip.adverts(elsewhere, { adverts: [signedOf(after)], deltas: [] }, 0);
  rig.gossip.adverts(link, { adverts: [signedOf(before)], deltas: [] }, 0);
  expect(rig.settle(1)).toBe(1n);
  rig.gossip.adverts(link, { adverts: [], deltas: [delta] }, 0);
  expect(rig.settle(2)).toBe(2n);
  expect(rig.topology.get(self.node)?.neighbours).toEqual([fakePeer(2).node]);
});

test("a link that takes over from another with the same neighbour changes nothing that is stated", () => {
  const rig = new Rig().ready();
  const first = rig.link(2);
  rig.states(2, 2);
  expect(rig.settle(1)).toBe(2n);
  rig.link(2, 12);
  rig.links.closing(first, 1);
  expect(rig.settle(2)).toBe(2n);
});

test("a link that ended before anything was stated over it is no matter any more", () => {
  const rig = new Rig().ready();
  const link = rig.link(2);
  expect(rig.settle(1)).toBe(1n);
  rig.links.closed(link);
  rig.herald.relinked(link);
  expect(rig.settle(2)).toBe(1n);
  expect(rig.topology.get(self.node)?.neighbours).toEqual([]);
  rig.link(2, 12);
  rig.states(12, 2);
  rig.settle(3);
  expect(rig.topology.get(self.node)?.neighbours).toEqual([fakePeer(2).node]);
});

test("of leaves that come at once the first is stated at once and the others together, a moment later", () => {
  const rig = new Rig().ready();
  for (const [seed, nowMs] of [
    [3, 1_000],
    [4, 1_001],
    [5, 1_002],
  ] as const) {
    rig.herald.relinked(bringUpLeaf(rig.links, seed));
    rig.settle(nowMs);
  }
  expect(rig.topology.get(self.node)).toMatchObject({ version: 2n, neighbours: [fakePeer(3).node] });
  const dueMs = 1_000 + defaultLimits.leafRestateMs;
  expect(rig.herald.nextDeadlineMs).toBe(dueMs);
  expect(rig.settle(dueMs - 1)).toBe(2n);
  expect(rig.settle(dueMs)).toBe(3n);
  expect(rig.topology.get(self.node)?.neighbours).toHaveLength(3);
  expect(rig.herald.nextDeadlineMs).toBe(Infinity);
});

test("a change that cannot wait takes those of leaves along", () => {
  const rig = new Rig().ready();
  rig.herald.relinked(bringUpLeaf(rig.links, 3));
  rig.settle(0);
  rig.herald.relinked(bringUpLeaf(rig.links, 4));
  rig.herald.changed();
  expect(rig.settle(1)).toBe(3n);
  expect(rig.topology.get(self.node)?.neighbours).toHaveLength(2);
});

test("while nothing may be stated no time is waited for", () => {
  const rig = new Rig();
  rig.herald.relinked(bringUpLeaf(rig.links, 3));
  rig.settle(0);
  expect(rig.herald.nextDeadlineMs).toBe(Infinity);
});

test("leaves are told of another id", () => {
  const rig = new Rig().ready();
  bringUpLeaf(rig.links, 3);
  rig.identity.take(11n, "granted", 5);
  rig.herald.changed();
  rig.settle(5);
  expect(saidOf(rig.effects.take(), "answer", 3).flatMap(({ peers }) => peers.map(({ id }) => id))).toEqual([11n]);
});

test("a leaf states no address, and its own links at once", () => {
  const rig = new Rig(true).ready();
  const link = openLink(rig.links, { number: 2, address: "127.0.0.1:2" });
  bringUp(rig.links, link, 2);
  rig.herald.relinked(link);
  expect(rig.settle(1)).toBe(2n);
  expect(rig.topology.get(self.node)).toMatchObject({ addresses: [], neighbours: [fakePeer(2).node] });
});

test("who leaves says so, and has no links", () => {
  const rig = new Rig().ready();
  bringUpLeaf(rig.links, 3);
  rig.herald.leave();
  rig.settle(1);
  expect(rig.topology.get(self.node)).toMatchObject({ left: true, neighbours: [] });
});

test("what others vouch for it with is stated when it changes, and not before it has an id", () => {
  const rig = new Rig();
  rig.identity.credential = Uint8Array.of(1);
  expect(rig.settle(0)).toBe(0n);
  rig.ready();
  expect(rig.topology.get(self.node)?.credential).toEqual(Uint8Array.of(1));
  expect(rig.settle(1)).toBe(1n);
  rig.identity.credential = Uint8Array.of(2);
  expect(rig.settle(2)).toBe(2n);
  expect(rig.settle(3)).toBe(2n);
  expect(rig.topology.get(self.node)?.credential).toEqual(Uint8Array.of(2));
});

test("another name is stated at the end of the event, once", () => {
  const rig = new Rig();
  rig.identity.take(1n, null, 0);
  const before = rig.settle(0);
  rig.identity.name = "two";
  expect(rig.settle(1)).toBe(before + 1n);
  expect(rig.topology.get(self.node)?.name).toBe("two");
  expect(rig.settle(2)).toBe(before + 1n);
});
