import { expect, test } from "vitest";
import { bodyOf } from "../../src/core/header.ts";
import { readPreface } from "../../src/core/preface.ts";
import { saidOf } from "../world/frames.ts";
import { ownEpoch, type Outcome } from "./room.ts";
import { held, left, saying, SpreadRoom, wanted } from "./spread-room.ts";

/** 1 between 2 and 3. */
const between = [
  [1, 2],
  [1, 3],
] as const;

/** A life of peer 1 with the store of one that has said something. */
function laterLife(): SpreadRoom {
  const first = new SpreadRoom(between);
  first.say(["one"]);
  first.room.persist();
  return new SpreadRoom(between, { store: first.room.store, incarnation: 2n });
}

/** It says something, which becomes durable. @returns whom that is pushed to. */
function pushed(peer: SpreadRoom): readonly string[] {
  peer.say(["more"]);
  return left(peer.room.persist()).toSorted();
}

/** Names of epochs but the store's, in all that is told and sent. */
function otherEpochs({ effects, sent }: Outcome): readonly bigint[] {
  const told = saidOf(effects, "frontiers").flatMap((frame) => [...frame.held, ...frame.wanted]);
  const names = [...told.map(({ epoch }) => epoch), ...sent.map(({ header }) => header.epoch)];
  return names.filter((epoch) => epoch !== ownEpoch);
}

test("a later life pushes nothing before a neighbour has said what it has; who asks is given it", () => {
  const peer = laterLife();
  expect(pushed(peer)).toEqual([]);
  // What somebody tells while it has not heard what this peer has is no answer to that.
  peer.hear(2, { held: [held(7n, 1, 1)] });
  expect(pushed(peer)).toEqual([]);
  peer.hear(2, { held: [held(ownEpoch, 1, 1)], list: true });
  expect(pushed(peer)).toEqual([`2: ${ownEpoch}/4`, `3: ${ownEpoch}/4`]);
});

test("a neighbour that knows the same has said so by its sum, and one that answers a list by its own", () => {
  const same = laterLife();
  const greeting = same.room.durably(() => same.room.spread.repair.greet(same.room.link(2)));
  const summary = saidOf(greeting.effects, "frontiers")[0]?.summary ?? 0n;
  same.hear(2, { summary });
  expect(pushed(same)).toHaveLength(2);
  const another = laterLife();
  another.hear(2, { summary: summary + 1n });
  expect(pushed(another)).toEqual([]);
  another.hear(2, { held: [held(7n, 1, 1)], answer: true });
  expect(pushed(another)).toEqual([]);
  another.hear(2, { held: [held(7n, 1, 1), held(ownEpoch, 1, 1)] });
  expect(pushed(another)).toHaveLength(2);
});

test("where a neighbour knows nothing of it, a later life gives what former ones said, and the rest in another epoch", () => {
  const peer = laterLife();
  expect(pushed(peer)).toEqual([]);
  const list = peer.hear(2, { list: true });
  expect(peer.told(2, list)).toEqual([`${ownEpoch} is 1-1`]);
  expect(pushed(peer)).toEqual([]);
  expect(left(peer.hear(2, { wanted: [wanted(ownEpoch, 1, 3)] }))).toEqual([`2: ${ownEpoch}/1`]);
  expect(peer.hear(2, { held: [held(ownEpoch, 1, 1)] }).told).toEqual(["1 spread"]);
  const [epoch = 0n] = otherEpochs(peer.due(0));
  expect(left(peer.hear(2, { wanted: [wanted(epoch, 1, 9)] }))).toEqual([`2: ${epoch}/2`, `2: ${epoch}/3`]);
  expect(peer.hear(3, { held: [held(ownEpoch, 1, 3)] }).told).toEqual([]);
  expect(peer.hear(2, { held: [held(epoch, 2, 3)] }).told).toEqual(["2 spread", "3 spread"]);
  expect(pushed(peer)).toEqual([`2: ${epoch}/4`, `3: ${epoch}/4`]);
});

test("what it says after that comes after what it said before", () => {
  const peer = laterLife();
  peer.hear(2, { list: true });
  peer.hear(2, { wanted: [wanted(ownEpoch, 1, 1)] });
  peer.hear(2, { held: [held(ownEpoch, 1, 1)] });
  peer.say(["more"]);
  const [preface] = peer.room.persist().sent.map(({ bytes }) => readPreface(bodyOf(bytes)));
  expect(preface).toMatchObject({ after: [{ epoch: ownEpoch, number: 1 }] });
});

test("the life after one that went on in another epoch tells of both", () => {
  const peer = laterLife();
  peer.hear(2, { list: true });
  peer.hear(2, { wanted: [wanted(ownEpoch, 1, 1)] });
  peer.hear(2, { held: [held(ownEpoch, 1, 1)] });
  pushed(peer);
  const next = new SpreadRoom(between, { store: peer.room.store, incarnation: 3n });
  const lists = next.told(2, next.hear(2, { list: true }));
  expect(lists).toEqual([expect.stringMatching(/^225 is 1-1, \d+ is 2-2$/)]);
  const [, epoch = ""] = /(\d+) is 2-2/.exec(lists[0] ?? "") ?? [];
  const wants = { wanted: [wanted(ownEpoch, 1, 9), wanted(BigInt(epoch), 1, 9)] };
  expect(left(next.hear(2, wants))).toEqual([`2: ${ownEpoch}/1`, `2: ${epoch}/2`]);
});

test("where that is lost which tells of the other epoch, what was said in it is given to neighbours all the same", () => {
  const peer = laterLife();
  peer.hear(2, { list: true });
  peer.hear(2, { wanted: [wanted(ownEpoch, 1, 1)] });
  peer.hear(2, { held: [held(ownEpoch, 1, 1)] });
  pushed(peer);
  const { store } = peer.room;
  store.write([{ table: "meta", key: "spread", value: undefined }]);
  const next = new SpreadRoom(between, { store, incarnation: 3n });
  const [list = ""] = next.told(2, next.hear(2, { list: true }));
  const [, epoch = "0"] = /(\d+) is 2-2/.exec(list) ?? [];
  expect(left(next.hear(2, { wanted: [wanted(BigInt(epoch), 1, 9)] }))).toEqual([`2: ${epoch}/2`]);
  // Nor is it shown what it said itself.
  next.take(2, [saying(`${epoch}/2`), saying(`${epoch}/3`)]);
  expect(next.shown).toEqual([]);
});

test("what goes on in another epoch while it is on its way to the disk leaves under that one alone", () => {
  const peer = laterLife();
  peer.hear(2, { list: true });
  peer.say(["more"]);
  const contested = peer.hear(2, { held: [held(ownEpoch, 1, 9)] });
  expect(left(contested)).toEqual([]);
  expect(otherEpochs(peer.due(5_000))).toHaveLength(2);
});

test("where nothing is left to move, nobody hears of another epoch before something is said in it", () => {
  const peer = laterLife();
  peer.hear(2, { held: [held(ownEpoch, 1, 1)], list: true });
  peer.due(5_000);
  const contested = peer.hear(2, { held: [held(ownEpoch, 1, 9)] }, 5_001);
  expect(otherEpochs(contested)).toEqual([]);
  expect(otherEpochs(peer.due(10_000))).toEqual([]);
  peer.say(["more"], 10_000);
  expect(otherEpochs(peer.room.persist(10_000))).toHaveLength(2);
});

test("what a lost life said in a former epoch is not asked for", () => {
  const peer = laterLife();
  peer.hear(2, { held: [held(ownEpoch, 1, 9)], list: true });
  expect(peer.told(2, peer.hear(2, { held: [held(ownEpoch, 1, 12)] }))).toEqual([]);
});
