import { expect, test } from "vitest";
import { meet } from "./meet.ts";
import { outboxOn } from "./records.ts";
import { World } from "./world.ts";

function life(seed: number): World {
  const world = new World({ seed });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { id: 2n, dials: ["a"] });
  meet(world, a, b);
  a.send(b, "hello");
  b.restart();
  world.run(10_000);
  return world;
}

test("the same seed gives the same trace, and another seed another one", () => {
  const [first, again, other] = [life(1), life(1), life(2)];
  expect(first.trace.count).toBeGreaterThan(30);
  expect([again.trace.hash, again.trace.last(1_000)]).toEqual([first.trace.hash, first.trace.last(1_000)]);
  expect(other.trace.hash).not.toBe(first.trace.hash);
});

test("time passes only as it is told to, and no further", () => {
  const world = new World({ seed: 1 });
  world.peer("a", { id: 1n });
  world.run(1_234);
  expect(world.nowMs).toBe(1_234);
});

test("waiting for what does not happen fails with the seed and what happened last", () => {
  const world = new World({ seed: 77 });
  const a = world.peer("a", { id: 1n });
  const wait = (): number => world.runUntil(() => a.id === 2n, 1_000);
  expect(wait).toThrow(/not so within 1000 ms.*\n.*seed 77, after 1000 ms:\n.*a starts/);
});

test("a crash loses what is not on disk, and nothing else", () => {
  const world = new World({ seed: 1, writeMs: [50, 50] });
  const a = world.peer("a", { id: 1n });
  world.run(1_000);
  a.send(9n, "on disk");
  world.run(60);
  a.send(9n, "in memory");
  world.run(10);
  a.send(9n, "behind it");
  a.crash();
  const kept = outboxOn(a.disk).length;
  expect([1, 2]).toContain(kept);
  a.start();
  world.run(1_000);
  expect(a.core.view.figures().outbox).toBe(kept);
  expect(a.statuses).toEqual(["9#1 accepted"]);
});

test("what was being written at a crash is there as a whole or not at all, either way now and then", () => {
  const kept = new Set<number>();
  for (let seed = 1; seed <= 20; seed += 1) {
    const world = new World({ seed, writeMs: [50, 50] });
    const a = world.peer("a", { id: 1n });
    world.run(1_000);
    for (let word = 1; word <= 5; word += 1) a.send(9n, "at once");
    world.run(10);
    a.crash();
    kept.add(outboxOn(a.disk).length);
  }
  expect([...kept].toSorted((a, b) => a - b)).toEqual([0, 5]);
});

test("peers that are down are asked in vain", () => {
  const world = new World({ seed: 1 });
  const a = world.peer("a", { id: 1n });
  expect(() => a.send(2n, "too early")).toThrow("a is starting");
  a.crash();
  expect(() => a.send(2n, "too late")).toThrow("a is down");
  expect(() => world.peer("a")).toThrow("there is a peer a already");
});
