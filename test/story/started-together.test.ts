import { expect, test } from "vitest";
import { World } from "../sim/world.ts";

test("peers that start in one moment on slow disks know each other within seconds, whichever is ready first", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const world = new World({ seed, delayMs: [0, 30], writeMs: [1, 120] });
    const peers = [
      world.peer("a", { dials: ["b"] }),
      world.peer("b", { dials: ["c"] }),
      world.peer("c", { dials: ["d"] }),
      world.peer("d"),
    ];
    world.run(4_000);
    const seen = peers.map((peer) => peers.filter((other) => other !== peer && peer.sees.includes(other.id)).length);
    expect(seen, `seed ${seed}`).toEqual([3, 3, 3, 3]);
  }
});
