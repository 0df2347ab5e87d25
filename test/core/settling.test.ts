import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { settlingMs } from "../../src/core/settling.ts";
import { kindOf } from "../world/frames.ts";
import { Wire } from "../world/wire.ts";

test("a small mesh settles as soon as ever, and a large one later, in whole milliseconds", () => {
  const limits = { settleMs: 5, settlePeersPerMs: 400 };
  expect([0, 3, 399, 400, 1_000, 10_000].map((peers) => settlingMs(peers, limits))).toEqual([5, 5, 5, 6, 7, 30]);
});

test("presence is told once the changes were gathered for as long as so many peers want", () => {
  const wire = new Wire();
  const limits = { ...defaultLimits, settleMs: 5, settlePeersPerMs: 0.1 };
  const [a, b] = [wire.add({ seed: 1, desiredId: 11n, limits }), wire.add({ seed: 2, desiredId: 12n })];
  wire.start(b);
  wire.start(a, b);
  wire.run();
  // It knew itself alone when the first change came: 5 ms, and 10 for one peer.
  wire.advance(14);
  expect(kindOf(a.effects, "peer")).toHaveLength(0);
  wire.advance(1);
  expect(kindOf(a.effects, "peer")).toHaveLength(1);
});
