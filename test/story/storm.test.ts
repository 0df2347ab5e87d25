import { expect, test } from "vitest";
import { storm } from "../sim/storm.ts";

// Each seed is a world of its own. A failure names the seed; `storm(seed)` replays it.
const seedsMax = 60;

test("whatever the network and the processes do, nothing accepted is lost, doubled or out of order, and all comes to rest", () => {
  let sends = 0;
  let delivered = 0;
  let expired = 0;
  for (let seed = 1; seed <= seedsMax; seed += 1) {
    const after = storm(seed);
    sends += after.sends;
    delivered += after.delivered;
    expired += after.expired;
  }
  // The storms are worth something: plenty is sent, most of it arrives, some cannot.
  expect(sends).toBeGreaterThan(100 * seedsMax);
  expect(delivered).toBeGreaterThan(0.7 * sends);
  expect(expired).toBeGreaterThan(seedsMax);
}, 300_000);

test("the same storm goes the same way", () => {
  expect(storm(7).world.trace.hash).toBe(storm(7).world.trace.hash);
});
