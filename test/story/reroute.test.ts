import { expect, test } from "vitest";
import { meet } from "../sim/meet.ts";
import type { SimPeer } from "../sim/sim-peer.ts";
import { World } from "../sim/world.ts";

/** The ring a - b - c - d - a, met. */
function ring(seed: number): { world: World; a: SimPeer; b: SimPeer; c: SimPeer; d: SimPeer } {
  const world = new World({ seed });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  const b = world.peer("b", { id: 2n, dials: ["c"] });
  const c = world.peer("c", { id: 3n, dials: ["d"] });
  const d = world.peer("d", { id: 4n, dials: ["a"] });
  meet(world, a, b, c, d);
  world.run(1_000);
  return { world, a, b, c, d };
}

/** Sends one word every 10 ms for a second; @returns what should be shown. */
function talk(world: World, from: SimPeer, to: SimPeer): readonly string[] {
  for (let word = 1; word <= 100; word += 1) world.after(10 * word, () => from.send(to, `word ${word}`));
  return Array.from({ length: 100 }, (_, index) => `${from.id}#${index + 1} word ${index + 1}`);
}

test("a link is cut in the middle of traffic: the other way round the ring takes over, nothing is lost or doubled", () => {
  const { world, a, b, c, d } = ring(1);
  const words = talk(world, a, c);
  world.run(500);
  expect(b.core.counts.forwarded).toBeGreaterThan(0);
  expect(d.core.counts.forwarded).toBe(0);
  world.cut(b, c);
  world.run(200);
  // Going round takes no longer than noticing.
  expect(c.shown.length).toBeGreaterThan(60);
  expect(d.core.counts.forwarded).toBeGreaterThan(0);
  world.run(2_000);
  expect(c.shown).toEqual(words);
  expect(a.statuses.filter((line) => line.endsWith("delivered"))).toHaveLength(100);
});

test("a link goes silent without a word: it is found out in four seconds, and nothing is lost or doubled", () => {
  const { world, a, b, c } = ring(2);
  const words = talk(world, a, c);
  world.run(500);
  world.silence(a, b);
  world.run(500);
  expect(c.shown.length).toBeLessThan(60);
  world.runUntil(() => c.shown.length === 100, 5_000);
  expect(c.shown).toEqual(words);
});

test("a partition heals: each side kept what it had for the other, and all of it arrives", () => {
  const { world, a, b, c, d } = ring(3);
  world.partition([a, b], [c, d]);
  world.run(1_000);
  expect([a.sees, d.sees]).toEqual([[2n], [3n]]);
  a.send(c, "from the left");
  d.send(b, "from the right");
  world.run(60_000);
  expect([b.shown, c.shown]).toEqual([[], []]);
  expect(a.statuses).toEqual(["3#1 accepted", "3#1 stored"]);
  world.healAll();
  meet(world, a, b, c, d);
  world.run(5_000);
  expect([b.shown, c.shown]).toEqual([["4#1 from the right"], ["1#1 from the left"]]);
  expect(a.statuses).toEqual(["3#1 accepted", "3#1 stored", "3#1 delivered"]);
  expect([a, b, c, d].map(({ core }) => core.view.figures().mailbox)).toEqual([0, 0, 0, 0]);
});
