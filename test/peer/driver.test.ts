import { expect, test } from "vitest";
import { shellLimits } from "../../src/core/limits.ts";
import { alarm, Bench, on, persist } from "./driver-bench.ts";
import { FakeWire } from "./fake-wire.ts";
import { calm } from "./time.ts";

test("an event fed from within an effect waits for the rest of the effects, and steps never nest", () => {
  const bench = new Bench();
  bench.answer = on("alarm", { kind: "ready" }, { kind: "received", cursor: 1 });
  bench.onTold = (told) => {
    if (told.kind === "ready") bench.driver.feed({ kind: "shown", cursor: 1 });
    else expect(bench.kinds).toEqual(["alarm"]);
  };
  bench.driver.feed(alarm);
  expect(bench.kinds).toEqual(["alarm", "shown"]);
  expect(bench.told.map(({ kind }) => kind)).toEqual(["ready", "received"]);
  expect(bench.deepest).toBe(1);
});

test("many kicks make one step, and not within the caller's turn", async () => {
  const bench = new Bench();
  for (let kick = 0; kick < 100; kick += 1) bench.driver.kick();
  expect(bench.kinds).toEqual([]);
  await calm();
  expect(bench.kinds).toEqual(["alarm"]);
  bench.driver.kick();
  await calm();
  expect(bench.kinds).toEqual(["alarm", "alarm"]);
});

test("there is one alarm, at the earliest deadline, and it feeds an event", async () => {
  const bench = new Bench();
  const startMs = bench.time.nowMs;
  bench.nextDeadlineMs = startMs + 500;
  bench.driver.feed(alarm);
  expect(bench.clock.alarmAtMs).toBe(startMs + 500);
  bench.nextDeadlineMs = startMs + 100;
  bench.driver.feed(alarm);
  expect(bench.clock.alarmAtMs).toBe(startMs + 100);
  bench.answer = () => {
    bench.nextDeadlineMs = Infinity;
    return [];
  };
  await bench.time.pass(100);
  expect(bench.kinds).toEqual(["alarm", "alarm", "alarm"]);
  expect(bench.clock.alarmAtMs).toBe(Infinity);
});

test("a wait ends when its condition holds after an event, at its time, or when the driver stops", async () => {
  const bench = new Bench();
  const ended: string[] = [];
  let isTrue = false;
  bench.driver.wait(
    () => isTrue,
    1_000,
    () => ended.push("condition"),
  );
  bench.driver.wait(
    () => false,
    500,
    () => ended.push("time"),
  );
  bench.driver.wait(
    () => false,
    9_000,
    () => ended.push("stop"),
  );
  await bench.time.pass(499);
  expect(ended).toEqual([]);
  await bench.time.pass(1);
  expect(ended).toEqual(["time"]);
  isTrue = true;
  bench.driver.feed(alarm);
  await calm();
  expect(ended).toEqual(["time", "condition"]);
  bench.driver.stop();
  await calm();
  expect(ended).toEqual(["time", "condition", "stop"]);
  await new Promise<void>((done) => bench.driver.wait(() => false, 1_000, done));
});

test("the wait for a durable store ends with the last write, without another event", async () => {
  const bench = new Bench();
  bench.answer = on("alarm", persist(1));
  bench.driver.feed(alarm);
  let ended = false;
  bench.driver.wait(
    () => bench.driver.persisted,
    2_000,
    () => (ended = true),
  );
  await calm();
  expect(bench.kinds).toEqual(["alarm", "persisted"]);
  expect(ended).toBe(true);
});

test("what can wait is written after a moment, without another event", async () => {
  const bench = new Bench();
  bench.answer = on("alarm", { ...persist(1), canWait: true });
  bench.driver.feed(alarm);
  await calm();
  expect(bench.kinds).toEqual(["alarm"]);
  bench.answer = () => [];
  await bench.time.pass(shellLimits.storeWaitMs);
  expect(bench.kinds).toEqual(["alarm", "alarm", "persisted"]);
});

test("a peer that leaves puts nothing off, and what it had put off is written first", async () => {
  const bench = new Bench();
  bench.answer = ({ kind }) => {
    if (kind === "alarm") return [{ ...persist(1), canWait: true }];
    return kind === "leave" ? [{ ...persist(2), canWait: true }] : [];
  };
  bench.driver.feed(alarm);
  expect(bench.driver.persisted).toBe(true);
  bench.driver.feed({ kind: "leave" });
  expect(bench.driver.persisted).toBe(false);
  await calm();
  expect(bench.kinds).toEqual(["alarm", "leave", "persisted", "persisted"]);
  expect(bench.driver.persisted).toBe(true);
});

test("a wire is opened, heard, written to and forgotten under one number", () => {
  const bench = new Bench();
  const wire = new FakeWire();
  bench.answer = on("link-opened", { kind: "frame", link: 1, bytes: Uint8Array.of(1) });
  const handler = bench.driver.accept(wire);
  expect(bench.driver.links).toBe(1);
  expect(wire.written).toEqual([Uint8Array.of(1)]);
  handler.frame(Uint8Array.of(2));
  handler.closed("gone");
  expect(bench.events).toEqual([
    { kind: "link-opened", link: 1, address: undefined, remote: wire.remote },
    { kind: "frame", link: 1, bytes: Uint8Array.of(2) },
    { kind: "link-closed", link: 1, reason: "gone" },
  ]);
  expect(bench.driver.links).toBe(0);
});

test("effects for a wire that is gone are ignored", () => {
  const bench = new Bench();
  const bytes = new Uint8Array(1);
  bench.answer = on(
    "alarm",
    { kind: "frame", link: 9, bytes },
    { kind: "envelopes", link: 9, envelopes: [bytes] },
    { kind: "hang-up", link: 9, reason: "" },
  );
  bench.driver.feed(alarm);
  expect(bench.failures).toEqual([]);
});

test("a full queue and its room are told to the core", () => {
  const bench = new Bench();
  const wire = new FakeWire();
  const handler = bench.driver.accept(wire);
  const envelopes = Array.from({ length: 6 }, () => new Uint8Array(1_024 * 1_024));
  bench.answer = on("alarm", { kind: "envelopes", link: 1, envelopes });
  bench.driver.feed(alarm);
  expect(bench.kinds.slice(1)).toEqual(["alarm", "link-full"]);
  for (let write = 0; write < 6; write += 1) {
    wire.isWriting = false;
    handler.drained();
  }
  expect(bench.kinds.slice(3)).toEqual(["link-ready"]);
});

test("a link whose other end reads nothing is cut two seconds after it hung up", async () => {
  const bench = new Bench();
  bench.answer = on(
    "alarm",
    { kind: "frame", link: 1, bytes: new Uint8Array(1) },
    { kind: "frame", link: 1, bytes: new Uint8Array(1) },
    { kind: "hang-up", link: 1, reason: "silent" },
  );
  const wire = new FakeWire();
  bench.driver.accept(wire);
  bench.driver.feed(alarm);
  bench.answer = () => [];
  await bench.time.pass(1_999);
  expect(wire.closed).toBe(0);
  await bench.time.pass(1);
  expect(wire.closed).toBe(1);
});

test("a store that fails again and again is asked again, whatever else happens, until it works", async () => {
  const bench = new Bench();
  bench.disk.failures = 5;
  bench.answer = on("alarm", persist(1));
  bench.driver.feed(alarm);
  bench.answer = () => [];
  await bench.time.pass(3_000);
  expect(bench.disk.commits).toHaveLength(5);
  expect(bench.kinds.filter((kind) => kind !== "alarm")).toEqual(["store-failing"]);
  await bench.time.pass(100);
  expect(bench.disk.commits).toHaveLength(6);
  expect(bench.events.filter(({ kind }) => kind !== "alarm")).toEqual([
    { kind: "store-failing", failing: true },
    { kind: "store-failing", failing: false },
    { kind: "persisted", commit: 1 },
  ]);
  expect(bench.failures).toEqual(["store: the disk is full", "store: works"]);
  expect(bench.complaints).toEqual([
    "error: the store fails; sends are refused until it works again",
    "warn: the store works again",
  ]);
});

test("a stopped driver takes no event, sets no alarm and says nothing of the store", async () => {
  const bench = new Bench();
  bench.disk.failures = Infinity;
  bench.nextDeadlineMs = bench.time.nowMs + 10;
  bench.answer = on("alarm", persist(1));
  bench.driver.feed(alarm);
  bench.driver.stop();
  bench.driver.feed(alarm);
  bench.driver.kick();
  await bench.time.pass(10_000);
  expect(bench.kinds).toEqual(["alarm"]);
  expect(bench.clock.alarmAtMs).toBe(Infinity);
  expect(bench.complaints).toEqual([]);
});

test("word of a long frame's progress reaches the core", () => {
  const bench = new Bench();
  const handler = bench.driver.accept(new FakeWire());
  handler.progress?.();
  expect(bench.events.at(-1)).toEqual({ kind: "link-alive", link: 1 });
});
