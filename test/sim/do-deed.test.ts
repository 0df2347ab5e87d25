import { expect, test } from "vitest";
import { DeedsRig, group } from "./deeds-rig.ts";
import { doDeed, sayInGroups } from "./do-deed.ts";
import type { Deed, PlannedSend } from "./plan.ts";

/** Has somebody do something about the first group or a session, and lets the others hear of it. */
function deed(rig: DeedsRig, from: string, what: Deed, to = from): void {
  const planned: PlannedSend = { name: "s1", atMs: 0, from, to, ttlMs: 0, burst: 1, padBytes: 0 };
  doDeed(rig.world, planned, what);
  rig.world.run(1_000);
}

test("deeds about groups are done as they are planned", () => {
  const rig = new DeedsRig();
  deed(rig, "a", { kind: "found", group: 0, others: ["b", "nobody"] });
  deed(rig, "b", { kind: "answer-groups", joins: true });
  deed(rig, "b", { kind: "invite", group: 0 }, "c");
  deed(rig, "c", { kind: "answer-groups", joins: true });
  deed(rig, "b", { kind: "leave", group: 0 });
  deed(rig, "a", { kind: "say", group: 0 });
  expect([rig.b.shown, rig.c.shown]).toEqual([[], [expect.stringContaining("s1.0")]]);
  expect(rig.a.core.groups.list()[0]?.members.map(({ state }) => state)).toEqual(["joined", "left", "joined"]);
});

test("deeds about sessions are done as they are planned", () => {
  const rig = new DeedsRig();
  deed(rig, "a", { kind: "ask" }, "b");
  deed(rig, "b", { kind: "answer-sessions", accepts: true });
  deed(rig, "b", { kind: "talk" });
  expect([rig.a.core.sessions.current?.peer, rig.a.shown]).toEqual([2n, [expect.stringContaining("s1.0")]]);
  deed(rig, "a", { kind: "end" });
  expect(rig.b.core.sessions.current).toBeUndefined();
});

test("what a peer refuses is not done, and breaks nothing", () => {
  const rig = new DeedsRig();
  const done: readonly Deed[] = [
    { kind: "leave", group: 0 },
    { kind: "say", group: 0 },
    { kind: "end" },
    { kind: "ask" },
  ];
  for (const what of done) deed(rig, "a", what);
  expect([sayInGroups(rig.world, "hello"), rig.disputed]).toEqual([false, []]);
});

test("all say something in the groups they are in", () => {
  const rig = new DeedsRig();
  rig.meet();
  expect(sayInGroups(rig.world, "hello")).toBe(true);
  rig.world.run(1_000);
  expect(rig.a.shown).toHaveLength(2);
  expect(rig.a.core.groups.has(group, 0)).toBe(true);
});
