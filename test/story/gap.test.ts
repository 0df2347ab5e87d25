import { expect, test } from "vitest";
import { meet } from "../sim/meet.ts";
import { World } from "../sim/world.ts";

test("a message that waits for one whose sender is away is shown after ten seconds with its gap; the other comes late", () => {
  const world = new World({ seed: 1, limits: { mailboxCountMax: 1 } });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  meet(world, a, b);
  // b has room for one: for the first message, until it expires, then for the third.
  a.send(9n, "takes the only place", 5_000);
  world.run(100);
  a.send(3n, "refused by b");
  world.run(5_000);
  a.send(3n, "kept by b");
  world.run(100);
  expect(a.statuses.slice(-2)).toEqual(["3#2 accepted", "3#2 stored"]);
  a.crash();
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  world.run(9_000);
  expect(c.shown).toEqual([]);
  world.run(3_000);
  expect(c.shown).toEqual(["1#2 kept by b (1 missing before)"]);
  a.start();
  meet(world, a, c);
  world.run(5_000);
  expect(c.shown).toEqual(["1#2 kept by b (1 missing before)", "1#1 refused by b"]);
  expect(a.statuses.slice(-2).toSorted()).toEqual(["3#1 delivered", "3#2 delivered"]);
  expect(world.checker.late).toBe(1);
});
