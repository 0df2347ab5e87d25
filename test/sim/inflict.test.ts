import { expect, test } from "vitest";
import { Inflictor } from "./inflict.ts";
import { meet } from "./meet.ts";
import type { Fault, FaultKind } from "./plan.ts";
import type { SimPeer } from "./sim-peer.ts";
import { World } from "./world.ts";

interface Room {
  readonly world: World;
  readonly a: SimPeer;
  readonly b: SimPeer;
  readonly inflictor: Inflictor;
  /** What the world did, by name. */
  readonly done: string[];
}

/** a and b are linked and know each other; the faults begin a second from now. */
function room(...kinds: readonly FaultKind[]): Room {
  const done: string[] = [];
  const fault = (kind: string, names: readonly string[]): void => void done.push([kind, ...names].join(" "));
  const world = new World({ seed: 1, observers: [{ fault }] });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { id: 2n, dials: ["a"] });
  meet(world, a, b);
  const inflictor = new Inflictor(world);
  const atMs = Math.ceil(world.nowMs) + 1_000;
  for (const [place, kind] of kinds.entries()) inflictor.plan({ name: `f${place + 1}`, atMs, ...kind } satisfies Fault);
  world.run(atMs - world.nowMs);
  return { world, a, b, inflictor, done };
}

const between = { a: "a", b: "b" } as const;
const once = { peer: "b", downMs: 2_000, store: "kept" } as const;

test.each<FaultKind>([
  { kind: "cut", ...between, forMs: 10_000 },
  { kind: "silence", ...between, forMs: 10_000 },
  { kind: "mute", from: "a", to: "b", forMs: 10_000 },
  { kind: "clog", from: "a", to: "b", forMs: 10_000 },
  { kind: "partition", oneWay: false, side: ["a"], other: ["b"], forMs: 10_000 },
  { kind: "partition", oneWay: true, side: ["a"], other: ["b"], forMs: 10_000 },
  { kind: "flap", ...between, everyMs: 5_000, times: 1 },
])("$kind keeps what is sent from its target, and no longer than it lasts", (kind) => {
  const { world, a, b } = room(kind);
  a.send(b, "wait");
  world.run(4_900);
  expect(b.shown).toEqual([]);
  world.run(45_000);
  expect(b.shown).toEqual(["1#1 wait"]);
});

test.each<FaultKind>([
  { kind: "drop", ...between },
  { kind: "reset", ...between },
  { kind: "disconnect", from: "b", to: "a" },
])("$kind ends the link", (kind) => {
  const { world, a, b } = room(kind);
  world.run(20);
  expect([a.events.at(-1), b.events.at(-1)]).toEqual(["2 down", "1 down"]);
});

test("a link that was ended by hand is made again by hand, by both at once", () => {
  const { world, a } = room({ kind: "disconnect", from: "b", to: "a" });
  world.run(10_000);
  expect(a.sees).toEqual([]);
  const inflictor = new Inflictor(world);
  inflictor.plan({ name: "f2", atMs: world.nowMs, kind: "both-dial", ...between });
  world.run(1_000);
  expect([a.sees, world.network.wires().length]).toEqual([[2n], 1]);
});

test("who is told to leave a peer alone keeps the link with another that goes by the same id", () => {
  const world = new World({ seed: 1 });
  const [a, b] = [world.peer("a", { id: 1n, dials: ["b", "c"] }), world.peer("b", { id: 2n })];
  meet(world, a, b);
  const c = world.peer("c", { id: 2n });
  world.cut(a, c);
  world.runUntil(() => c.isReady, 20_000);
  new Inflictor(world).plan({ name: "f1", atMs: world.nowMs, kind: "disconnect", from: "a", to: "c" });
  world.run(1_000);
  world.heal(a, c);
  world.run(60_000);
  expect([c.id, a.sees, b.sees, c.sees]).toEqual([2n, [2n], [1n], []]);
});

test("bad weather makes frames slow, and passes", () => {
  const weather = {
    delayUs: [400_000, 400_000],
    tailPerMille: 0,
    tailMs: 0,
    lossPerMille: 0,
    duplicatePerMille: 0,
  } as const;
  const { world, a, b } = room({ kind: "weather", weather, forMs: 5_000 });
  a.send(b, "slow");
  world.run(390);
  expect(b.shown).toEqual([]);
  world.run(5_000);
  a.send(b, "quick");
  world.run(50);
  expect(b.shown).toEqual(["1#1 slow", "1#2 quick"]);
});

test.each<FaultKind>([
  { kind: "crash", at: "once", ...once },
  { kind: "power-cut", ...once },
  { kind: "leave", ...once },
])("$kind ends the process, and it is started again", (kind) => {
  const { world, b } = room(kind);
  world.run(1_000);
  expect(b.isUp).toBe(false);
  world.run(10_000);
  expect([b.isReady, b.lives]).toEqual([true, 2]);
});

test("a process dies at an effect of its own, or some time after it did not come", () => {
  const { world, b } = room({ kind: "crash", at: { call: 1_000_000, side: "during" }, ...once });
  world.run(4_900);
  expect(b.lives).toBe(1);
  world.run(200);
  expect(b.lives).toBe(2);
});

test.each(["lost", "old"] as const)("a store that is %s has forgotten what came last", (store) => {
  const { world, a, b } = room(
    { kind: "back-up", peer: "b" },
    { kind: "crash", at: "once", peer: "b", downMs: 0, store },
  );
  const { lives } = b;
  world.run(5_000);
  a.send(b, "one");
  world.run(5_000);
  expect([lives, b.lives, b.disk.size("inbox")]).toEqual([2, 2, 1]);
  new Inflictor(world).plan({ name: "f3", atMs: world.nowMs, kind: "crash", at: "once", peer: "b", downMs: 0, store });
  world.run(1);
  expect([b.lives, b.disk.size("inbox")]).toEqual([3, 0]);
});

test("a store that is damaged has a record less", () => {
  const { world, b } = room();
  const records = b.disk.records().length;
  new Inflictor(world).plan({
    name: "f1",
    atMs: world.nowMs,
    kind: "power-cut",
    peer: "b",
    downMs: 0,
    store: "damaged",
  });
  world.run(0);
  expect([b.lives, records - b.disk.records().length]).toEqual([2, 1]);
});

test("a process that stands still goes on, and so does a clock", () => {
  const { world, a, b } = room(
    { kind: "pause", peer: "b", forMs: 500 },
    { kind: "clock-freeze", peer: "a", forMs: 500 },
  );
  const before = a.nowMs;
  world.run(400);
  expect([b.isPaused, a.nowMs - before]).toEqual([true, 0]);
  world.run(200);
  expect([b.isPaused, Math.round(a.nowMs - before)]).toEqual([false, 100]);
});

test("clocks are set, and go wrong for a while", () => {
  const { world, a, b } = room(
    { kind: "clock-step", peer: "a", byMs: 60_000 },
    { kind: "clock-drift", peer: "b", byPerMille: 500, forMs: 1_000 },
  );
  expect(a.nowMs - a.worldMs).toBe(60_000);
  world.run(3_000);
  expect(b.nowMs - b.worldMs).toBe(500);
});

test.each([
  ["disk-fail", "failing"],
  ["disk-full", "full"],
  ["disk-stall", "stalled"],
] as const)("%s is over after its time", (kind, state) => {
  const { world, b } = room({ kind, peer: "b", forMs: 1_000 });
  expect(b.disk.state).toBe(state);
  world.run(1_001);
  expect(b.disk.state).toBe("well");
});

test("when all faults end everything works again, and nothing new begins", () => {
  const forMs = 1_000_000;
  const { world, a, b, inflictor, done } = room(
    { kind: "cut", ...between, forMs },
    { kind: "clog", from: "a", to: "b", forMs },
    { kind: "disk-stall", peer: "a", forMs },
    { kind: "clock-freeze", peer: "a", forMs },
    { kind: "pause", peer: "b", forMs },
    { kind: "flap", ...between, everyMs: 10_000, times: 5 },
  );
  inflictor.plan({ name: "f9", atMs: world.nowMs + 1, kind: "crash", at: "once", ...once });
  inflictor.endAll();
  const { length } = done;
  world.run(30_000);
  expect([a.disk.state, a.isReady, b.isReady, b.lives]).toEqual(["well", true, true, 1]);
  expect([a.sees, b.sees, done.length]).toEqual([[2n], [1n], length]);
});

test("what is about somebody who is not there, or is down, is nothing", () => {
  const { world, b } = room(
    { kind: "cut", a: "a", b: "z", forMs: 1 },
    { kind: "mute", from: "z", to: "a", forMs: 1 },
    { kind: "pause", peer: "z", forMs: 1 },
    { kind: "power-cut", ...once },
    { kind: "leave", ...once },
    { kind: "crash", at: "once", ...once, downMs: 0 },
    { kind: "connect", from: "b", to: "a" },
  );
  world.run(1_500);
  expect(b.isUp).toBe(false);
  world.run(1_000);
  expect(b.lives).toBe(2);
});
