import { expect, test } from "vitest";
import { bodyOf } from "../../src/core/header.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { readPreface } from "../../src/core/preface.ts";
import { ownEpoch } from "./room.ts";
import { saying, SpreadRoom, wanted } from "./spread-room.ts";

test("what a later life says comes after all that was seen, though the inbox has forgotten who said it", () => {
  const limits = { marksMax: 2 };
  const [nowMs, laterMs] = [1, 1 + defaultLimits.ttlMs + 86_400_000];
  const peer = new SpreadRoom([[1, 2]], { limits });
  peer.take(2, [saying("7/1", { lamport: 100 }), saying("8/1")], nowMs);
  peer.due(laterMs);
  peer.take(2, [saying("9/1")], laterMs);
  peer.take(2, [saying("10/1")], laterMs + 1);
  expect(peer.shown.slice(0, 3)).toEqual(["7/1", "8/1", "9/1"]);
  const later = new SpreadRoom([[1, 2]], { store: peer.room.store, incarnation: 2n, limits });
  later.hear(2, { list: true }, laterMs + 1);
  later.say(["b"], laterMs + 1);
  const outcomes = [later.room.persist(), later.hear(2, { wanted: [wanted(ownEpoch, 1, 1)] }, laterMs + 1)];
  const [said] = outcomes.flatMap(({ sent }) => sent.map(({ bytes }) => readPreface(bodyOf(bytes))));
  expect(said).toMatchObject({ lamport: 101 });
});
