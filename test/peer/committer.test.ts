import { expect, test } from "vitest";
import type { StoreOp } from "../../src/core/store-op.ts";
import { CommitterBench } from "./committer-bench.ts";
import { calm } from "./time.ts";

test("a commit is written at once and told when it is durable, not before", async () => {
  const bench = new CommitterBench();
  expect(bench.committer.idle).toBe(true);
  bench.add(1, "a", "b");
  expect(bench.keys).toEqual(["ab"]);
  expect(bench.committer.idle).toBe(false);
  await calm();
  expect(bench.told).toEqual([]);
  await bench.succeed();
  expect(bench.told).toEqual(["persisted 1, idle"]);
});

test("what arrives while one write is under way shares the next, and is told as one", async () => {
  const bench = new CommitterBench();
  bench.add(1, "a");
  bench.add(2, "b");
  bench.add(3, "c");
  expect(bench.keys).toEqual(["a"]);
  await bench.succeed();
  expect(bench.told).toEqual(["persisted 1"]);
  expect(bench.keys).toEqual(["a", "bc"]);
  await bench.succeed();
  expect(bench.told).toEqual(["persisted 1", "persisted 3, idle"]);
});

test("who is told that all is durable finds the committer idle, so that nobody waits for a next event", async () => {
  const bench = new CommitterBench();
  bench.add(1, "a");
  await bench.succeed();
  expect(bench.told).toEqual(["persisted 1, idle"]);
});

test("what an owner adds when it is told is written once, with what was gathered before it", async () => {
  const bench = new CommitterBench();
  bench.onPersisted = (commit) => {
    if (commit === 1) bench.add(3, "c");
  };
  bench.add(1, "a");
  bench.add(2, "b");
  await bench.succeed();
  expect(bench.keys).toEqual(["a", "bc"]);
  await bench.succeed();
  expect(bench.keys).toEqual(["a", "bc"]);
  expect(bench.told).toEqual(["persisted 1", "persisted 3, idle"]);
});

test("a failed write is repeated when it is due, with what was gathered since, and nothing is skipped", async () => {
  const bench = new CommitterBench();
  bench.add(1, "a");
  bench.add(2, "b");
  await bench.fail();
  bench.add(3, "c");
  expect(bench.keys).toEqual(["a"]);
  expect(bench.told).toEqual(["failing: no space", "due at 1100"]);
  bench.nowMs = 1_099;
  bench.due();
  expect(bench.keys).toEqual(["a"]);
  bench.nowMs = 1_100;
  bench.due();
  bench.due();
  expect(bench.keys).toEqual(["a", "abc"]);
  await bench.succeed();
  expect(bench.told.slice(2)).toEqual(["works again", "persisted 3, idle"]);
  expect(bench.committer.dueAtMs).toBe(Infinity);
});

test("each failure asks to be called again, twice as late each time, up to five seconds", async () => {
  const bench = new CommitterBench();
  bench.add(1, "a");
  const waits: number[] = [];
  for (let failure = 0; failure < 9; failure += 1) {
    await bench.fail();
    waits.push(bench.committer.dueAtMs - bench.nowMs);
    bench.nowMs = bench.committer.dueAtMs;
    bench.due();
  }
  expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  expect(bench.told.filter((each) => each.startsWith("due"))).toHaveLength(9);
  expect(bench.told.filter((each) => each.startsWith("failing"))).toHaveLength(1);
  await bench.succeed();
  bench.add(2, "b");
  await bench.fail("again");
  expect(bench.committer.dueAtMs - bench.nowMs).toBe(100);
  expect(bench.told.at(-2)).toBe("failing: again");
});

test("a committer that waits to repeat a write is not idle", async () => {
  const bench = new CommitterBench();
  bench.add(1, "a");
  await bench.fail();
  expect(bench.committer.idle).toBe(false);
});

test("a store that throws instead of rejecting fails like any other", async () => {
  const bench = new CommitterBench();
  bench.throwsAtOnce = new Error("closed");
  bench.add(1, "a");
  await calm();
  expect(bench.told).toEqual(["failing: closed", "due at 1100"]);
  bench.throwsAtOnce = undefined;
  bench.nowMs = 1_100;
  bench.due();
  await bench.succeed();
  expect(bench.keys).toEqual(["a"]);
  expect(bench.told.at(-1)).toBe("persisted 1, idle");
});

test("what is gathered while the store fails stays bounded, and the last value of each record is written", async () => {
  const bench = new CommitterBench();
  bench.add(1, "a");
  await bench.fail();
  const kept = (commit: number): readonly StoreOp[] => {
    const value = commit % 7 === 0 ? undefined : Uint8Array.of(commit % 251);
    const table = commit % 2 === 0 ? "marks" : "lanes";
    return [{ table, key: `${commit % 10}`, value }];
  };
  for (let commit = 2; commit <= 50_000; commit += 1)
    bench.committer.add({ commit, ops: kept(commit) }, () => bench.nowMs);
  bench.nowMs = 1_100;
  bench.due();
  const ops = bench.writes.at(-1)?.ops ?? [];
  expect(ops.length).toBeLessThan(2_000);
  const written = new Map(ops.map((op) => [`${op.table}/${op.key}`, op.value]));
  const wanted = Array.from({ length: 10 }, (_, at) => kept(49_991 + at)).flat();
  for (const { table, key, value } of wanted) expect(written.get(`${table}/${key}`)).toEqual(value);
  expect(written.has("meta/a")).toBe(true);
  expect(written.size).toBe(11);
  await bench.succeed();
  expect(bench.told.slice(-2)).toEqual(["works again", "persisted 50000, idle"]);
});

test("what is gathered stays bounded in bytes too, however few the writes", () => {
  const bench = new CommitterBench();
  bench.add(1, "a");
  const value = new Uint8Array(1_024 * 1_024);
  for (let commit = 2; commit <= 100; commit += 1)
    bench.committer.add({ commit, ops: [{ table: "mailbox", key: "b", value }] }, () => bench.nowMs);
  expect(bench.committer.gatheredBytes).toBeLessThan(34 * 1_024 * 1_024);
});

test("what is gathered stays bounded through many failures, also while a write is under way", async () => {
  const bench = new CommitterBench();
  bench.add(1, "a");
  for (let commit = 2; commit <= 80_000; commit += 1) {
    if (commit % 4_000 === 0) {
      await bench.fail();
      bench.nowMs = bench.committer.dueAtMs;
      bench.due();
    }
    bench.add(commit, "b");
  }
  expect(bench.writes.at(-1)?.ops.length).toBeLessThan(2 * 16_384);
});
