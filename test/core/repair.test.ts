import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { allTo, Frontier } from "../../src/core/frontier.ts";
import { FrontiersSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { kindOf } from "../world/frames.ts";
import { headerOf, ownEpoch } from "./room.ts";
import { held, left, saying, sayings, SpreadRoom, wanted } from "./spread-room.ts";

/** Epochs, each with its count, as the sum of one who knows that much. */
function sumOf(known: Readonly<Record<string, number>>): bigint {
  const frontier = new Frontier();
  for (const [epoch, number] of Object.entries(known)) frontier.raise(BigInt(epoch), allTo(number));
  return frontier.summary;
}

const spoke = { repairMs: 1_000, askMs: 2_000, gapWaitMs: 10_000 };
const pairOfLinks = [
  [1, 2],
  [1, 3],
] as const;

function greeted(peer: SpreadRoom): readonly string[] {
  const { room } = peer;
  return peer.told(
    2,
    room.durably(() => room.spread.repair.greet(room.link(2))),
  );
}

test("a link begins with a sum, where there is something to sum up", () => {
  const peer = new SpreadRoom();
  expect(greeted(peer)).toEqual([]);
  peer.take(2, sayings(7, 1));
  expect(greeted(peer)).toEqual(["sum"]);
});

test("equal sums need no more words, unless the neighbour may have begun behind what this peer said", () => {
  const peer = new SpreadRoom();
  peer.say(["hi"]);
  peer.room.persist();
  peer.take(2, sayings(7, 1, 2));
  const equal = { summary: sumOf({ 7: 2, [`${ownEpoch}`]: 1 }) };
  expect(peer.told(2, peer.hear(2, equal))).toEqual(["sum, list"]);
  expect(peer.hear(2, { held: [held(ownEpoch, 2, 1, [1, 1])] }).told).toEqual([]);
  expect(peer.hear(2, { held: [held(ownEpoch, 1, 1)] }).told).toEqual(["1 spread"]);
  expect(peer.told(2, peer.hear(2, equal))).toEqual([]);
});

test("where sums differ all is listed, once in a while on each link, and the other side is asked to", () => {
  const peer = new SpreadRoom(pairOfLinks);
  peer.take(2, sayings(7, 1, 2));
  expect(peer.told(2, peer.hear(2, { summary: 5n }))).toEqual(["7 is 1-2, list"]);
  expect(peer.told(2, peer.hear(2, { summary: 6n, list: true }))).toEqual([]);
  expect(peer.told(3, peer.hear(3, { list: true }))).toEqual(["7 is 1-2"]);
});

test("who has nothing lists nothing, and asks", () => {
  const peer = new SpreadRoom();
  expect(peer.told(2, peer.hear(2, { summary: 5n }))).toEqual(["list"]);
});

test("what a neighbour has and this peer has not is wanted", () => {
  const peer = new SpreadRoom();
  peer.take(2, sayings(7, 1, 2));
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 5), held(8n, 1, 1), held(9n, 4, 3)] }))).toEqual([
    "7 wants 3-5, 8 wants 1-1",
  ]);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 2)] }))).toEqual([]);
});

test("what is wanted is given, with its remaining time, and said to be all there is, behind it", () => {
  const peer = new SpreadRoom();
  peer.take(2, [saying("7/1", { ttlMs: 9_000, hopsLeft: 2 }), saying("7/2"), saying("8/1")]);
  const outcome = peer.hear(2, { wanted: [wanted(7n, 1, 1), wanted(8n, 1, 9)] }, 4_000);
  expect(left(outcome)).toEqual(["2: 7/1", "2: 8/1"]);
  expect(outcome.sent[0]?.header).toMatchObject({ ttlMs: 5_000, hopsLeft: 64, origin: 2n, destinations: [] });
  expect(outcome.sent[0]?.body).toEqual({ kind: "text", text: "7/1" });
  expect(peer.told(2, outcome)).toEqual(["7 is 1-2, 8 is 1-1, answer"]);
  expect(outcome.effects.map(({ kind }) => kind)).toEqual(["envelopes", "frame"]);
  expect(peer.room.effects.counts.repaired).toBe(2);
});

test("an answer says from where on it can give, so that nobody asks in vain for what lies before", () => {
  const peer = new SpreadRoom();
  peer.take(2, [saying("7/1"), saying("7/2", { ttlMs: 10 }), saying("7/3")]);
  peer.due(20);
  expect(peer.told(2, peer.hear(2, { wanted: [wanted(7n, 2, 2)] }, 20))).toEqual(["7 is 3-3, answer"]);
  expect(peer.told(2, peer.hear(2, { wanted: [wanted(7n, 9, 9)] }, 20))).toEqual(["7 is 4-3, answer"]);
  expect(peer.told(2, peer.hear(2, { wanted: [wanted(9n, 1, 1)] }, 20))).toEqual(["answer"]);
});

test("an answer is bounded in number and in bytes beyond the first, and what it did not get to is not mentioned", () => {
  const limits = { answerCountMax: 3, answerBytesMax: 200 };
  const peer = new SpreadRoom([[1, 2]], { limits });
  peer.take(2, [
    ...sayings(7, 1, 2, 3, 4),
    saying("8/1", { body: new Uint8Array([0x82, 1, 100, ...new Uint8Array(100)]) }),
  ]);
  const many = peer.hear(2, { wanted: [wanted(7n, 1, 4), wanted(8n, 1, 1)] });
  expect([left(many), peer.told(2, many)]).toEqual([["2: 7/1", "2: 7/2", "2: 7/3"], ["7 is 1-4, answer"]]);
  const large = peer.hear(2, { wanted: [wanted(8n, 1, 1), wanted(7n, 1, 4)] });
  expect(left(large)).toEqual(["2: 8/1", "2: 7/1"]);
});

test("a full link is not filled more: the answer gives nothing, and keeps the offer up", () => {
  const peer = new SpreadRoom();
  peer.take(2, sayings(7, 1, 2));
  peer.room.link(2).full = true;
  const outcome = peer.hear(2, { wanted: [wanted(7n, 2, 2)] });
  expect([left(outcome), peer.told(2, outcome)]).toEqual([[], ["7 is 2-2, answer"]]);
});

test("what is not durable is neither told nor given (invariant 1)", () => {
  const peer = new SpreadRoom(pairOfLinks);
  peer.take(2, sayings(7, 1));
  const { room } = peer;
  const [second = new Uint8Array()] = sayings(7, 2);
  room.event(() => room.spread.take(room.link(2), second, headerOf(second), 0));
  const asked = create(FrontiersSchema, { wanted: [wanted(7n, 1, 9)] });
  const outcome = room.event(() => room.spread.repair.frame(room.link(3), asked, 0));
  expect([left(outcome), peer.told(3, outcome)]).toEqual([["3: 7/1"], ["7 is 1-1, answer"]]);
  room.persist();
  expect(peer.told(3, peer.hear(3, { list: true }))).toEqual(["7 is 1-2"]);
});

test("what came by a push is told to all neighbours once it is old enough, and then all is quiet (invariant 2)", () => {
  const peer = new SpreadRoom(pairOfLinks, { limits: spoke });
  peer.take(2, sayings(7, 1, 2), 10);
  expect(peer.room.spread.nextDeadlineMs).toBe(1_100);
  const outcome = peer.due(1_100);
  expect([peer.told(2, outcome), peer.told(3, outcome)]).toEqual([["7 is 1-2"], ["7 is 1-2"]]);
  expect(peer.due(9_000).effects).toEqual([]);
});

test("what was asked for is told on at once, and not pushed (invariant 3)", () => {
  const peer = new SpreadRoom([...pairOfLinks, [2, 4]], { limits: spoke });
  peer.hear(2, { held: [held(7n, 1, 2)] });
  const outcome = peer.take(2, [saying("7/1", { origin: 4n }), saying("7/2", { origin: 4n })]);
  expect(left(outcome)).toEqual([]);
  expect(peer.room.spread.nextDeadlineMs).toBeLessThanOrEqual(0);
  expect(peer.told(3, peer.due(0))).toEqual(["7 is 1-2"]);
});

test("an origin at the other end of the link is told as soon as its message is durable, and nobody else is", () => {
  const peer = new SpreadRoom(pairOfLinks, { limits: spoke });
  const outcome = peer.take(2, sayings(7, 1, 2));
  expect([peer.told(2, outcome), peer.told(3, outcome)]).toEqual([["7 is 1-2"], []]);
  expect(peer.told(2, peer.take(2, [saying("9/1", { origin: 4n })]))).toEqual([]);
});

test("after an answer the rest is wanted; after silence another neighbour is asked", () => {
  const peer = new SpreadRoom(pairOfLinks, { limits: spoke });
  peer.hear(3, { held: [held(7n, 1, 2)] });
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 2)] }))).toEqual([]);
  const late = peer.due(2_000);
  expect([peer.told(2, late), peer.told(3, late)]).toEqual([["7 wants 1-2"], []]);
  peer.take(2, sayings(7, 1), 2_000);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 2)], answer: true }, 2_000))).toEqual(["7 wants 2-2"]);
  peer.take(2, sayings(7, 2), 2_000);
  expect(peer.shown).toEqual(["7/1", "7/2"]);
});

test("a newcomer begins with what there still is; who knows more goes on with it only when nobody has the rest", () => {
  const newcomer = new SpreadRoom([[1, 2]], { limits: spoke });
  expect(newcomer.told(2, newcomer.hear(2, { held: [held(7n, 4, 5)] }))).toEqual(["7 wants 4-5"]);
  newcomer.take(2, sayings(7, 4, 5));
  expect(newcomer.shown).toEqual(["7/4", "7/5"]);
  const elder = new SpreadRoom([[1, 2]], { limits: spoke });
  elder.take(2, sayings(7, 1));
  expect(elder.told(2, elder.hear(2, { held: [held(7n, 4, 5)] }))).toEqual([]);
  expect(elder.told(2, elder.due(9_999))).not.toContain("7 wants 4-5");
  expect(elder.told(2, elder.due(10_000))).toContain("7 wants 4-5");
  elder.take(2, sayings(7, 4, 5), 10_000);
  expect(elder.shown).toEqual(["7/1", "(2 missing) 7/4", "7/5"]);
});

test.each([
  ["a number before the first", held(7n, 0, 5)],
  ["nothing", held(7n, 1, 0)],
  ["less than nothing", held(7n, 7, 5)],
  ["more than anybody can have said meanwhile", held(7n, 2 ** 52, 2 ** 52)],
  ["a number that nobody can count to", { epoch: 7n, first: 2n ** 64n - 1n, number: 2n ** 64n - 1n }],
])("a neighbour that has %s is not believed", (_, nonsense) => {
  const peer = new SpreadRoom();
  expect(peer.told(2, peer.hear(2, { held: [nonsense, { ...nonsense, epoch: ownEpoch }] }))).toEqual([]);
  peer.take(2, sayings(7, 1));
  expect(peer.shown).toEqual(["7/1"]);
  peer.say(["hi"]);
  expect(peer.room.persist().told).toEqual(["1 accepted"]);
});

test("a neighbour may know more of this peer's own than it does, after a lost store: it goes on in another epoch", () => {
  const peer = new SpreadRoom();
  peer.hear(2, { held: [held(ownEpoch, 1, 1_000_000_000)] });
  peer.say(["hi"]);
  const { sent, told } = peer.room.persist();
  expect(told).toEqual(["1 accepted"]);
  expect(sent).toMatchObject([{ header: { number: 1 } }]);
  expect(sent[0]?.header.epoch).not.toBe(ownEpoch);
  expect(peer.hear(2, { held: [held(ownEpoch, 1, 1_000_000_001)] }).told).toEqual([]);
  expect(peer.hear(2, { held: [held(sent[0]?.header.epoch ?? 0n, 1, 1)] }).told).toEqual(["1 spread"]);
});

test("a life with a former one's store pushes nothing until a neighbour has said what it has", () => {
  for (const said of [{ list: true }, { list: true, held: [held(7n, 1, 1)] }]) {
    const former = new SpreadRoom();
    former.take(2, sayings(7, 1));
    const later = new SpreadRoom(undefined, { store: former.room.store, incarnation: 2n });
    later.say(["early"]);
    expect(later.room.persist().sent).toEqual([]);
    later.hear(2, said);
    later.say(["late"]);
    const [{ header } = { header: { epoch: ownEpoch, number: 0 } }] = later.room.persist().sent;
    // The neighbour knows nothing of what a lost life may have said under the epoch of the store.
    expect([header.number, header.epoch]).toEqual([2, expect.not.toBeOneOf([ownEpoch])]);
    expect(left(later.hear(2, { wanted: [wanted(header.epoch, 1, 1)] }))).toEqual([`2: ${header.epoch}/1`]);
  }
});

test("a frame with more than there can be is a fault", () => {
  const peer = new SpreadRoom([[1, 2]], { limits: { listCountMax: 2, answerCountMax: 2 } });
  const three = [7n, 8n, 9n];
  expect(() => peer.hear(2, { held: three.map((epoch) => held(epoch, 1, 1)) })).toThrow("too many");
  expect(() => peer.hear(2, { wanted: three.map((epoch) => wanted(epoch, 1, 1)) })).toThrow("too many");
});

test("of more epochs than are counted nothing is taken, whether they are told or pushed, durable or not", () => {
  const peer = new SpreadRoom([[1, 2]], { limits: { spreadEpochsMax: 3 } });
  peer.hear(2, { held: [held(7n, 1, 1)] });
  peer.take(2, [saying("8/2"), saying("9/1"), saying("10/1"), saying("11/2")]);
  peer.hear(2, { held: [held(10n, 1, 1)] });
  peer.take(2, [saying("8/1"), saying("7/1"), saying("10/1")]);
  expect(peer.shown).toEqual(["9/1", "8/1", "8/2", "7/1"]);
  const { inbox } = peer.room;
  const known = [7n, 8n, 9n, 10n, 11n].map((epoch) => inbox.next(epoch, 2n ** 64n - 1n));
  expect(known).toEqual([2, 3, 2, undefined, undefined]);
});

test("an epoch counts once, whether it was only heard of or is durable", () => {
  const peer = new SpreadRoom([[1, 2]], { limits: { spreadEpochsMax: 2 } });
  peer.take(2, [saying("7/1"), saying("8/1"), saying("9/1")]);
  expect(peer.shown).toEqual(["7/1", "8/1"]);
  const fewer = new SpreadRoom([[1, 2]], { limits: { spreadEpochsMax: 2 } });
  fewer.take(2, [saying("7/1")]);
  fewer.take(2, [saying("8/1")]);
  expect(fewer.shown).toEqual(["7/1", "8/1"]);
});

test("a list of more than fits into a frame goes in parts, which neighbours take", () => {
  const peer = new SpreadRoom([[1, 2]], { limits: { listCountMax: 2 } });
  peer.take(2, [saying("7/1"), saying("8/1")]);
  peer.say(["hi"]);
  peer.room.persist();
  expect(peer.told(2, peer.hear(2, { list: true }))).toEqual(["7 is 1-1, 8 is 1-1", `${ownEpoch} is 1-1`]);
});

test("what fills a frame as it is, is not made larger when it is given again", () => {
  const frameBytesMax = 1_000;
  const peer = new SpreadRoom([[1, 2]], { limits: { frameBytesMax } });
  const bare = saying("7/1", { ttlMs: 0, body: new Uint8Array() }).length;
  const text = new Uint8Array(frameBytesMax / 2 - bare - 4);
  const full = saying("7/1", {
    ttlMs: 0,
    body: new Uint8Array([0x82, 1, (text.length & 127) | 128, text.length >>> 7, ...text]),
  });
  expect(full).toHaveLength(frameBytesMax / 2);
  peer.take(2, [full]);
  const { sent } = peer.hear(2, { wanted: [wanted(7n, 1, 1)] });
  expect(sent[0]?.bytes.length).toBeLessThanOrEqual(frameBytesMax / 2);
});

test("a later life knows how far it was", () => {
  const peer = new SpreadRoom();
  peer.take(2, sayings(7, 1, 2));
  peer.say(["hi"]);
  peer.room.persist();
  const later = new SpreadRoom([[1, 2]], { store: peer.room.store, incarnation: 2n });
  expect(later.told(2, later.hear(2, { list: true }))).toEqual([`7 is 1-2, ${ownEpoch} is 1-1`]);
  expect(later.told(2, later.hear(2, { summary: sumOf({ 7: 2, [`${ownEpoch}`]: 1 }) }))).toEqual(["sum, list"]);
  const { effects } = later.hear(2, { held: [held(7n, 1, 2), held(ownEpoch, 1, 1)] });
  expect(kindOf(effects, "status")).toMatchObject([{ status: "spread", first: 1, last: 1 }]);
});

test("once it was quiet for a while sums are compared again, so that what was told and lost comes out (invariant 2)", () => {
  const peer = new SpreadRoom(pairOfLinks, { limits: spoke });
  greeted(peer);
  peer.hear(2, { list: true });
  peer.take(2, sayings(7, 1), 10);
  peer.due(1_100);
  const outcome = peer.due(10_010);
  expect([peer.told(2, outcome), peer.told(3, outcome), peer.due(60_000).effects]).toEqual([["sum"], ["sum"], []]);
  expect(peer.told(2, peer.hear(2, { summary: 5n }, 60_000))).toEqual(["7 is 1-1, list"]);
  expect(peer.told(2, peer.hear(2, { summary: 6n, list: true }, 60_000))).toEqual([]);
});
