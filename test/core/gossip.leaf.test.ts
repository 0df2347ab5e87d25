import { expect, test } from "vitest";
import { bytesOf, deltaBetween, signedOf, type AdvertRecord } from "../../src/core/advert.ts";
import { Effects } from "../../src/core/effects.ts";
import { Gossip } from "../../src/core/gossip.ts";
import { Leases } from "../../src/core/leases.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "../world/adverts.ts";
import { saidOf } from "../world/frames.ts";
import { bringUp, bringUpLeaf, openLink } from "../world/link-parts.ts";

const nowMs = 1_000_000;
const [self, near, far] = [fakePeer(1), fakePeer(2), fakePeer(3)];

/** Gossip of peer 1, linked with peers 2 and 3. */
class Rig {
  readonly effects = new Effects();
  readonly links: Links;
  readonly topology = new Topology(self.node, defaultLimits);
  readonly outrunBy: AdvertRecord[] = [];
  readonly gossip: Gossip;

  constructor(leaf = false) {
    this.links = new Links(defaultLimits, self.node, leaf);
    const { effects, links, topology } = this;
    const shared = { self: self.node, leaf, signer: self.signer, limits: defaultLimits, effects, links, topology };
    const outrun = (record: AdvertRecord): unknown => this.outrunBy.push(record);
    this.gossip = new Gossip({ ...shared, leases: new Leases(defaultLimits), outrun });
    for (const seed of [2, 3]) bringUp(links, openLink(links, { number: seed }), seed);
    this.gossip.restate(this.own(), nowMs);
    effects.take();
  }

  own(version = 1n): AdvertRecord {
    return self.advert({ version, neighbours: this.links.neighbours(), features: ["leaf"] });
  }

  hear(link: Link, adverts: readonly AdvertRecord[]): string | undefined {
    return this.gossip.adverts(link, { adverts: adverts.map(signedOf), deltas: [] }, nowMs);
  }

  /** Adverts that were sent on a link, or on all: how many whole ones in each frame, and how many changes. */
  sent(link?: number): readonly (readonly [number, number])[] {
    return saidOf(this.effects.take(), "adverts", link).map(({ adverts, deltas }) => [adverts.length, deltas.length]);
  }
}

test("leaves are told nothing, and what a leaf states of itself is passed on to the others", () => {
  const rig = new Rig();
  const leaf = bringUpLeaf(rig.links, 4);
  rig.gossip.greet(leaf);
  rig.gossip.restate(rig.own(2n), nowMs);
  expect(rig.sent(4)).toEqual([]);
  const stated = fakePeer(4).advert({ neighbours: [self.node], features: ["leaf"] });
  expect(rig.hear(leaf, [stated])).toBeUndefined();
  expect(rig.sent()).toEqual([
    [1, 0],
    [1, 0],
  ]);
  expect(rig.topology.get(fakePeer(4).node)?.id).toBe(4n);
});

test("a leaf is answered with its own advert where that is newer: it may have lost its store", () => {
  const rig = new Rig();
  const leaf = bringUpLeaf(rig.links, 4);
  const stated = fakePeer(4).advert({ neighbours: [self.node], features: ["leaf"], incarnation: 5n });
  rig.hear(leaf, [stated]);
  rig.effects.take();
  rig.hear(leaf, [fakePeer(4).advert({ features: ["leaf"] })]);
  const sent = saidOf(rig.effects.take(), "adverts", 4);
  expect(sent.flatMap(({ adverts }) => adverts.map(({ advert }) => [...advert]))).toEqual([[...bytesOf(stated)]]);
});

test("a leaf that speaks for another, states itself to be none, or sends changes, breaks the protocol", () => {
  const rig = new Rig();
  const leaf = bringUpLeaf(rig.links, 4);
  expect(rig.hear(leaf, [far.advert()])).toContain("not the leaf's");
  expect(rig.hear(leaf, [fakePeer(4).advert()])).toContain("not the leaf's");
  const delta = deltaBetween(far.advert(), far.advert({ version: 2n, neighbours: [self.node] }));
  expect(rig.gossip.adverts(leaf, { adverts: [], deltas: delta === undefined ? [] : [delta] }, nowMs)).toContain(
    "whole",
  );
});

test("a leaf states itself whole, to all its neighbours, and takes nothing from them but its own advert", () => {
  const rig = new Rig(true);
  rig.gossip.restate(rig.own(2n), nowMs);
  expect(rig.sent(2)).toEqual([[1, 0]]);
  const [link] = rig.links.leaves();
  if (link === undefined) throw new Error("it has links");
  rig.gossip.greet(link);
  rig.gossip.repeat(link);
  expect(rig.sent()).toEqual([[1, 0]]);
  expect(rig.hear(link, [self.advert({ features: ["leaf"], incarnation: 9n })])).toBeUndefined();
  expect(rig.outrunBy.map(({ incarnation }) => incarnation)).toEqual([9n]);
  expect(rig.hear(link, [near.advert()])).toContain("not the leaf's");
});
