import { expect, test } from "vitest";
import { saidOf } from "../world/frames.ts";
import { ownEpoch, type Outcome } from "./room.ts";
import { held, left, saying, SpreadRoom } from "./spread-room.ts";

/** A life of peer 1 between 2 and 3, with the store of one that has said something. */
function laterLife(): SpreadRoom {
  const first = new SpreadRoom(between);
  first.say(["one"]);
  first.room.persist();
  first.hear(2, { held: [held(ownEpoch, 1, 1)] });
  return new SpreadRoom(between, { store: first.room.store, incarnation: 2n });
}

/** A link comes up. */
function greet(peer: SpreadRoom, seed: number): Outcome {
  return peer.room.durably(() => peer.room.spread.repair.greet(peer.room.link(seed)));
}

/** It says something, which becomes durable. @returns what leaves. */
function pushed(peer: SpreadRoom): readonly string[] {
  peer.say(["more"]);
  return left(peer.room.persist()).toSorted();
}

const between = [
  [1, 2],
  [1, 3],
] as const;
const underTheSame = [`2: ${ownEpoch}/2`, `3: ${ownEpoch}/2`];

test("news of somebody else, told before the list that was asked for, are no list that lacks what this peer said", () => {
  const peer = laterLife();
  greet(peer, 2);
  expect(peer.told(2, peer.hear(2, { summary: 1n }))).toEqual([`${ownEpoch} is 1-1, list`]);
  peer.hear(2, { held: [held(7n, 1, 1)] });
  peer.hear(2, { held: [held(7n, 1, 1), held(ownEpoch, 1, 1)], list: true });
  expect(pushed(peer)).toEqual(underTheSame);
});

test("of a list in parts the last asks for one, and until then what is not in it may come yet", () => {
  const neighbour = new SpreadRoom(between, { limits: { listCountMax: 4 } });
  for (const epoch of [7, 8, 9]) neighbour.hear(3, { held: [held(BigInt(epoch), 3, 2)] });
  const parts = neighbour.told(2, neighbour.hear(2, { summary: 1n }));
  expect(parts).toEqual(["7 is 3-2 but 1-2, 8 is 3-2 but 1-2", "9 is 3-2 but 1-2, list"]);
  const peer = laterLife();
  greet(peer, 2);
  peer.hear(2, { summary: 1n });
  peer.hear(2, { held: [held(7n, 1, 1), held(8n, 1, 1)] });
  peer.hear(2, { held: [held(9n, 1, 1), held(ownEpoch, 1, 1)], list: true });
  expect(pushed(peer)).toEqual(underTheSame);
});

test("who asks for a list because the sums are the same does not say that it has nothing", () => {
  const peer = laterLife();
  const [{ summary } = { summary: 0n }] = saidOf(greet(peer, 2).effects, "frontiers");
  peer.take(3, [saying("7/1")]);
  // What the neighbour compared was the sum before that.
  peer.hear(2, { summary, list: true });
  peer.hear(2, { held: [held(ownEpoch, 1, 1)] });
  expect(pushed(peer)).toEqual(underTheSame);
});
