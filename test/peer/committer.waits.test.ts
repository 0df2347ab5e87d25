import { expect, test } from "vitest";
import { shellLimits } from "../../src/core/limits.ts";
import { CommitterBench } from "./committer-bench.ts";

test("what nothing depends on shares the next write that something does, in order", async () => {
  const bench = new CommitterBench();
  bench.addLater(1, "a");
  bench.addLater(2, "b");
  expect(bench.keys).toEqual([]);
  expect(bench.committer.idle).toBe(true);
  bench.add(3, "c");
  expect(bench.keys).toEqual(["abc"]);
  expect(bench.committer.dueAtMs).toBe(Infinity);
  await bench.succeed();
  expect(bench.told).toEqual(["persisted 3, idle"]);
});

test("what nothing depends on is written alone after a moment, counted from the first of it", async () => {
  const bench = new CommitterBench();
  bench.addLater(1, "a");
  bench.nowMs += 10;
  bench.addLater(2, "b");
  expect(bench.committer.dueAtMs).toBe(1_000 + shellLimits.storeWaitMs);
  bench.due();
  expect(bench.keys).toEqual([]);
  bench.nowMs = bench.committer.dueAtMs;
  bench.due();
  expect(bench.keys).toEqual(["ab"]);
  await bench.succeed();
  expect(bench.told).toEqual(["persisted 2, idle"]);
});

test("what nothing depends on waits behind a write under way, too", async () => {
  const bench = new CommitterBench();
  bench.add(1, "a");
  bench.addLater(2, "b");
  await bench.succeed();
  expect(bench.keys).toEqual(["a"]);
  expect(bench.told).toEqual(["persisted 1, idle", `due at ${1_000 + shellLimits.storeWaitMs}`]);
  bench.add(3, "c");
  expect(bench.keys).toEqual(["a", "bc"]);
});

test("what nothing depended on is written at once when something comes to", () => {
  const bench = new CommitterBench();
  bench.addLater(1, "a");
  bench.add(1);
  expect(bench.keys).toEqual(["a"]);
});

test("what nothing depends on does not make a failed write come sooner, nor later", async () => {
  const bench = new CommitterBench();
  bench.add(1, "a");
  await bench.fail();
  bench.addLater(2, "b");
  expect(bench.committer.dueAtMs).toBe(1_100);
  bench.nowMs = 1_100;
  bench.due();
  expect(bench.keys).toEqual(["a", "ab"]);
});

test("once there is hurry nothing waits any more", async () => {
  const bench = new CommitterBench();
  bench.addLater(1, "a");
  bench.hurry();
  expect(bench.keys).toEqual(["a"]);
  bench.addLater(2, "b");
  expect(bench.committer.idle).toBe(false);
  await bench.succeed();
  expect(bench.keys).toEqual(["a", "b"]);
  await bench.succeed();
  bench.addLater(3, "c");
  expect(bench.keys).toEqual(["a", "b", "c"]);
});
