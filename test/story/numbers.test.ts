import { expect, test } from "vitest";
import { meet } from "../sim/meet.ts";
import { World } from "../sim/world.ts";

test("numbers go on when the target leaves and comes back, although its id was free in between", () => {
  const world = new World({ seed: 3 });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  meet(world, a, b, c);
  a.send(3n, "while there");
  world.run(1_000);
  c.leave();
  world.run(1_000);
  a.send(3n, "while away");
  world.run(1_000);
  c.start();
  meet(world, a, b, c);
  world.run(5_000);
  expect(c.shown).toEqual(["1#1 while there", "1#2 while away"]);
  expect(a.statuses.slice(-3)).toEqual(["3#2 accepted", "3#2 stored", "3#2 delivered"]);
});
