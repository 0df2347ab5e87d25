import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { held, saying, sayings, SpreadRoom } from "./spread-room.ts";

test("what was refused for want of room is listed again once there is room, though the sums differ as they did", () => {
  const limits = { spreadEpochsMax: 2, spreadCountMax: 2 };
  const peer = new SpreadRoom([[1, 2], [1, 3]], { limits }); // prettier-ignore
  peer.hear(2, { held: [held(7n, 1, 1), held(8n, 1, 1)] });
  expect(peer.told(3, peer.hear(3, { summary: 99n }))).toEqual(["list"]);
  expect(peer.told(3, peer.hear(3, { held: [held(9n, 1, 1)] }))).toEqual([]);
  peer.room.wire([[1, 3]]);
  peer.due(5_000);
  expect(peer.told(3, peer.hear(3, { summary: 99n }, 5_000))).toEqual(["list"]);
  expect(peer.told(3, peer.hear(3, { held: [held(9n, 1, 1)] }, 5_000))).toEqual(["9 wants 1-1"]);
});

test("what is counted still, and made room in the inbox, takes none there when a neighbour lists it", () => {
  const peer = new SpreadRoom([[1, 2]], { limits: { marksMax: 2 } });
  const overMs = 1 + defaultLimits.ttlMs + 86_400_000;
  peer.take(2, [saying("7/1"), saying("8/1")], 1);
  peer.due(overMs);
  peer.take(2, sayings(9, 1), overMs);
  peer.hear(2, { held: [held(7n, 2, 1), held(8n, 2, 1)] }, overMs);
  peer.take(2, sayings(10, 1), overMs);
  expect(peer.shown).toEqual(["7/1", "8/1", "9/1", "10/1"]);
});
