import { expect, test } from "vitest";
import { meet } from "../sim/meet.ts";
import { World } from "../sim/world.ts";

test("two peers took one id while they could not know of each other: the earlier keeps it, the other is told its new one", () => {
  const world = new World({ seed: 1 });
  const a = world.peer("a", { id: 7n });
  world.run(5_000);
  const b = world.peer("b", { id: 7n });
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  meet(world, b, c);
  expect([a.id, b.id]).toEqual([7n, 7n]);
  a.connect(c);
  world.run(2_000);
  meet(world, a, b, c);
  expect(a.id).toBe(7n);
  expect(b.id).not.toBe(7n);
  expect(b.events.filter((line) => line.startsWith("id "))).toEqual([`id ${b.id}: another peer claimed 7 earlier`]);
  expect(a.events.filter((line) => line.startsWith("id "))).toEqual([]);
  // What is sent to 7 now goes to the one that kept it, under either name each gets its own.
  c.send(7n, "for the earlier one");
  c.send(b, "for the later one");
  world.run(1_000);
  expect(a.shown).toEqual(["3#1 for the earlier one"]);
  expect(b.shown).toEqual(["3#1 for the later one"]);
});

test("mail that was bound to a peer follows it to its new id, and never goes to who has the old one", () => {
  const world = new World({ seed: 2 });
  const a = world.peer("a", { id: 7n });
  world.run(5_000);
  const b = world.peer("b", { id: 7n });
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  meet(world, b, c);
  b.crash();
  world.run(1_000);
  c.send(7n, "for b, whatever it is called");
  a.connect(c);
  meet(world, a, c);
  world.run(10_000);
  expect(a.shown).toEqual([]);
  b.start();
  world.run(10_000);
  expect(b.id).not.toBe(7n);
  expect(b.shown).toEqual(["3#1 for b, whatever it is called"]);
  expect(a.shown).toEqual([]);
  expect(c.statuses.at(-1)).toBe("7#1 delivered");
});

test("who leaves in good order frees its id at once", () => {
  const world = new World({ seed: 3 });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { id: 2n, dials: ["a"] });
  meet(world, a, b);
  // Whoever comes and goes within one burst of changes is not told of.
  world.run(100);
  b.leave();
  world.run(500);
  expect([b.isUp, a.events]).toEqual([false, ["2 up", "2 down"]]);
  const c = world.peer("c", { id: 2n, dials: ["a"] });
  meet(world, a, c);
  expect([c.id, c.core.identity.verdict]).toEqual([2n, "granted"]);
});

test("the id of a peer that is gone without a word stays its own for 200 seconds, and is free after them", () => {
  const world = new World({ seed: 4 });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { id: 2n, dials: ["a"] });
  meet(world, a, b);
  b.crash();
  world.run(190_000);
  const c = world.peer("c", { id: 2n, dials: ["a"] });
  meet(world, a, c);
  expect([c.core.identity.verdict, c.id === 2n]).toEqual(["refused", false]);
  world.run(10_000);
  const d = world.peer("d", { id: 2n, dials: ["a"] });
  meet(world, a, d);
  expect([d.core.identity.verdict, d.id]).toEqual(["granted", 2n]);
});

test("a peer that is back within its lease has its id again, although others asked for it", () => {
  const world = new World({ seed: 5 });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { id: 2n, dials: ["a"] });
  meet(world, a, b);
  b.crash(false);
  world.run(20_000);
  const c = world.peer("c", { id: 2n, dials: ["a"] });
  meet(world, a, c);
  b.start();
  meet(world, a, b, c);
  expect([b.id, c.core.identity.verdict]).toEqual([2n, "refused"]);
});
