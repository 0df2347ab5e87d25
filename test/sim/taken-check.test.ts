import { expect, test } from "vitest";
import { DeedsRig, group } from "./deeds-rig.ts";

test("what peers say of groups is taken once its target's marks say so, and is not in its log", () => {
  const rig = new DeedsRig();
  rig.world.network.cut("b", "c");
  rig.act(rig.a, { kind: "group-create", group, invited: [2n, 3n] });
  const taken = () => rig.world.checker.sends.map(({ kind, to, logged, settled }) => [kind, to, logged, settled]);
  expect(taken()).toEqual([
    ["quiet", 2n, true, true],
    ["quiet", 3n, false, false],
  ]);
  rig.world.network.heal("b", "c");
  rig.world.run(30_000);
  expect(taken()).toEqual([2n, 3n].map((to) => ["quiet", to, true, true]));
  expect([rig.b.shown, rig.c.shown]).toEqual([[], []]);
});

test("what a peer declines counts as declined", () => {
  const rig = new DeedsRig();
  rig.meet();
  rig.world.network.cut("b", "c");
  rig.act(rig.c, { kind: "group-leave", group });
  rig.a.send(group, "hello", 60_000);
  rig.world.network.heal("b", "c");
  rig.world.run(30_000);
  const copies = rig.world.checker.sends.filter(({ kind }) => kind === "copy");
  expect(copies.map(({ to, logged, declined }) => [to, logged, declined])).toEqual([
    [2n, true, false],
    [3n, false, true],
  ]);
});
