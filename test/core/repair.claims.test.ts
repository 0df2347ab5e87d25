import { expect, test } from "vitest";
import { ownEpoch } from "./room.ts";
import { held, saying, SpreadRoom } from "./spread-room.ts";

const pairOfLinks = [
  [1, 2],
  [1, 3],
] as const;

test("who went on without what it was told of does not have others do so, too", () => {
  const peer = new SpreadRoom(pairOfLinks, { limits: { askMs: 2_000, gapWaitMs: 10_000 } });
  peer.take(3, [saying("7/1"), saying("7/2"), saying("7/3")]);
  peer.hear(2, { held: [held(7n, 1, 999_999, [4, 999_999])] });
  for (let nowMs = 2_000; nowMs <= 60_000; nowMs += 2_000) peer.due(nowMs);
  expect(peer.told(2, peer.hear(2, { list: true }, 60_000))).toEqual(["7 is 1-3"]);
});

test("nor has the peer that speaks another life because of it", () => {
  const peer = new SpreadRoom(pairOfLinks);
  peer.say(["one"]);
  peer.room.persist();
  expect(peer.hear(2, { held: [held(ownEpoch, 1, 999_999, [2, 999_999])] }).told).toEqual(["1 spread"]);
});
