import { expect, test } from "vitest";
import { meet } from "../sim/meet.ts";
import type { SimPeer } from "../sim/sim-peer.ts";
import { World } from "../sim/world.ts";

/** The line a - b - c, met; nobody keeps mail for others. */
function line(seed: number): { world: World; a: SimPeer; b: SimPeer; c: SimPeer } {
  const world = new World({ seed });
  const c = world.peer("c", { id: 3n });
  const b = world.peer("b", { id: 2n, dials: ["c"], custody: false });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b, c);
  return { world, a, b, c };
}

test("a message goes through the middle, and its receipt comes back the same way", () => {
  const { world, a, b, c } = line(1);
  a.send(c, "Hi there!");
  world.run(1_000);
  expect(c.shown).toEqual(["1#1 Hi there!"]);
  expect(a.statuses).toEqual(["3#1 accepted", "3#1 delivered"]);
  // The message and the receipt, and nothing else.
  expect(b.core.counts.forwarded).toBe(2);
  expect(b.shown).toEqual([]);
});

test("messages of one sender are shown in the order they were sent", () => {
  const { world, a, c } = line(2);
  const words = Array.from({ length: 50 }, (_, index) => `word ${index + 1}`);
  for (const word of words) a.send(c, word);
  world.run(1_000);
  expect(c.shown).toEqual(words.map((word, index) => `1#${index + 1} ${word}`));
});

test("a message to oneself is shown and settled without a link", () => {
  const world = new World({ seed: 3 });
  const a = world.peer("a", { id: 1n });
  world.run(100);
  a.send(a, "note to self");
  world.run(100);
  expect(a.shown).toEqual(["1#1 note to self"]);
  expect(a.statuses).toEqual(["1#1 accepted", "1#1 delivered"]);
});

test("a lost receipt is told again when the message is repeated, and the message is not shown again", () => {
  const { world, a, b, c } = line(4);
  a.send(c, "Hi there!");
  world.runUntil(() => c.shown.length === 1, 1_000);
  // The receipt has just set out.
  world.drop(b, c);
  world.run(100);
  expect(a.statuses).toEqual(["3#1 accepted"]);
  meet(world, a, b, c);
  world.run(2_000);
  expect(a.statuses).toEqual(["3#1 accepted", "3#1 delivered"]);
  expect(c.shown).toEqual(["1#1 Hi there!"]);
});

test("a message lost on its way is repeated until it arrives", () => {
  const { world, a, b, c } = line(5);
  a.send(c, "Hi there!");
  world.runUntil(() => b.core.counts.forwarded === 1, 1_000);
  world.drop(b, c);
  world.run(100);
  expect(c.shown).toEqual([]);
  meet(world, a, b, c);
  world.run(2_000);
  expect(c.shown).toEqual(["1#1 Hi there!"]);
  expect(a.statuses).toEqual(["3#1 accepted", "3#1 delivered"]);
});
