import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { DigestSum } from "../../src/core/advert-digest.ts";
import { Effects } from "../../src/core/effects.ts";
import { shortValue } from "../../src/core/frame.ts";
import { Hearsay } from "../../src/core/leaf-hearsay.ts";
import { toldLine } from "../../src/core/leaf-line.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Topology } from "../../src/core/topology.ts";
import { AnswerSchema, type WhereaboutsSchema } from "../../src/gen/e3/v1/link_pb.ts";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { fakePeer } from "../world/adverts.ts";
import { kindOf, saidOf } from "../world/frames.ts";
import { bringUp, openLink } from "../world/link-parts.ts";

type Whereabouts = MessageInitShape<typeof WhereaboutsSchema>;

const [self, one, two, far] = [fakePeer(1), fakePeer(2), fakePeer(3), fakePeer(4)];

/** What is said of a peer: it is there unless told otherwise. */
function whereabouts(peer: typeof far, more: Partial<Whereabouts> = {}): Whereabouts {
  return { ...{ id: peer.advert().id, node: peer.node, present: true, hops: 1, name: "x", claimedAtMs: 5n }, ...more };
}

/** Peer 1, a leaf attached to peers 2 and 3. */
class Rig {
  readonly effects = new Effects();
  readonly links = new Links(defaultLimits, self.node, true);
  readonly topology = new Topology(self.node, defaultLimits);
  readonly hearsay: Hearsay;
  readonly one: Link;
  readonly two: Link;
  nowMs = 0;

  constructor(limits = defaultLimits) {
    const { topology, links, effects } = this;
    this.hearsay = new Hearsay({ self: self.node, topology, links, limits, effects });
    this.one = this.#attach(2);
    this.two = this.#attach(3);
    this.restate();
    this.tell(this.one, whereabouts(one, { hops: 0 }));
    this.tell(this.two, whereabouts(two, { hops: 0 }));
  }

  #attach(seed: number): Link {
    const link = openLink(this.links, { number: seed, address: `127.0.0.1:${seed}` });
    bringUp(this.links, link, seed);
    this.hearsay.attached();
    return link;
  }

  restate(): void {
    this.nowMs += 1;
    const fields = { neighbours: this.links.neighbours(), features: ["leaf"], version: BigInt(this.nowMs) };
    this.topology.accept(self.advert(fields), this.nowMs);
  }

  tell(link: Link, ...peers: readonly Whereabouts[]): void {
    this.hearsay.told(link, create(AnswerSchema, { peers: [...peers] }), (this.nowMs += 1));
  }

  lose(link: Link): void {
    this.links.closed(link);
    this.hearsay.lost(link, (this.nowMs += 1));
    this.restate();
  }

  asked(): readonly unknown[] {
    this.hearsay.ask();
    return saidOf(this.effects.take(), "question").map(({ ids, nodes }) => [...ids, ...nodes]);
  }
}

test("what is wanted is asked of all neighbours at the end of an event, once", () => {
  const rig = new Rig();
  rig.hearsay.wantId(4n);
  rig.hearsay.wantNode(far.node);
  expect(rig.asked()).toEqual([
    [4n, far.node],
    [4n, far.node],
  ]);
  rig.hearsay.wantId(4n);
  expect(rig.asked()).toEqual([]);
});

test("a subject is being asked for until one neighbour has answered, which counts as news", () => {
  const rig = new Rig();
  rig.hearsay.wantId(4n);
  rig.hearsay.ask();
  expect(rig.hearsay.isAsking(4n, 0n)).toBe(true);
  const { revision } = rig.hearsay;
  rig.tell(rig.one, { id: 4n });
  expect(rig.hearsay.isAsking(4n, 0n)).toBe(false);
  expect(rig.hearsay.revision).toBe(revision + 1);
});

test("who is said to be there can be reached over the neighbour that says so, by the road it names", () => {
  const rig = new Rig();
  rig.tell(rig.two, whereabouts(far, { hops: 2 }));
  expect(rig.topology.holderOf(4n)?.node).toBe(far.node);
  expect(rig.topology.routes.road(far.node)).toEqual([self.node, two.node, far.node]);
  expect([rig.hearsay.hops(far.node), rig.hearsay.hops(two.node)]).toEqual([3, 1]);
  rig.tell(rig.one, whereabouts(far));
  expect(rig.topology.routes.nextHop(far.node)).toBe(one.node);
  expect(rig.hearsay.hops(far.node)).toBe(2);
});

test("no road leads over somebody who is not a neighbour", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(two), whereabouts(far));
  rig.tell(rig.two, whereabouts(far));
  rig.lose(rig.two);
  expect(rig.topology.routes.road(two.node)).toEqual([self.node, one.node, two.node]);
  rig.tell(rig.one, whereabouts(two, { present: false }));
  expect(rig.topology.isReachable(two.node)).toBe(false);
});

test("who is said to be away keeps its id, and who is said to be nobody loses it", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(far));
  rig.tell(rig.one, whereabouts(far, { present: false }));
  expect(rig.topology.isReachable(far.node)).toBe(false);
  expect(rig.topology.holderOf(4n)?.node).toBe(far.node);
  rig.tell(rig.one, { node: far.node });
  expect(rig.topology.holderOf(4n)).toBeUndefined();
  expect(rig.hearsay.hops(far.node)).toBeUndefined();
});

test("what a neighbour said counts no more once its link is down; what the other says does", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(far));
  rig.tell(rig.two, whereabouts(far));
  rig.lose(rig.one);
  expect(rig.topology.routes.nextHop(far.node)).toBe(two.node);
  rig.lose(rig.two);
  expect(rig.topology.isReachable(far.node)).toBe(false);
  expect(rig.topology.holderOf(4n)?.node).toBe(far.node);
});

test("where neighbours differ, who sees the peer is believed", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(far, { id: 44n }));
  rig.tell(rig.two, whereabouts(far, { present: false }));
  expect(rig.topology.get(far.node)?.id).toBe(44n);
});

test("all that claim an id are known, and the earliest claim stands", () => {
  const rig = new Rig();
  rig.tell(
    rig.one,
    whereabouts(far, { id: 9n, claimedAtMs: 7n }),
    whereabouts(fakePeer(5), { id: 9n, claimedAtMs: 6n }),
  );
  expect(rig.topology.holderOf(9n)?.node).toBe(fakePeer(5).node);
});

test("the same said again is no news", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(far));
  const { revision } = rig.topology;
  rig.tell(rig.one, whereabouts(far));
  expect(rig.topology.revision).toBe(revision);
});

test("an unsound word is not believed", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(far, { id: 2n ** 63n }), whereabouts(far, { name: "a\nb" }));
  rig.tell(rig.one, whereabouts(far, { name: "a".repeat(257) }), whereabouts(self, { id: 77n }));
  expect([rig.topology.get(far.node), rig.topology.holderOf(77n)]).toEqual([undefined, undefined]);
});

test("a neighbour is believed about so many peers, and takes nothing from what another may say", () => {
  const rig = new Rig({ ...defaultLimits, hearsayMax: 6, leafLinksMax: 3 });
  const [fifth, sixth] = [fakePeer(5), fakePeer(6)];
  rig.tell(rig.one, whereabouts(far), whereabouts(fifth), whereabouts(sixth));
  const holders = (): readonly unknown[] => [4n, 5n, 6n].map((id) => rig.topology.holderOf(id)?.node);
  expect(holders()).toEqual([far.node, undefined, undefined]);
  rig.tell(rig.two, whereabouts(sixth));
  expect(holders()).toEqual([far.node, undefined, sixth.node]);
  rig.tell(rig.one, { node: far.node }, whereabouts(fifth));
  expect(holders()).toEqual([undefined, fifth.node, sixth.node]);
});

test("room that a neighbour had is there again after a whole answer, its link's end, and what is forgotten", () => {
  const rig = new Rig({ ...defaultLimits, hearsayMax: 6, leafLinksMax: 3 });
  const [fifth, sixth] = [fakePeer(5), fakePeer(6)];
  rig.tell(rig.one, whereabouts(far));
  const whole = create(AnswerSchema, {
    peers: [whereabouts(one), whereabouts(fifth, { present: false })],
    whole: true,
  });
  rig.hearsay.told(rig.one, whole, (rig.nowMs += 1));
  expect(rig.topology.holderOf(5n)?.node).toBe(fifth.node);
  rig.hearsay.forgotten(rig.topology.expire(rig.nowMs + defaultLimits.leaseMs));
  rig.tell(rig.one, whereabouts(sixth));
  expect(rig.topology.holderOf(6n)?.node).toBe(sixth.node);
  rig.lose(rig.one);
  rig.hearsay.told(rig.one, create(AnswerSchema, { peers: [whereabouts(one), whereabouts(far)] }), (rig.nowMs += 1));
  expect(rig.topology.holderOf(4n)?.node).toBe(far.node);
});

test("whom a neighbour tells of no more has not left: its id is held, and it may be asked for again", () => {
  const rig = new Rig();
  rig.hearsay.wantId(4n);
  rig.hearsay.wantNode(far.node);
  rig.asked();
  rig.tell(rig.one, { id: 4n }, whereabouts(far));
  rig.tell(rig.one, { node: far.node, present: true });
  expect(rig.topology.isReachable(far.node)).toBe(false);
  expect(rig.topology.holderOf(4n)?.node).toBe(far.node);
  rig.hearsay.wantId(4n);
  rig.hearsay.wantNode(far.node);
  expect(rig.asked()[0]).toEqual([4n, far.node]);
  rig.hearsay.wantId(9n);
  rig.asked();
  rig.tell(rig.one, { id: 9n });
  rig.tell(rig.one, { id: 9n, present: true });
  rig.hearsay.wantId(9n);
  expect(rig.asked()[0]).toEqual([9n]);
});

test("of whom nobody speaks any more it is asked which id it has, when its id is looked for", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(far));
  rig.tell(rig.one, { node: far.node, present: true });
  rig.hearsay.wantId(4n);
  expect(rig.asked()[0]).toEqual([4n, far.node]);
});

test("once every comparison with the first neighbour, what was answered and is not there is news, and asked for again", () => {
  const rig = new Rig();
  rig.hearsay.wantId(4n);
  rig.hearsay.wantId(9n);
  rig.asked();
  rig.tell(rig.one, { id: 9n }, whereabouts(far));
  const { revision } = rig.hearsay;
  rig.hearsay.compare(rig.two);
  expect(rig.hearsay.revision).toBe(revision);
  rig.hearsay.compare(rig.one);
  expect(rig.hearsay.revision).toBe(revision + 1);
  for (const id of [4n, 9n]) rig.hearsay.wantId(id);
  expect(rig.asked()[0]).toEqual([9n]);
});

test("an answer that changes nobody's presence looks up no neighbour's road", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(far));
  let lookups = 0;
  const withNode = rig.links.withNode.bind(rig.links);
  rig.links.withNode = (node) => {
    lookups += 1;
    return withNode(node);
  };
  rig.tell(rig.one);
  rig.tell(rig.one, { id: 9n });
  expect(lookups).toBe(0);
  rig.tell(rig.one, whereabouts(far, { id: 44n }));
  expect(lookups).toBe(1);
  rig.tell(rig.one, whereabouts(far, { id: 44n, present: false }));
  expect(lookups).toBe(3);
});

test("a comparison sums up this peer and what that neighbour told, and asks again for what is open", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(far));
  rig.hearsay.wantId(9n);
  rig.hearsay.ask();
  rig.effects.take();
  rig.hearsay.compare(rig.one);
  const effects = rig.effects.take();
  expect(saidOf(effects, "question", 2).map(({ ids }) => ids)).toEqual([[9n]]);
  const sum = new DigestSum();
  sum.add(rig.topology.get(self.node) ?? self.advert());
  for (const peer of [one, far])
    sum.add(toldLine({ node: peer.node, id: peer.advert().id, present: true, claimedAtMs: 5 }));
  expect(shortValue(kindOf(effects, "frame").at(-1)?.bytes ?? new Uint8Array(11))).toBe(sum.value);
});

test("a whole answer takes the place of all that the neighbour said; who is missing in it has not left", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(far));
  const whole = create(AnswerSchema, { peers: [whereabouts(one, { hops: 0 })], whole: true });
  rig.hearsay.told(rig.one, whole, 9);
  expect(rig.topology.isReachable(far.node)).toBe(false);
  expect(rig.topology.holderOf(4n)?.node).toBe(far.node);
  expect(rig.topology.isReachable(one.node)).toBe(true);
});

test("what the topology forgets is forgotten here too, and believed when it is told again", () => {
  const rig = new Rig();
  rig.tell(rig.one, whereabouts(far, { present: false }));
  rig.hearsay.forgotten(rig.topology.expire(rig.nowMs + defaultLimits.leaseMs));
  expect(rig.topology.get(far.node)).toBeUndefined();
  rig.tell(rig.one, whereabouts(far, { present: false }));
  expect(rig.topology.get(far.node)?.id).toBe(4n);
});
