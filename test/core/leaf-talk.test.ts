import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import type { Effect } from "../../src/core/effect.ts";
import { Effects } from "../../src/core/effects.ts";
import { decodeFrame, type ReadFrame } from "../../src/core/frame.ts";
import { LeafTalk } from "../../src/core/leaf-talk.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Topology } from "../../src/core/topology.ts";
import { AnswerSchema, QuestionSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { fakePeer } from "../world/adverts.ts";
import { kindOf, saidOf } from "../world/frames.ts";
import { bringUp, bringUpLeaf, openLink } from "../world/link-parts.ts";

const [self, other] = [fakePeer(1), fakePeer(2)];

function talkOf(leaf: boolean, { peer = self, limits = defaultLimits, advert = self.advert() } = {}) {
  const effects = new Effects();
  const links = new Links(limits, peer.node, leaf);
  const topology = new Topology(peer.node, limits);
  topology.accept(advert, 0);
  const repeated: Link[] = [];
  const gossip = { repeat: (link: Link): void => void repeated.push(link) };
  const talk = new LeafTalk({ self: peer.node, leaf, topology, links, effects, gossip, limits });
  return { talk, links, effects, topology, repeated };
}

test("a peer answers its leaves, and takes no answers", () => {
  const { talk, links, effects } = talkOf(false);
  const link = bringUpLeaf(links, 2);
  const question = create(QuestionSchema, { ids: [1n] });
  expect(talk.take(link, { case: "question", value: question }, 0)).toBe(true);
  expect(saidOf(effects.take(), "answer").flatMap(({ peers }) => peers.map(({ id }) => id))).toEqual([1n]);
  expect(talk.take(link, { case: "digest", value: { summary: 1n, entries: [], wanted: [] } }, 0)).toBe(true);
  expect(saidOf(effects.take(), "answer").map(({ whole }) => whole)).toEqual([true]);
  expect(talk.take(link, { case: "answer", value: create(AnswerSchema, {}) }, 0)).toBe(true);
  expect(effects.take()).toEqual([]);
});

test("a leaf takes answers, states itself again after a whole one, and answers nothing", () => {
  const { talk, links, effects, topology, repeated } = talkOf(true);
  const link = openLink(links, { number: 2, address: "127.0.0.1:2" });
  bringUp(links, link, 2);
  const peers = [{ id: 2n, node: other.node, present: true }];
  talk.take(link, { case: "answer", value: create(AnswerSchema, { peers }) }, 0);
  expect(topology.holderOf(2n)?.node).toBe(other.node);
  expect(repeated).toEqual([]);
  talk.take(link, { case: "answer", value: create(AnswerSchema, { peers, whole: true }) }, 0);
  expect(repeated).toEqual([link]);
  talk.take(link, { case: "question", value: create(QuestionSchema, { ids: [1n] }) }, 0);
  talk.take(link, { case: "digest", value: { summary: 1n, entries: [], wanted: [] } }, 0);
  expect(effects.take()).toEqual([]);
});

test("what comes late over a link that another took over from may be old, and does not count", () => {
  const { talk, links, topology, repeated } = talkOf(true);
  const [former, link] = [2, 3].map((number) => {
    const dialled = openLink(links, { number, address: `127.0.0.1:${number}` });
    bringUp(links, dialled, 2);
    return dialled;
  });
  if (former === undefined || link === undefined) throw new Error("two were dialled");
  const value = create(AnswerSchema, { peers: [{ id: 2n, node: other.node, present: true }], whole: true });
  expect(talk.take(former, { case: "answer", value }, 0)).toBe(true);
  expect([topology.holderOf(2n), repeated]).toEqual([undefined, []]);
  talk.take(link, { case: "answer", value }, 0);
  expect(repeated).toEqual([link]);
});

test("other frames are for others", () => {
  const { talk, links } = talkOf(false);
  const link = bringUpLeaf(links, 2);
  expect(talk.take(link, { case: "adverts", value: { adverts: [], deltas: [] } }, 0)).toBe(false);
  expect(talk.take(link, { case: undefined }, 0)).toBe(false);
});

test("a leaf is greeted when its link comes up, and told nothing more once it is down", () => {
  const { talk, links, effects } = talkOf(false);
  const link = bringUpLeaf(links, 2);
  talk.up(link);
  expect(saidOf(effects.take(), "answer", 2)).toHaveLength(1);
  talk.desk?.asked(link, [7n], []);
  effects.take();
  talk.down(link, 0);
  talk.forgotten([fakePeer(7).advert()]);
  expect(effects.take()).toEqual([]);
});

/** Peer 1 with the leaf 2, which is told of two at a time; peers 10 to 15 are there, with their seeds for ids. */
function pairOf() {
  const limits = { ...defaultLimits, watchesMax: 2 };
  const others = Array.from({ length: 6 }, (_, index) => fakePeer(10 + index));
  const neighbours = [other, ...others].map(({ node }) => node).toSorted((a, b) => (a < b ? -1 : 1));
  const leafAdvert = other.advert({ neighbours: [self.node], features: ["leaf"] });
  const hub = talkOf(false, { limits, advert: self.advert({ neighbours }) });
  hub.topology.accept(leafAdvert, 0);
  for (const peer of others) hub.topology.accept(peer.advert({ neighbours: [self.node] }), 0);
  const leaf = talkOf(true, { peer: other, limits, advert: leafAdvert });
  const toLeaf = bringUpLeaf(hub.links, 2);
  const toHub = openLink(leaf.links, { number: 1, address: "127.0.0.1:1", self: 2 });
  bringUp(leaf.links, toHub, 1);
  const carry = (nowMs = 0): number => {
    leaf.talk.hearsay?.ask();
    const down = decodedOf(hub.effects.take());
    const up = decodedOf(leaf.effects.take());
    for (const frame of down) leaf.talk.take(toHub, frame, nowMs);
    for (const frame of up) hub.talk.take(toLeaf, frame, nowMs);
    return down.length + up.length;
  };
  hub.talk.up(toLeaf);
  carry();
  return { hub, leaf, toLeaf, toHub, carry, nodes: others.map(({ node }) => node) };
}

function decodedOf(effects: readonly Effect[]): readonly ReadFrame[] {
  return kindOf(effects, "frame").flatMap(({ bytes }) => decodeFrame(bytes) ?? []);
}

test("who was told of no more for strangers' sake is asked for again, and both sides come to the same sum", () => {
  const { hub, leaf, toLeaf, toHub, carry, nodes } = pairOf();
  const [wanted = 0n] = nodes;
  leaf.talk.hearsay?.wantNode(wanted);
  while (carry() > 0);
  expect(leaf.topology.isReachable(wanted)).toBe(true);
  for (const id of [11n, 12n, 13n, 14n]) hub.talk.desk?.introduce(toLeaf, id);
  while (carry() > 0);
  expect(leaf.topology.isReachable(wanted)).toBe(false);
  leaf.talk.hearsay?.wantNode(wanted);
  while (carry() > 0);
  expect(leaf.topology.isReachable(wanted)).toBe(true);
  leaf.talk.hearsay?.compare(toHub);
  expect([carry(), carry()]).toEqual([1, 0]);
});

test("a leaf that wants more at a time than it is told of does not ask for ever", () => {
  const { leaf, toHub, carry, nodes } = pairOf();
  const rounds = (): number => {
    for (let round = 0; round < 100; round += 1) {
      for (const node of nodes) if (!leaf.topology.isReachable(node)) leaf.talk.hearsay?.wantNode(node);
      if (carry() === 0) return round;
    }
    return 100;
  };
  expect(rounds()).toBeLessThan(20);
  leaf.talk.hearsay?.compare(toHub);
  const again = rounds();
  expect(again).toBeGreaterThan(1);
  expect(again).toBeLessThan(20);
});
