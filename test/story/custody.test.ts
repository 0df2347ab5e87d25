import { expect, test } from "vitest";
import { isDrained } from "../sim/convergence.ts";
import { meet } from "../sim/meet.ts";
import { World } from "../sim/world.ts";
import { Losing } from "./losing.ts";

test("a message to nobody is kept by custodians, and delivered when its target appears at another neighbour", () => {
  const world = new World({ seed: 1 });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { id: 2n, dials: ["a"] });
  const d = world.peer("d", { id: 4n, dials: ["b"] });
  meet(world, a, b, d);
  a.send(3n, "first");
  a.send(3n, "second");
  world.run(1_000);
  expect(a.statuses).toEqual(["3#1 accepted", "3#2 accepted", "3#1 stored", "3#2 stored"]);
  expect([b, d].map(({ core }) => core.view.figures().mailbox)).toEqual([2, 2]);
  const c = world.peer("c", { id: 3n, dials: ["d"] });
  meet(world, a, c);
  world.run(5_000);
  expect(c.shown).toEqual(["1#1 first", "1#2 second"]);
  expect(a.statuses.slice(4)).toEqual(["3#1 delivered", "3#2 delivered"]);
  expect([a, b, d].map(isDrained)).toEqual([true, true, true]);
});

test("the sender leaves once its message is stored: its target gets it all the same, and the sender is told later", () => {
  const world = new World({ seed: 2 });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b);
  a.send(3n, "when you are back");
  world.run(1_000);
  a.leave();
  world.run(1_000);
  expect([a.isUp, b.sees]).toEqual([false, []]);
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  world.run(5_000);
  expect(c.shown).toEqual(["1#1 when you are back"]);
  expect(b.core.view.figures().mailbox).toBe(0);
  a.start();
  meet(world, a, b, c);
  world.run(2_000);
  expect(a.statuses).toEqual(["3#1 accepted", "3#1 stored", "3#1 delivered"]);
  expect(c.shown).toHaveLength(1);
});

test("a custodian that loses power delivers nothing, but the other one does, and the first drops its copy when it is back", () => {
  const world = new World({ seed: 3 });
  const b = world.peer("b", { id: 2n });
  const d = world.peer("d", { id: 4n, dials: ["b"] });
  const a = world.peer("a", { id: 1n, dials: ["b", "d"] });
  meet(world, a, b, d);
  a.send(3n, "kept twice");
  world.run(1_000);
  expect(a.statuses).toEqual(["3#1 accepted", "3#1 stored"]);
  a.leave();
  world.run(1_000);
  b.crash(false);
  const c = world.peer("c", { id: 3n, dials: ["d"] });
  world.run(10_000);
  expect(c.shown).toEqual(["1#1 kept twice"]);
  expect([b.disk.size("mailbox"), d.disk.size("mailbox")]).toEqual([1, 0]);
  b.start();
  world.run(10_000);
  expect(b.disk.size("mailbox")).toBe(0);
  expect(c.shown).toHaveLength(1);
});

test("messages of one instant are kept as one record; a custodian that loses power hands them over whole, and each is shown once", () => {
  const world = new World({ seed: 7 });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b);
  const texts = Array.from({ length: 20 }, (_, index) => `text ${index + 1}`);
  for (const text of texts) a.send(3n, text);
  world.run(1_000);
  expect(a.statuses.filter((line) => line.endsWith("stored"))).toHaveLength(20);
  expect([b.core.view.figures().mailbox, b.disk.size("mailbox")]).toEqual([20, 1]);
  b.crash(false);
  b.start();
  meet(world, a, b);
  expect(b.core.view.figures().mailbox).toBe(20);
  a.leave();
  world.run(1_000);
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  meet(world, b, c);
  // The target has them, and the custodian dies before or after it hears so: it may hand them over again.
  b.crash(false);
  b.start();
  meet(world, b, c);
  world.run(10_000);
  expect(c.shown).toEqual(texts.map((text, index) => `1#${index + 1} ${text}`));
  expect([b.core.view.figures().mailbox, b.disk.size("mailbox")]).toEqual([0, 0]);
});

test("what a custodian sent and was lost comes again before its target, whose sender is away, goes on without it", () => {
  // All that is on its way would take a road as slow as that for twenty seconds.
  const world = new World({ seed: 8, limits: { roadBytesPerSecond: 100, batchBytesMax: 300 } });
  const losing = new Losing(world.network, () => {});
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b);
  const texts = Array.from({ length: 20 }, (_, index) => `${index + 1} of 20`.padEnd(64));
  for (const text of texts) {
    a.send(3n, text);
    world.run(10);
  }
  world.run(1_000);
  expect(b.core.view.figures().mailbox).toBe(20);
  a.leave();
  world.run(1_000);
  losing.next({ cargo: "parcel", from: "b", to: "c" });
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  world.run(5_000);
  expect([losing.pending, c.shown]).toEqual([0, []]);
  world.run(10_000);
  expect(c.shown).toEqual(texts.map((text, index) => `1#${index + 1} ${text}`));
  expect(isDrained(b)).toBe(true);
});

test("mail that a custodian bound to a holder of the id that took none waits for that one, over a restart, whoever has the id", () => {
  const world = new World({ seed: 9 });
  const losing = new Losing(world.network, () => {});
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b);
  a.send(3n, "for the first who comes");
  world.run(1_000);
  a.leave();
  world.run(1_000);
  losing.next({ cargo: "parcel", from: "b", to: "c" });
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  world.runUntil(() => losing.pending === 0, 5_000);
  c.leave();
  world.run(1_000);
  expect([c.isUp, c.shown]).toEqual([false, []]);
  b.restart();
  const d = world.peer("d", { id: 3n, dials: ["b"] });
  world.run(10_000);
  expect([d.id, d.shown, b.core.view.figures().mailbox]).toEqual([3n, [], 1]);
  c.start();
  world.run(10_000);
  expect([c.id === 3n, c.shown, d.shown]).toEqual([false, ["1#1 for the first who comes"], []]);
  expect(isDrained(b)).toBe(true);
});

test("a full mailbox refuses, and what it refused is not lost: the sender keeps it", () => {
  const world = new World({ seed: 4, limits: { mailboxCountMax: 2 } });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b);
  for (const texts of [
    ["one", "two"],
    ["three", "four"],
  ]) {
    for (const text of texts) a.send(3n, text);
    world.run(1_000);
  }
  world.run(60_000);
  expect(a.statuses.filter((line) => line.endsWith("stored"))).toEqual(["3#1 stored", "3#2 stored"]);
  expect(b.core.view.figures().mailbox).toBe(2);
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  meet(world, a, c);
  world.run(10_000);
  expect(c.shown).toEqual(["1#1 one", "1#2 two", "1#3 three", "1#4 four"]);
  expect(a.statuses.filter((line) => line.endsWith("delivered"))).toHaveLength(4);
  expect(isDrained(b)).toBe(true);
});

test("a peer that keeps no mail for others is no custodian", () => {
  const world = new World({ seed: 5 });
  const b = world.peer("b", { id: 2n, custody: false });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b);
  a.send(3n, "only here");
  world.run(60_000);
  expect(a.statuses).toEqual(["3#1 accepted"]);
  expect(b.core.view.figures().mailbox).toBe(0);
});

test("a peer that comes by the id it wrote to gets its own message, and custodians drop their copies", () => {
  const world = new World({ seed: 6 });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b);
  const c = world.peer("c", { id: 1n, dials: ["b"] });
  meet(world, a, b, c);
  expect(c.core.identity.verdict).toBe("refused");
  const before = c.id;
  a.leave();
  world.run(1_000);
  c.send(1n, "whoever you are");
  world.run(1_000);
  expect(b.core.view.figures().mailbox).toBe(1);
  c.crash();
  c.start();
  meet(world, b, c);
  world.run(10_000);
  expect(c.id).toBe(1n);
  // Its own copy and the custodian's are under its new and its old id: whichever comes first is shown.
  expect(c.shown).toEqual([expect.stringMatching(/#1 whoever you are$/)]);
  expect(c.statuses).toEqual(["1#1 accepted", "1#1 stored", "1#1 delivered"]);
  expect(before).not.toBe(1n);
  expect([b, c].map(isDrained)).toEqual([true, true]);
});
