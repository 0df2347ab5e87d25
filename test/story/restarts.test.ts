import { expect, test } from "vitest";
import { isDrained } from "../sim/convergence.ts";
import { meet } from "../sim/meet.ts";
import type { SimPeer } from "../sim/sim-peer.ts";
import { World } from "../sim/world.ts";

/** The line a - b - c, met, and a sending to c every 20 ms for two seconds whenever it can. */
function traffic(seed: number): { world: World; a: SimPeer; b: SimPeer; c: SimPeer; said: string[] } {
  const world = new World({ seed });
  const c = world.peer("c", { id: 3n });
  const b = world.peer("b", { id: 2n, dials: ["c"] });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b, c);
  const said: string[] = [];
  const say = (): void => {
    if (a.isReady) said.push(`1#${a.send(c, "word")} word`);
  };
  for (let word = 1; word <= 100; word += 1) world.after(20 * word, say);
  return { world, a, b, c, said };
}

/** What was accepted, in order, as c should show it. */
function accepted(a: SimPeer): readonly string[] {
  return a.statuses.filter((line) => line.endsWith("accepted")).map((line) => `1#${line.slice(2, -9)} word`);
}

test("the receiver is killed in the middle of traffic: it goes on where its disk ends", () => {
  const { world, a, b, c, said } = traffic(1);
  world.run(1_000);
  c.crash();
  world.run(2_000);
  c.start();
  meet(world, a, b, c);
  world.run(2_000);
  world.runUntil(() => [a, b].every(isDrained), 20_000);
  expect(said).toHaveLength(100);
  expect(c.shown).toEqual(said);
});

test("the forwarder is killed in the middle of traffic: the sender repeats what it swallowed", () => {
  const { world, a, b, c, said } = traffic(2);
  world.run(1_000);
  b.crash();
  world.run(500);
  expect(c.shown.length).toBeLessThan(60);
  b.start();
  meet(world, a, b, c);
  world.run(2_000);
  world.runUntil(() => [a, b].every(isDrained), 20_000);
  expect(said).toHaveLength(100);
  expect(c.shown).toEqual(said);
});

test("the sender is killed in the middle of traffic: whatever it had accepted arrives, once and in order", () => {
  const { world, a, b, c } = traffic(3);
  world.run(1_000);
  const before = accepted(a);
  a.crash();
  world.run(200);
  a.start();
  meet(world, a, b, c);
  world.run(2_000);
  world.runUntil(() => [a, b].every(isDrained), 20_000);
  // The disk may hold one write more than its owner lived to hear of.
  expect(c.shown.slice(0, before.length)).toEqual(before);
  expect(c.shown).toEqual(c.shown.map((_, index) => `1#${index + 1} word`));
  expect(accepted(a).every((line) => c.shown.includes(line))).toBe(true);
});

test("all three lose power at once, with traffic under way: nothing accepted is lost, nothing is shown twice", () => {
  const { world, a, b, c } = traffic(4);
  world.run(1_000);
  for (const peer of [a, b, c]) peer.crash(false);
  world.run(1_000);
  for (const peer of [a, b, c]) peer.start();
  meet(world, a, b, c);
  world.run(2_000);
  world.runUntil(() => [a, b, c].every(isDrained), 20_000);
  expect(c.shown).toEqual(c.shown.map((_, index) => `1#${index + 1} word`));
  expect(accepted(a).every((line) => c.shown.includes(line))).toBe(true);
});
