import { expect, test } from "vitest";
import { meet } from "../sim/meet.ts";
import { World } from "../sim/world.ts";

test("a peer with nobody to ask takes the id it wishes for, and grants others theirs", () => {
  const world = new World({ seed: 1 });
  const a = world.peer("a", { id: 1n });
  world.run(100);
  expect([a.isReady, a.id, a.core.identity.verdict]).toEqual([true, 1n, "granted"]);
  const b = world.peer("b", { id: 2n, dials: ["a"] });
  meet(world, a, b);
  expect([b.id, b.core.identity.verdict]).toEqual([2n, "granted"]);
  world.run(100);
  expect(a.events).toEqual(["2 up"]);
  expect(b.events).toEqual(["1 up"]);
});

test("a peer without a wish is assigned an id, and keeps it over a restart", () => {
  const world = new World({ seed: 2 });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { dials: ["a"] });
  meet(world, a, b);
  expect(b.core.identity.verdict).toBeNull();
  const assigned = b.id;
  expect(assigned).toBeGreaterThan(2n ** 40n);
  b.restart();
  meet(world, a, b);
  expect(b.id).toBe(assigned);
});

test("of two that wish for one id the first gets it; the other is refused and assigned one", () => {
  const world = new World({ seed: 3 });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { id: 7n, dials: ["a"] });
  meet(world, a, b);
  const c = world.peer("c", { id: 7n, dials: ["a"] });
  meet(world, a, b, c);
  expect([b.id, b.core.identity.verdict]).toEqual([7n, "granted"]);
  expect(c.core.identity.verdict).toBe("refused");
  expect(c.id).not.toBe(7n);
});

test("peers started before those they dial find them when they come", () => {
  const world = new World({ seed: 4 });
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  const b = world.peer("b", { id: 2n, dials: ["a"] });
  world.run(8_000);
  const a = world.peer("a", { id: 1n });
  meet(world, a, b, c);
  expect(a.sees).toEqual([2n, 3n]);
  expect(c.sees).toEqual([1n, 2n]);
});

test("two peers that dial each other at the same instant end up with one link", () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const world = new World({ seed });
    const a = world.peer("a", { id: 1n, dials: ["b"] });
    const b = world.peer("b", { id: 2n, dials: ["a"] });
    meet(world, a, b);
    world.run(10_000);
    expect(world.network.wires()).toHaveLength(1);
    expect([a.sees, b.sees]).toEqual([[2n], [1n]]);
  }
});
