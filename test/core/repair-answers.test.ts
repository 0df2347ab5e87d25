import { expect, test } from "vitest";
import { ownEpoch } from "./room.ts";
import { left, saying, SpreadRoom, wanted } from "./spread-room.ts";

test("what was said before a life was compared with a neighbour is given to nobody until then", () => {
  const peer = new SpreadRoom([]);
  peer.say(["a"]);
  peer.room.persist();
  const later = new SpreadRoom([[1, 2]], { store: peer.room.store, incarnation: 2n });
  later.take(2, [saying("7/1")]);
  const asks = { wanted: [wanted(ownEpoch, 1, 1), wanted(7n, 1, 1)] };
  expect(left(later.hear(2, asks))).toEqual(["2: 7/1"]);
  later.hear(2, { list: true });
  expect(left(later.hear(2, asks))).toEqual([`2: ${ownEpoch}/1`, "2: 7/1"]);
});
