import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import { LeafTalk } from "../../src/core/leaf-talk.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Topology } from "../../src/core/topology.ts";
import { AnswerSchema, QuestionSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { fakePeer } from "../world/adverts.ts";
import { saidOf } from "../world/frames.ts";
import { bringUp, bringUpLeaf, openLink } from "../world/link-parts.ts";

const [self, other] = [fakePeer(1), fakePeer(2)];

function talkOf(leaf: boolean) {
  const effects = new Effects();
  const links = new Links(defaultLimits, self.node, leaf);
  const topology = new Topology(self.node, defaultLimits);
  topology.accept(self.advert(), 0);
  const repeated: Link[] = [];
  const gossip = { repeat: (link: Link): void => void repeated.push(link) };
  const talk = new LeafTalk({ self: self.node, leaf, topology, links, effects, gossip, limits: defaultLimits });
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
