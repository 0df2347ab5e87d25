import { expect, test } from "vitest";
import { isDrained } from "../sim/convergence.ts";
import { meet } from "../sim/meet.ts";
import { World } from "../sim/world.ts";

test("a message that outlives its time expires everywhere at once, and shows as a gap before the next one", () => {
  const world = new World({ seed: 1 });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b);
  a.send(3n, "stays");
  a.send(3n, "expires", 10_000);
  a.send(3n, "expires too", 10_000);
  a.send(3n, "stays too");
  world.run(9_000);
  expect([a.core.view.figures().outbox, b.core.view.figures().mailbox]).toEqual([4, 4]);
  world.run(2_000);
  expect([a.core.view.figures().outbox, b.core.view.figures().mailbox]).toEqual([2, 2]);
  const reason = "no receipt came within its time to live";
  expect(a.statuses.slice(-2)).toEqual([`3#2 expired: ${reason}`, `3#3 expired: ${reason}`]);
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  world.run(5_000);
  expect(c.shown).toEqual(["1#1 stays", "1#4 stays too (2 missing before)"]);
  expect([isDrained(a), isDrained(b)]).toEqual([true, true]);
});

test("what expired while its sender was away is told when it is back", () => {
  const world = new World({ seed: 2 });
  const a = world.peer("a", { id: 1n });
  world.run(100);
  a.send(3n, "too late", 10_000);
  world.run(1_000);
  a.crash();
  world.run(60_000);
  a.start();
  world.run(1_000);
  expect(a.statuses).toEqual(["3#1 accepted", "3#1 expired: no receipt came within its time to live"]);
});
