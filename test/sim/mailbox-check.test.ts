import { expect, test } from "vitest";
import { CheckerRig, gone } from "./checker-rig.ts";

test("a copy is kept until its message is logged, and then it may go", () => {
  const rig = new CheckerRig();
  rig.keep(rig.c, rig.kept(rig.c));
  rig.log(rig.b, {});
  rig.keep(rig.c, gone("mailbox", rig.keptKey));
});

test("a copy may go when its time has come, by the clock of its keeper", () => {
  const rig = new CheckerRig();
  rig.keep(rig.c, rig.kept(rig.c, 5_000, { ttlMs: 5_000 }));
  rig.world.run(4_900);
  expect(() => rig.decide(rig.c, gone("mailbox", rig.keptKey))).toThrow("broken: 5");
  rig.keep(rig.c, rig.kept(rig.c, 5_000, { ttlMs: 5_000 }));
  rig.world.run(5_000);
  rig.decide(rig.c, gone("mailbox", rig.keptKey));
});

test("a copy dropped while its message is needed is found", () => {
  const rig = new CheckerRig();
  rig.keep(rig.c, rig.kept(rig.c));
  expect(() => rig.keep(rig.c, gone("mailbox", rig.keptKey))).toThrow("broken: 5");
});

test("a copy that is to live longer or shorter than it was told to is found", () => {
  const rig = new CheckerRig();
  expect(() => rig.decide(rig.c, rig.kept(rig.c, 61_000))).toThrow("kept for its time");
  expect(() => rig.decide(rig.c, rig.kept(rig.c, 59_000))).toThrow("kept for its time");
});

test("a copy that is written again, bound, grows no younger", () => {
  const rig = new CheckerRig();
  rig.keep(rig.c, rig.kept(rig.c));
  rig.world.run(5_000);
  expect(() => rig.decide(rig.c, rig.kept(rig.c))).toThrow("kept for its time");
});

test("a copy that is not what was sent is found, and so is one that nobody sent", () => {
  const rig = new CheckerRig();
  const other = rig.kept(rig.c, 60_000, { body: { case: "text", value: "ha" } });
  expect(() => rig.decide(rig.c, other)).toThrow("broken: 15");
  const key = rig.keptKey.replace(/^.{16}/, "0".repeat(16));
  expect(() => rig.decide(rig.c, { ...other, key })).toThrow("custody is of sends");
});
