import { expect, test } from "vitest";
import { held, left, saying, SpreadRoom, wanted } from "./spread-room.ts";
import { ownEpoch, type Outcome } from "./room.ts";

/** 1 between 2 and 3, 4 behind 3: what comes from 2 goes on to 3. */
const between = [
  [1, 2],
  [1, 3],
  [3, 4],
] as const;
const nothing = new Uint8Array();

/** What left, with the hops it has left and what it says. */
function words({ sent }: Outcome): readonly string[] {
  return sent.map(({ over, header, body }) => {
    const text = typeof body !== "string" && body.kind === "text" ? body.text : "emptied";
    return `${over}: ${header.epoch}/${header.number}, ${header.hopsLeft} left, ${text}`;
  });
}

test("its own leaves with one hop less than its limit, pushed and asked for, and in the next life, too", () => {
  const peer = new SpreadRoom(between);
  peer.say(["hi"], 0, 10_000, 2);
  expect(words(peer.room.persist()).toSorted()).toEqual(["2: 225/1, 1 left, hi", "3: 225/1, 1 left, hi"]);
  const again = peer.hear(3, { wanted: [wanted(ownEpoch, 1, 1)] });
  expect(words(again)).toEqual(["3: 225/1, 1 left, hi"]);
  const later = new SpreadRoom(between, { store: peer.room.store, incarnation: 2n });
  later.hear(3, { list: true });
  expect(words(later.hear(3, { wanted: [wanted(ownEpoch, 1, 1)] }))).toEqual(["3: 225/1, 1 left, hi"]);
});

test("within the limit it is shown and goes on whole, at the limit it is shown and goes on without its body", () => {
  const peer = new SpreadRoom(between);
  const within = peer.take(2, [
    saying("7/1", { hopsLeft: 1, hopLimit: 2 }),
    saying("7/2", { hopsLeft: 0, hopLimit: 2 }),
  ]);
  expect(words(within)).toEqual(["3: 7/1, 0 left, 7/1", "3: 7/2, 64 left, emptied"]);
  expect(peer.shown).toEqual(["7/1", "7/2"]);
  const asked = peer.hear(3, { wanted: [wanted(7n, 1, 2)] });
  expect(words(asked)).toEqual(["3: 7/1, 0 left, 7/1", "3: 7/2, 64 left, emptied"]);
  const later = new SpreadRoom(between, { store: peer.room.store, incarnation: 2n });
  expect(words(later.hear(3, { wanted: [wanted(7n, 1, 2)] }))).toEqual(words(asked));
});

test("beyond the limit it is counted, kept for those who ask and passed on; what follows is shown without a gap", () => {
  // 5 is two hops from here.
  const peer = new SpreadRoom([...between, [2, 5]]);
  const from5 = { origin: 5n, hopLimit: 1, hopsLeft: 64, body: nothing };
  const outcome = peer.take(2, [saying("7/1", from5), saying("7/2", { origin: 5n })]);
  expect(words(outcome)).toEqual(["3: 7/1, 63 left, emptied", "3: 7/2, 8 left, 7/2"]);
  expect(peer.shown).toEqual(["7/2"]);
  expect(words(peer.hear(3, { wanted: [wanted(7n, 1, 1)] }))).toEqual(["3: 7/1, 64 left, emptied"]);
  expect(peer.told(3, peer.due(5_000))).toEqual(["7 is 1-2"]);
});

test("a copy with more hops left than its limit allows is not shown, nor passed on whole: nobody knows how far it came", () => {
  const peer = new SpreadRoom([...between, [2, 5]]);
  const outcome = peer.take(2, [saying("7/1", { origin: 5n, hopLimit: 1, hopsLeft: 64 })]);
  expect(words(outcome)).toEqual(["3: 7/1, 63 left, emptied"]);
  expect(peer.shown).toEqual([]);
  expect(words(peer.hear(3, { wanted: [wanted(7n, 1, 1)] }))).toEqual(["3: 7/1, 64 left, emptied"]);
});

test("pushed without its body to a peer within the limit it is left, and does not keep a whole copy out", () => {
  const peer = new SpreadRoom([...between, [2, 5]]);
  const emptied = saying("7/1", { origin: 5n, hopLimit: 2, hopsLeft: 64, body: nothing });
  expect(left(peer.take(3, [emptied]))).toEqual([]);
  const whole = peer.take(2, [saying("7/1", { origin: 5n, hopLimit: 2, hopsLeft: 0 })]);
  expect(words(whole)).toEqual(["3: 7/1, 64 left, emptied"]);
  expect(peer.shown).toEqual(["7/1"]);
});

test("asked for and got without its body, it is asked for from the others that offer it before it is taken so", () => {
  const peer = new SpreadRoom([...between, [1, 5]]);
  const emptied = saying("7/1", { hopLimit: 2, hopsLeft: 64, body: nothing });
  expect(peer.told(3, peer.hear(3, { held: [held(7n, 1, 1)] }))).toEqual(["7 wants 1-1"]);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 1)] }))).toEqual([]);
  peer.take(3, [emptied]);
  expect(peer.told(2, peer.hear(3, { held: [held(7n, 1, 1)], answer: true }))).toEqual(["7 wants 1-1"]);
  peer.take(2, [saying("7/1", { hopLimit: 2, hopsLeft: 0 })]);
  peer.hear(2, { held: [held(7n, 1, 1)], answer: true });
  expect(peer.shown).toEqual(["7/1"]);
});

test("where all that offer it have it without its body it is taken so, and not asked for again", () => {
  const peer = new SpreadRoom([...between, [1, 5]]);
  const emptied = saying("7/1", { hopLimit: 2, hopsLeft: 64, body: nothing });
  peer.hear(3, { held: [held(7n, 1, 1)] });
  peer.hear(2, { held: [held(7n, 1, 1)] });
  peer.take(3, [emptied]);
  expect(peer.told(2, peer.hear(3, { held: [held(7n, 1, 1)], answer: true }))).toEqual(["7 wants 1-1"]);
  peer.take(2, [emptied]);
  const after = peer.hear(2, { held: [held(7n, 1, 1)], answer: true });
  expect([peer.told(2, after), peer.told(3, after)]).toEqual([[], []]);
  expect(peer.shown).toEqual([]);
  peer.take(2, [saying("7/2")]);
  expect(peer.shown).toEqual(["7/2"]);
});

test("what its sender said after seeing one without a body waits for that, and no longer", () => {
  const peer = new SpreadRoom([...between, [2, 5]]);
  peer.take(2, [saying("8/1", { after: ["7/1"] })]);
  expect(peer.shown).toEqual([]);
  peer.take(2, [saying("7/1", { origin: 5n, hopLimit: 1, hopsLeft: 64, body: nothing })]);
  expect(peer.shown).toEqual(["8/1"]);
});

test("a full link, a peer that nobody knows a road to, a limit of all ones: no fault, and nothing is lost", () => {
  const peer = new SpreadRoom(between);
  peer.room.link(3).full = true;
  expect(words(peer.take(2, [saying("7/1", { hopsLeft: 0, hopLimit: 1 })]))).toEqual([]);
  peer.room.link(3).full = false;
  expect(words(peer.hear(3, { wanted: [wanted(7n, 1, 1)] }))).toEqual(["3: 7/1, 64 left, emptied"]);
  peer.take(2, [saying("9/1", { origin: 99n, hopLimit: 3, hopsLeft: 64, body: nothing })]);
  peer.take(2, [saying("6/1", { hopLimit: 2 ** 32 - 1, hopsLeft: 2 ** 32 - 2 })]);
  expect(peer.shown).toEqual(["7/1", "6/1"]);
});

test("without its body, of an origin that there is no road to, it is taken as it comes: how far that is nobody knows", () => {
  const peer = new SpreadRoom(between);
  peer.take(2, [saying("9/1", { origin: 99n, hopLimit: 3, hopsLeft: 64, body: nothing })]);
  peer.take(2, [saying("9/2", { origin: 99n })]);
  expect(peer.shown).toEqual(["9/2"]);
});
