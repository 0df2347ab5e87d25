import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { everyone } from "../../src/core/everyone.ts";
import { bodyOf } from "../../src/core/header.ts";
import { readPreface } from "../../src/core/preface.ts";
import { Spread } from "../../src/core/spread.ts";
import { headerOf, ownEpoch, Room, type Outcome } from "./room.ts";
import { held, left, saying, SpreadRoom, wanted } from "./spread-room.ts";

/** 1 between 2 and 3, 4 behind 3: what comes from 2 goes on to 3. */
const between = [
  [1, 2],
  [1, 3],
  [3, 4],
] as const;

function prefacesOf({ sent }: Outcome) {
  return sent.map(({ bytes }) => readPreface(bodyOf(bytes)));
}

test("what is said leaves once it is durable, to each neighbour once, and is then accepted (invariant 1)", () => {
  const peer = new SpreadRoom(between);
  expect(left(peer.say(["a", "b"]))).toEqual([]);
  const outcome = peer.room.persist();
  expect(left(outcome).toSorted()).toEqual(["2: 225/1", "2: 225/2", "3: 225/1", "3: 225/2"]);
  expect(outcome.told).toEqual(["1 accepted", "2 accepted"]);
  expect(outcome.sent[0]?.header).toMatchObject({ origin: 1n, conversation: everyone, hopsLeft: 64, ttlMs: 10_000 });
  expect(peer.room.effects.counts.spread).toBe(4);
  expect(peer.hear(3, { held: [held(ownEpoch, 1, 1)] }).told).toEqual(["1 spread"]);
});

test("what is new is shown, and pushed on to those whose road from its origin leads over here, a hop less, never back", () => {
  const peer = new SpreadRoom([...between, [2, 5], [3, 5]]);
  const outcome = peer.take(2, [saying("7/1", { hopsLeft: 9 })]);
  expect(left(outcome)).toEqual(["3: 7/1"]);
  expect(outcome.sent[0]).toMatchObject({ header: { hopsLeft: 8, number: 1 }, body: { text: "7/1" } });
  // From 5, the roads to 2 and 3 do not lead over here.
  expect(left(peer.take(2, [saying("9/1", { origin: 5n })]))).toEqual([]);
  expect(peer.shown).toEqual(["7/1", "9/1"]);
});

test("what comes from where the tree would have it go on does not go back there (invariant 3)", () => {
  const peer = new SpreadRoom(between);
  expect(left(peer.take(3, [saying("7/1")]))).toEqual([]);
  expect(peer.shown).toEqual(["7/1"]);
});

test("what was seen before is not pushed again, in this life and the next (invariant 3)", () => {
  const peer = new SpreadRoom(between);
  peer.take(2, [saying("7/1")]);
  expect(left(peer.take(3, [saying("7/1"), saying("7/1")]))).toEqual([]);
  const later = new SpreadRoom(between, { store: peer.room.store, incarnation: 2n });
  expect(left(later.take(2, [saying("7/1")]))).toEqual([]);
  expect([later.shown, peer.room.effects.counts.suppressed]).toEqual([["7/1"], 2]);
});

test("its own that comes back is not shown, nor pushed", () => {
  const peer = new SpreadRoom(between);
  expect(left(peer.take(2, [saying(`${ownEpoch}/1`, { origin: 1n })]))).toEqual([]);
  expect(peer.shown).toEqual([]);
  peer.say(["hi"]);
  expect(left(peer.room.persist())).toHaveLength(2);
});

test("what waits for earlier messages is pushed on at once: others may have those", () => {
  const peer = new SpreadRoom(between);
  expect(left(peer.take(2, [saying("7/2"), saying("8/1", { after: ["7/1"] })]))).toEqual(["3: 7/2", "3: 8/1"]);
  expect(peer.shown).toEqual([]);
  expect(left(peer.take(2, [saying("7/2")]))).toEqual([]);
  peer.take(2, [saying("7/1")]);
  expect(peer.shown).toEqual(["7/1", "8/1", "7/2"].toSorted());
});

test("a full link is left to repair, and so is a push that has come to the end of its hops", () => {
  const peer = new SpreadRoom(between);
  peer.room.link(3).full = true;
  expect(left(peer.take(2, [saying("7/1")]))).toEqual([]);
  peer.room.link(3).full = false;
  expect(left(peer.take(2, [saying("7/2", { hopsLeft: 0 })]))).toEqual([]);
  expect(peer.room.effects.counts.outOfHops).toBe(1);
  const outcome = peer.hear(3, { wanted: [wanted(7n, 1, 2)] });
  expect(left(outcome)).toEqual(["3: 7/1", "3: 7/2"]);
  expect(left(peer.take(2, [saying("7/3", { hopsLeft: 2 ** 32 - 1 })]))).toEqual(["3: 7/3"]);
});

test("hops are never more than there may be, whatever its origin says", () => {
  const peer = new SpreadRoom(between);
  expect(peer.take(2, [saying("7/1", { hopsLeft: 2 ** 32 - 1 })]).sent[0]?.header.hopsLeft).toBe(63);
});

test("what is from nobody known is shown and kept, and not pushed: there is no tree to push along", () => {
  const peer = new SpreadRoom(between);
  expect(left(peer.take(2, [saying("7/1", { origin: 99n })]))).toEqual([]);
  expect(peer.shown).toEqual(["7/1"]);
  expect(left(peer.hear(3, { wanted: [wanted(7n, 1, 1)] }))).toEqual(["3: 7/1"]);
});

test("what this version cannot show is passed on all the same, and counts as taken", () => {
  const peer = new SpreadRoom(between);
  const strange = Uint8Array.of(0xfa, 0x07, 1, 9); // field 127
  expect(left(peer.take(2, [saying("7/1", { body: strange }), saying("7/2")]))).toEqual(["3: 7/1", "3: 7/2"]);
  expect(peer.shown).toEqual(["7/2"]);
});

test.each([
  ["no number", saying("7/0")],
  ["another conversation", saying("7/1", { conversation: 5n })],
  ["no conversation", saying("7/1", { conversation: 0n })],
  ["an entry of what it comes after that is cut off", saying("7/1", { body: Uint8Array.of(0x52, 1, 0x09) })],
  ["a Lamport time above 2^53-1", saying("7/1", { body: Uint8Array.of(0x71, 0, 0, 0, 0, 0, 0, 0xff, 0) })],
])("an envelope without destinations that has %s is a fault, and goes nowhere", (_, envelope) => {
  const peer = new SpreadRoom(between);
  const { room } = peer;
  const outcome = room.durably(() => {
    expect(room.spread.take(room.link(2), envelope, headerOf(envelope), 0)).toBeTypeOf("string");
  });
  expect([left(outcome), peer.shown]).toEqual([[], []]);
});

test("floor and begin, which are for messages with receipts, pass over nothing here", () => {
  const peer = new SpreadRoom(between);
  peer.take(2, [saying("7/3", { floor: 3, begin: 3 }), saying("7/1"), saying("7/2", { floor: 9 })]);
  expect(peer.shown).toEqual(["7/1", "7/2", "7/3"]);
});

test("what it does not take for want of room it does not keep, nor push: it asks for it later", () => {
  const peer = new SpreadRoom(between, { limits: { heldCountMax: 1 } });
  expect(left(peer.take(2, [saying("7/2"), saying("7/3")]))).toEqual(["3: 7/2"]);
  expect(left(peer.hear(3, { wanted: [wanted(7n, 1, 9)] }))).toEqual([]);
  expect(left(peer.take(2, [saying("7/1"), saying("7/3")]))).toEqual(["3: 7/1", "3: 7/3"]);
  expect(peer.shown).toEqual(["7/1", "7/2", "7/3"]);
});

test("what it says comes after what it has seen, durably, and what it sees of its own needs no waiting", () => {
  const peer = new SpreadRoom(between);
  peer.take(2, [saying("7/1", { lamport: 5 }), saying("7/3"), saying("8/1")]);
  peer.say(["a"]);
  peer.say(["b"]);
  expect(prefacesOf(peer.room.persist()).slice(0, 3)).toMatchObject([
    ...[0, 1].map(() => ({
      after: [
        { epoch: 7n, number: 1 },
        { epoch: 8n, number: 1 },
      ],
      lamport: 6,
    })),
    { after: [], lamport: 7 },
  ]);
  peer.take(2, [saying("9/1", { after: [`${ownEpoch}/2`] })]);
  expect(peer.shown).toEqual(["7/1", "8/1", "9/1"]);
});

test("what is not durable here is not said to be seen: it may be gone with this life", () => {
  const peer = new SpreadRoom(between);
  const { room } = peer;
  const fresh = saying("7/1");
  room.event(() => room.spread.take(room.link(2), fresh, headerOf(fresh), 0));
  peer.say(["hi"]);
  const own = room.persist().sent.filter(({ header }) => header.epoch === ownEpoch);
  expect(readPreface(bodyOf(own[0]?.bytes ?? new Uint8Array()))).toMatchObject({ after: [] });
});

test("where an own message stands is told, from the disk to its end", () => {
  const peer = new SpreadRoom(between);
  const { spread } = peer.room;
  expect(spread.account(1)).toBeUndefined();
  peer.say(["hi"], 5.5);
  expect(spread.account(1)).toMatchObject({ number: 1, status: "waiting", sentAtMs: 5, expiresAtMs: 10_005.5 });
  peer.room.persist();
  expect([spread.account(1)?.status, spread.unsettled]).toEqual(["accepted", 1]);
  peer.hear(2, { held: [held(ownEpoch, 1, 1)] });
  expect([spread.account(1)?.status, spread.unsettled]).toEqual(["spread", 0]);
  peer.due(20_000);
  expect(spread.account(1)).toBeUndefined();
});

test("what nobody took within its time is expired; who comes later does not get it", () => {
  const peer = new SpreadRoom([]);
  peer.say(["hi"], 0, 500);
  peer.room.persist();
  expect(peer.room.spread.nextDeadlineMs).toBeLessThanOrEqual(500);
  expect(peer.due(500).told).toEqual(["1 expired"]);
  peer.room.wire(between);
  expect(left(peer.hear(2, { wanted: [wanted(ownEpoch, 1, 1)] }, 600))).toEqual([]);
});

test("others' messages are kept for as long as they say, and no longer than any may", () => {
  const peer = new SpreadRoom(between, { limits: { ttlMs: 1_000 } });
  peer.take(2, [saying("7/1", { ttlMs: 100 }), saying("7/2", { ttlMs: 0 }), saying("7/3", { ttlMs: 9_000 })]);
  const given = (nowMs: number) => {
    peer.due(nowMs);
    return left(peer.hear(3, { wanted: [wanted(7n, 1, 3)] }, nowMs));
  };
  expect(given(99)).toHaveLength(3);
  expect(given(101)).toEqual(["3: 7/2", "3: 7/3"]);
  expect(given(1_001)).toEqual([]);
});

test("its own stays while no neighbour has it, whatever others say (invariant 2)", () => {
  const peer = new SpreadRoom(between, { limits: { spreadCountMax: 4 } });
  peer.say(["a", "b"]);
  peer.room.persist();
  peer.take(
    2,
    [1, 2, 3, 4, 5, 6].map((number) => saying(`7/${number}`)),
  );
  expect(left(peer.hear(3, { wanted: [wanted(ownEpoch, 1, 9), wanted(7n, 1, 9)] }))).toEqual([
    ...["3: 225/1", "3: 225/2", "3: 7/5", "3: 7/6"],
  ]);
  peer.hear(2, { held: [held(ownEpoch, 1, 2)] });
  peer.take(
    2,
    [7, 8, 9, 10].map((number) => saying(`${number}/1`)),
  );
  // Five have one each by now.
  expect(left(peer.hear(2, { wanted: [wanted(ownEpoch, 1, 9)] }))).toEqual(["2: 225/2"]);
});

test("a later life numbers on, gives what was accepted to who comes, and knows what was seen", () => {
  const peer = new SpreadRoom([]);
  peer.say(["a"]);
  peer.room.persist();
  peer.room.wire(between);
  peer.take(2, [saying("7/1", { lamport: 8 })]);
  const later = new SpreadRoom(between, { store: peer.room.store, incarnation: 2n });
  expect(later.room.spread.unsettled).toBe(1);
  later.hear(2, { list: true });
  expect(left(later.hear(2, { wanted: [wanted(ownEpoch, 1, 1)] }))).toEqual(["2: 225/1"]);
  expect(later.hear(2, { held: [held(ownEpoch, 1, 1)] }).told).toEqual(["1 spread"]);
  later.say(["b"]);
  const outcome = later.room.persist();
  const [first] = prefacesOf(outcome);
  const seen = [7n, ownEpoch].map((epoch) => ({ epoch, number: 1 }));
  expect(first).toMatchObject({ after: seen, lamport: 9 });
  const { epoch, number } = outcome.sent[0]?.header ?? { epoch: 0n, number: 0 };
  expect(later.hear(2, { held: [held(epoch, 2, number)] }).told).toEqual(["2 spread"]);
});

test("a leaf says what it has to all it is attached to, and passes nothing on", () => {
  const room = new Room();
  room.wire(between);
  const { self } = room.roads;
  const leaf = new Spread(
    { ...room, self, leaf: true, name: () => 99n, keep: () => {} },
    { count: undefined, entries: [] },
  );
  room.event(() => {
    leaf.submit({ body: encodeText("hi"), ttlMs: 9 }, 0);
    leaf.flush();
  });
  expect(left(room.persist())).toEqual(["2: 225/1", "3: 225/1"]);
  const envelope = saying("7/1");
  expect(left(room.durably(() => leaf.take(room.link(2), envelope, headerOf(envelope), 0)))).toEqual([]);
});
