import { expect, test } from "vitest";
import { DeedsRig, group } from "./deeds-rig.ts";

test("what is said in a group comes to each member once, and all agree on who they are", () => {
  const rig = new DeedsRig();
  rig.meet();
  rig.a.send(group, "hello", 60_000);
  rig.world.run(2_000);
  expect([rig.b.shown, rig.c.shown, rig.disputed]).toEqual([["1#3 hello"], ["1#3 hello"], []]);
});

test("members that do not agree are noticed until they do", () => {
  const rig = new DeedsRig();
  rig.meet();
  rig.world.network.cut("b", "c");
  rig.act(rig.c, { kind: "group-leave", group });
  expect(rig.disputed).toEqual(["a", "b"].map((name) => `group 5000: ${name} does not know that 3 has left`));
  rig.world.network.heal("b", "c");
  rig.world.run(30_000);
  expect(rig.disputed).toEqual([]);
  rig.act(rig.a, { kind: "group-invite", group, invited: [3n] });
  rig.world.network.cut("a", "b");
  rig.act(rig.c, { kind: "group-answer", group, state: "joined" });
  expect(rig.disputed[0]).toMatch(/^group 5000: a knows .* 3 invited 4; b knows .* 3 joined 5/);
});

test("a receipt of who has not got the message is noticed, and so is one that counts too many", () => {
  const rig = new DeedsRig();
  rig.meet();
  rig.world.network.cut("b", "c");
  rig.a.send(group, "hello", 60_000);
  rig.world.run(1_000);
  const { checker } = rig.world;
  const receipt = { kind: "receipt", group, number: 1, member: 3n, recipients: 2, delivered: 2, waiting: [] } as const;
  const tell = (told: { readonly delivered?: number; readonly member?: bigint }) => () =>
    checker.stepped(rig.a, { kind: "alarm" }, [{ ...receipt, status: "delivered", ...told }]);
  expect(tell({})).toThrow("broken: 3, 4: delivered is durable at the receiver");
  expect(tell({ member: 9n })).toThrow("broken: a status is of a send");
});

test("a final status while a member has not settled its copy is noticed", () => {
  const rig = new DeedsRig();
  rig.meet();
  rig.world.network.cut("b", "c");
  rig.a.send(group, "hello", 60_000);
  rig.world.run(1_000);
  const name = { to: group, conversation: group, first: 1, last: 1 };
  const status = { kind: "status", ...name, status: "delivered", reason: "" } as const;
  expect(() => rig.world.checker.stepped(rig.a, { kind: "alarm" }, [status])).toThrow("broken: one final status");
});

test("a member that logs what is said in a group it has left is noticed", () => {
  const rig = new DeedsRig();
  rig.meet();
  rig.a.send(group, "hello", 60_000);
  rig.world.run(1_000);
  const [entry] = rig.c.disk.entries("inbox");
  if (entry === undefined) throw new Error("nothing was logged");
  rig.act(rig.c, { kind: "group-leave", group });
  expect(() => rig.world.checker.applied(rig.c, [{ table: "inbox", ...entry }])).toThrow("broken: ");
});
