import { expect, test } from "vitest";
import { World } from "./world.ts";
import type { SimPeer } from "./sim-peer.ts";

/** Two peers that know each other. */
function pair(): {
  readonly world: World;
  readonly a: SimPeer;
  readonly b: SimPeer;
} {
  const world = new World({ seed: 1 });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { id: 2n, dials: ["a"] });
  world.runUntil(() => a.sees.length === 1 && b.sees.length === 1, 10_000);
  return { world, a, b };
}

test("what is said to everyone is lacking until all that are there were shown it", () => {
  const { world, a, b } = pair();
  a.send(0n, "hello", 60_000);
  world.runUntil(() => a.disk.size("spread") > 0, 1_000);
  expect(world.checker.lacking(world.peers, [])).toContain("b was not shown hello of a");
  world.run(2_000);
  expect([b.shown, a.statuses, world.checker.lacking(world.peers, [])]).toEqual([
    ["1#1 hello"],
    ["0#1 accepted", "0#1 spread"],
    [],
  ]);
});

test("what somebody drops before it is written may not be had by who comes later", () => {
  const { world, a, b } = pair();
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  a.send(0n, "hello", 60_000);
  world.runUntil(() => a.disk.size("spread") > 0, 1_000);
  expect(world.checker.lacking([a, c], [])).toContain("c was not shown hello of a");
  const [{ key } = { key: "" }] = a.disk.entries("spread");
  world.checker.applied(b, [{ table: "spread", key, value: undefined }]);
  expect(world.checker.lacking([a, c], [])).not.toContain("c was not shown hello of a");
});

test("a message for everyone that disappears before its time is noticed", () => {
  const { world, a, b } = pair();
  a.send(0n, "hello", 60_000);
  world.run(2_000);
  const [{ key } = { key: "" }] = b.disk.entries("spread");
  expect(() => world.checker.applied(b, [{ table: "spread", key, value: undefined }])).toThrow(
    "1, 5: what is for everyone is kept for its time",
  );
});

test("a message for everyone that comes into a log again is noticed", () => {
  const { world, a, b } = pair();
  a.send(0n, "hello", 60_000);
  world.run(2_000);
  const [entry] = b.disk.entries("inbox");
  if (entry === undefined) throw new Error("nothing was logged");
  // Under the same cursor it is out of place; what is told of it is not the same.
  expect(() => world.checker.applied(b, [{ table: "inbox", key: entry.key, value: entry.value }])).toThrow("broken: ");
});

test("a message that nobody said is noticed where it is kept", () => {
  const { world, a, b } = pair();
  a.send(0n, "hello", 60_000);
  world.run(2_000);
  const [entry] = b.disk.entries("spread");
  if (entry === undefined) throw new Error("nothing was kept");
  const value = entry.value.map((byte) => (byte === 0x68 ? 0x6a : byte));
  expect(() => world.checker.applied(b, [{ table: "spread", key: entry.key, value }])).toThrow("11, 15: what is kept");
});
