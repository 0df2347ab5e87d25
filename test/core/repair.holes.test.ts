import { expect, test } from "vitest";
import { Frontier, hadOf } from "../../src/core/frontier.ts";
import type { Limits } from "../../src/core/limits.ts";
import { ownEpoch } from "./room.ts";
import { held, left, saying, SpreadRoom, wanted } from "./spread-room.ts";

const spoke = { repairMs: 1_000, askMs: 2_000, gapWaitMs: 10_000 };
const pairOfLinks = [
  [1, 2],
  [1, 3],
] as const;

/** A peer that has 7/1 and 7/4, and went on without what is between: nobody had it. */
function holed(limits: Partial<Limits> = {}): SpreadRoom {
  const peer = new SpreadRoom(pairOfLinks, { limits: { ...spoke, ...limits } });
  peer.take(2, [saying("7/1"), saying("7/4")]);
  peer.giveUp(spoke.gapWaitMs);
  expect(peer.shown).toEqual(["7/1", "(2 missing) 7/4"]);
  peer.due(20_000);
  return peer;
}

test("what a peer went on without it does not say it has, in a list, in an answer, and when it tells (invariant 4)", () => {
  const peer = holed();
  expect(peer.told(3, peer.hear(3, { list: true }))).toEqual(["7 is 1-4 but 2-3"]);
  expect(peer.told(3, peer.hear(3, { wanted: [wanted(7n, 2, 3)] }))).toEqual(["7 is 4-4 but 2-3, answer"]);
  peer.take(2, [saying("7/5")], 20_000);
  const told = [30_000, 40_000].flatMap((nowMs) => peer.told(3, peer.due(nowMs)));
  expect(told.at(-1)).toBe("7 is 1-5 but 2-3");
});

test("nor after a restart", () => {
  const later = new SpreadRoom(pairOfLinks, { store: holed().room.store, incarnation: 2n });
  expect(later.told(3, later.hear(3, { list: true }))).toEqual(["7 is 1-4 but 2-3"]);
});

test("who lacks something else has another sum, so that both list what they have", () => {
  const peer = holed();
  const frontier = new Frontier();
  frontier.raise(7n, { number: 4, missing: [] });
  expect(peer.told(3, peer.hear(3, { summary: frontier.summary }))).toEqual(["7 is 1-4 but 2-3, list"]);
  const same = new Frontier();
  same.raise(7n, hadOf({ delivered: [{ first: 1, last: 1 }, { first: 4, last: 4 }], next: 5 })); // prettier-ignore
  expect(peer.told(2, peer.hear(2, { summary: same.summary }))).toEqual([]);
});

test("what somebody has of it is asked for, shown once, late, and told on at once (invariant 4)", () => {
  const peer = holed();
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 4, [3, 3])] }, 20_000))).toEqual(["7 wants 2-2"]);
  peer.take(2, [saying("7/2"), saying("7/2")], 20_000);
  expect(peer.shown).toEqual(["7/1", "(2 missing) 7/4", "7/2"]);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 2, 4, [3, 3])], answer: true }, 20_000))).toEqual([]);
  expect(peer.told(3, peer.due(20_000))).toEqual(["7 is 1-4 but 3-3"]);
  expect([peer.told(2, peer.due(60_000)), peer.due(90_000).effects]).toEqual([["sum"], []]);
});

test("what is not to be had from a neighbour is not asked for again, however often it says what it has", () => {
  const peer = holed();
  const says = { held: [held(7n, 1, 4)] };
  expect(peer.told(2, peer.hear(2, says, 20_000))).toEqual(["7 wants 2-3"]);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 4, 4)], answer: true }, 20_000))).toEqual([]);
  for (let nowMs = 21_000; nowMs < 30_000; nowMs += 1_000) expect(peer.told(2, peer.hear(2, says, nowMs))).toEqual([]);
  // Another may have it.
  expect(peer.told(3, peer.hear(3, says, 30_000))).toEqual(["7 wants 2-3"]);
});

test("who says why it gives nothing, and then got it, is asked again", () => {
  const peer = holed();
  peer.hear(2, { held: [held(7n, 1, 4, [3, 3])] }, 20_000);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 4, 4, [2, 3])], answer: true }, 20_000))).toEqual([]);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 4)] }, 30_000))).toEqual(["7 wants 2-3"]);
});

test("so it is with what is next: a neighbour that had a hole there and got it is asked again", () => {
  const peer = new SpreadRoom([[1, 2]], { limits: spoke });
  peer.take(2, [saying("7/1"), saying("7/4")]);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 4, [2, 3])] }))).toEqual(["7 wants 2-3"]);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 4, 4, [2, 3])], answer: true }))).toEqual([]);
  peer.due(2_000);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 4, [2, 2])] }, 3_000))).toEqual(["7 wants 2-3"]);
});

test("who answers nothing is asked later and later, and then no more: all is quiet", () => {
  const peer = holed();
  peer.hear(2, { held: [held(7n, 1, 4)] }, 20_000);
  const asked: number[] = [];
  for (let nowMs = 20_000; nowMs < 600_000; nowMs += 1_000)
    if (peer.told(2, peer.due(nowMs)).includes("7 wants 2-3")) asked.push(nowMs / 1_000);
  expect(asked).toHaveLength(5);
  expect(asked.map((at, index) => at - (asked[index - 1] ?? 20))).toEqual([6, 10, 18, 34, 66]);
  expect(peer.room.spread.repair.nextDeadlineMs).toBe(Infinity);
});

test("what is next is asked for first, and one request is open on a link", () => {
  const peer = holed();
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 5)] }, 20_000))).toEqual(["7 wants 5-5"]);
  peer.take(2, [saying("7/5")], 20_000);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 5, 5)], answer: true }, 20_000))).toEqual(["7 wants 2-3"]);
});

test("absurd holes are no words at all", () => {
  const peer = holed();
  const many = Array.from({ length: 257 }, (_, index) => [2 * index + 1, 2 * index + 1] as const);
  for (const absurd of [
    held(7n, 1, 9, [4, 3]),
    held(7n, 1, 9, [0, 1]),
    held(7n, 1, 9, [3, 10]),
    held(7n, 1, 9, [3, 4], [4, 5]),
    held(7n, 1, 9, [5, 6], [2, 3]),
    held(7n, 1, 9, [1, 2 ** 60]),
    held(7n, 1, 600, ...many),
  ])
    expect(peer.told(2, peer.hear(2, { held: [absurd] }, 20_000))).toEqual([]);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 9, [5, 8])] }, 20_000))).toEqual(["7 wants 5-9"]);
});

test("a neighbour that has holes does not tell the origin that it has what is in them", () => {
  const peer = new SpreadRoom([[1, 2]]);
  peer.say(["a", "b", "c"]);
  peer.room.persist();
  expect(peer.hear(2, { held: [held(ownEpoch, 1, 3, [2, 2])] }).told).toEqual(["1 spread", "3 spread"]);
  expect(peer.room.spread.unsettled).toBe(1);
  const later = new SpreadRoom([[1, 2]], { store: peer.room.store, incarnation: 2n });
  expect(left(later.hear(2, { list: true, held: [held(ownEpoch, 1, 3, [2, 2])] }))).toEqual([]);
  expect(later.hear(2, { held: [held(ownEpoch, 1, 3)] }).told).toEqual(["2 spread"]);
});
