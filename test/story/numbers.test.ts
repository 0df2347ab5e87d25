import { expect, test } from "vitest";
import { meet } from "../sim/meet.ts";
import type { SimPeer } from "../sim/sim-peer.ts";
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

test("no number of a target is given twice, whoever holds its id, and nobody is shown a gap that is another's mail", () => {
  const world = new World({ seed: 4 });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  const say = (holder: SimPeer, text: string): void => {
    meet(world, a, b, holder);
    a.send(3n, text);
    world.run(2_000);
    holder.leave();
    world.run(2_000);
  };
  say(c, "to c");
  const d = world.peer("d", { id: 3n, dials: ["b"] });
  say(d, "to d");
  c.start();
  say(c, "to c again");
  expect(c.shown).toEqual(["1#1 to c", "1#3 to c again"]);
  expect(d.shown).toEqual(["1#2 to d"]);
  expect(a.statuses.filter((status) => status.endsWith("delivered"))).toEqual([1, 2, 3].map((n) => `3#${n} delivered`));
});

test("what expired while the target was away is a gap once it is back, and its number is not given again", () => {
  const world = new World({ seed: 5 });
  const b = world.peer("b", { id: 2n });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  meet(world, a, b, c);
  a.send(3n, "while there");
  world.run(1_000);
  c.leave();
  world.run(1_000);
  a.send(3n, "too late", 5_000);
  world.run(10_000);
  c.start();
  meet(world, a, b, c);
  a.send(3n, "there again");
  world.run(5_000);
  expect(c.shown).toEqual(["1#1 while there", "1#3 there again (1 missing before)"]);
});
