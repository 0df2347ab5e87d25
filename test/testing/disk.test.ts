import { beforeEach, expect, test } from "vitest";
import type { StoreOp, Table } from "../../src/core/store-op.ts";
import { Agenda } from "../../src/testing/agenda.ts";
import { Disk } from "../../src/testing/disk.ts";
import { Random } from "../../src/testing/random.ts";

let agenda: Agenda;
let disk: Disk;
let told: string[];
let applied: string[];

beforeEach(() => {
  begin(1);
});

function begin(seed: number): void {
  agenda = new Agenda(0);
  told = [];
  applied = [];
  const note = (ops: readonly StoreOp[]): void => void applied.push(ops.map(({ key }) => key).join(""));
  disk = new Disk({ agenda, random: new Random(seed), writeMs: [10, 10], applied: note });
}

function put(key: string, byte = 1, table: Table = "outbox"): StoreOp {
  return { table, key, value: Uint8Array.of(byte) };
}

function write(...ops: readonly StoreOp[]): void {
  const name = ops.map(({ key }) => key).join("");
  disk.commit(ops, (error) => told.push(error === undefined ? name : `${name}: ${error.message}`));
}

function pass(ms: number): void {
  const byMs = agenda.nowMs + ms;
  while (agenda.step(byMs));
}

test("writes are durable in their order, each after its time, and told then", () => {
  write(put("a"), put("b"));
  write(put("c"));
  expect([disk.idle, disk.size("outbox"), told]).toEqual([false, 0, []]);
  pass(10);
  expect([disk.size("outbox"), told]).toEqual([2, ["ab"]]);
  pass(10);
  expect([disk.idle, disk.size("outbox"), told, applied]).toEqual([true, 3, ["ab", "c"], ["ab", "c"]]);
});

test("within one commit the last write of a key counts, also when it is what the disk held before", () => {
  write(put("a", 1));
  pass(10);
  write(put("a", 2), put("a", 1));
  pass(10);
  expect(disk.get("outbox", "a")).toEqual(Uint8Array.of(1));
});

test("a crash loses what waits, leaves what is being written as a whole or not at all, and tells nobody", () => {
  const kept = new Set<number>();
  for (let seed = 1; seed <= 20; seed += 1) {
    begin(seed);
    write(put("a"), put("b"));
    write(put("c"));
    pass(5);
    disk.crash();
    kept.add(disk.size("outbox"));
    pass(100);
    expect([told, disk.idle]).toEqual([[], true]);
  }
  expect([...kept].toSorted((a, b) => a - b)).toEqual([0, 2]);
});

test("a full disk refuses writes, and takes them again once it is well", () => {
  disk.state = "full";
  write(put("a"));
  pass(10);
  disk.state = "well";
  write(put("a"));
  pass(10);
  expect([told, applied]).toEqual([["a: no space is left on the disk", "a"], ["a"]]);
});

test("what a failing disk refused is there all the same now and then, and repeating it changes nothing", () => {
  const there = new Set<number>();
  for (let seed = 1; seed <= 20; seed += 1) {
    begin(seed);
    disk.state = "failing";
    write(put("a"));
    pass(10);
    there.add(disk.size("outbox"));
    disk.state = "well";
    write(put("a"));
    pass(10);
    expect([told, disk.size("outbox")]).toEqual([["a: the disk failed to sync", "a"], 1]);
    expect(applied.filter((keys) => keys === "a")).toHaveLength(1);
  }
  expect([...there].toSorted((a, b) => a - b)).toEqual([0, 1]);
});

test("on a stalled disk writes wait until it is well again", () => {
  write(put("a"));
  disk.state = "stalled";
  write(put("b"));
  pass(1_000);
  expect([told, disk.size("outbox")]).toEqual([[], 0]);
  disk.state = "well";
  pass(20);
  expect(told).toEqual(["a", "b"]);
});

test("an image is put back as it was, whatever was written since", () => {
  write(put("a", 1), put("m", 1, "meta"));
  pass(10);
  const image = disk.image();
  write(put("a", 2), put("b"), { table: "meta", key: "m", value: undefined });
  pass(10);
  disk.restore(image);
  expect([disk.get("outbox", "a"), disk.size("outbox"), disk.size("meta")]).toEqual([Uint8Array.of(1), 1, 1]);
  disk.restore();
  expect(disk.records()).toEqual([]);
});

test("a damaged record is gone, and the others live", () => {
  write(put("b"), put("a"), put("m", 1, "meta"));
  pass(10);
  expect(disk.records().map(({ table, key }) => `${table} ${key}`)).toEqual(["meta m", "outbox a", "outbox b"]);
  disk.damage("outbox", "a");
  expect(disk.entries("outbox")).toEqual([{ key: "b", value: Uint8Array.of(1) }]);
});
