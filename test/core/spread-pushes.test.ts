import { expect, test } from "vitest";
import { left, saying, SpreadRoom } from "./spread-room.ts";

const between = [
  [1, 2],
  [1, 3],
] as const;

test("what came over a link goes on over the others that it is on the way to, with one hop less, and not back", () => {
  const peer = new SpreadRoom(between);
  const outcome = peer.take(2, [saying("7/1", { hopsLeft: 5 })]);
  expect([left(outcome), outcome.sent[0]?.header.hopsLeft]).toEqual([["3: 7/1"], 4]);
  expect(left(peer.take(2, [saying("7/2", { hopsLeft: 0 })]))).toEqual([]);
  expect(peer.room.effects.counts.outOfHops).toBe(1);
});

test("a full link is left to repair, also where it is one's own", () => {
  const peer = new SpreadRoom(between);
  peer.room.link(3).full = true;
  expect(left(peer.take(2, [saying("7/1")]))).toEqual([]);
  peer.say(["hi"]);
  expect(left(peer.room.persist()).map((line) => line.slice(0, 2))).toEqual(["2:"]);
});
