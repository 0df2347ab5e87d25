import { expect, test } from "vitest";
import { meet } from "../sim/meet.ts";
import { World } from "../sim/world.ts";

test("a peer leaves as soon as its disk and its links are done, also while it dials somebody in vain", () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const world = new World({ seed, writeMs: [200, 200] });
    const b = world.peer("b", { id: 2n });
    const a = world.peer("a", { id: 1n, dials: ["b", "nobody"] });
    meet(world, a, b);
    world.run(1_000);
    a.leave();
    // A write that is under way, and the one that leaving brings about.
    expect(world.runUntil(() => !a.isUp, 3_000)).toBeLessThan(450);
    world.run(100);
    expect(b.events).toEqual(["1 up", "1 down"]);
  }
});

test("a peer leaves once what it sent before is settled", () => {
  const world = new World({ seed: 1 });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b);
  a.send(b, "one more thing");
  a.leave();
  world.runUntil(() => !a.isUp, 1_000);
  expect(b.shown).toEqual(["1#1 one more thing"]);
  expect(a.statuses).toEqual(["2#1 accepted", "2#1 delivered"]);
});

test("a leaving peer waits no longer than two and a half seconds for what it cannot reach", () => {
  const world = new World({ seed: 1 });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b", "nobody"] });
  meet(world, a, b);
  world.silence(a, b);
  a.send(b, "never mind");
  a.leave();
  expect(world.runUntil(() => !a.isUp, 2_600)).toBeGreaterThan(1_900);
  expect(a.statuses).toEqual(["2#1 accepted"]);
});

test("all leave at once, and each is back afterwards as who it was", () => {
  const world = new World({ seed: 2 });
  const c = world.peer("c", { id: 3n });
  const b = world.peer("b", { id: 2n, dials: ["c"] });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b, c);
  for (const peer of [a, b, c]) peer.leave();
  world.runUntil(() => [a, b, c].every(({ isUp }) => !isUp), 3_000);
  for (const peer of [a, b, c]) peer.start();
  meet(world, a, b, c);
  expect([a.id, b.id, c.id]).toEqual([1n, 2n, 3n]);
});
