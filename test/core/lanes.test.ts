import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { Effects } from "../../src/core/effects.ts";
import type { Entry, Lane } from "../../src/core/lane.ts";
import { Lanes } from "../../src/core/lanes.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import type { StoreEntry, StoreOp } from "../../src/core/store-op.ts";
import { kindOf } from "../world/frames.ts";

/** Lanes whose names are those given, in turn. */
function named(...names: bigint[]): Lanes {
  return new Lanes(defaultLimits, () => names.shift() ?? 0n);
}

function entryOf(number: number): Entry {
  const body = encodeText("hi");
  const times = { sentAtMs: 10, expiresAtMs: 1_000 };
  const page = { first: number, count: 1, left: 1 };
  return { number, page, body, bytes: body.length, ...times, status: "accepted", custodians: new Set(), attempts: 0 };
}

function recordOf(lane: Lane, entry: Entry): StoreOp {
  return lane.pageRecord(entry.page, [entry]);
}

function written(lanes: Lanes): readonly StoreOp[] {
  const effects = new Effects();
  lanes.flush(effects);
  effects.close(0);
  return kindOf(effects.take(), "persist").flatMap(({ ops }) => ops);
}

function stored(ops: readonly StoreOp[]): readonly StoreEntry[] {
  return ops.flatMap(({ key, value }) => (value === undefined ? [] : [{ key, value }]));
}

test("a lane's name is random from the first on, and never one that is taken (invariant 2)", () => {
  const lanes = named(77n, 77n, 78n);
  expect([lanes.openFor(5n, 1n), lanes.openFor(5n, 2n)].map(({ conversation }) => conversation)).toEqual([77n, 78n]);
});

test("a lane opened before any holder was seen is bound to the first, and is its open one (invariant 1)", () => {
  const lanes = named(7n, 8n);
  const lane = lanes.openFor(5n, 0n);
  lane.next = 4;
  expect(lanes.openFor(5n, 9n)).toBe(lane);
  expect(lane).toMatchObject({ boundTo: 9n, boundWith: 4 });
  expect(lanes.openFor(5n, 9n)).toBe(lane);
  expect(lanes.openFor(5n, 0n)).not.toBe(lane);
});

test("a send to another holder does not take the lane that is bound already", () => {
  const lanes = named(7n, 8n);
  const lane = lanes.openFor(5n, 9n);
  expect(lanes.openFor(5n, 10n)).not.toBe(lane);
});

test("retired lanes get no sends; the empty are deleted with their records, others once they are empty", () => {
  const lanes = named(1n, 2n, 3n);
  const empty = lanes.openFor(5n, 9n);
  const full = lanes.openFor(6n, 9n);
  full.entries.put(1, entryOf(1));
  written(lanes);
  lanes.retire();
  const [deleted, kept] = written(lanes);
  expect([deleted, kept]).toMatchObject([{ key: empty.record().key, value: undefined }, { key: full.record().key }]);
  expect(kept?.value).toBeDefined();
  expect([...lanes.all()]).toEqual([full]);
  const fresh = lanes.openFor(6n, 9n);
  expect(lanes.to(6n)).toEqual([full, fresh]);
  lanes.settled(full);
  expect(lanes.get(2n)).toBe(full);
  full.entries.delete(1);
  lanes.settled(full);
  expect([lanes.get(2n), lanes.to(6n)]).toEqual([undefined, [fresh]]);
  expect(written(lanes)).toContainEqual({ table: "lanes", key: full.record().key, value: undefined });
});

test("a retired lane that is bound to a node does not open for it, nor close what is open (invariant 1)", () => {
  const lanes = named(1n, 2n);
  const lane = lanes.openFor(5n, 0n);
  lane.entries.put(1, entryOf(1));
  lanes.retire();
  const open = lanes.openFor(5n, 0n);
  lanes.bind(lane, 9n);
  expect(lanes.openFor(5n, 0n)).toBe(open);
  expect(lanes.openFor(5n, 9n)).toBe(open);
});

test("retired lanes are retired in later lives too", () => {
  const lanes = named(1n);
  const lane = lanes.openFor(5n, 9n);
  lane.entries.put(1, entryOf(1));
  lanes.retire();
  const later = named(2n);
  later.load(stored(written(lanes)), stored([recordOf(lane, entryOf(1))]));
  expect(later.openFor(5n, 9n).conversation).toBe(2n);
  expect(later.get(1n)?.entries.size).toBe(1);
});

test("entries whose lane's record is lost make a retired lane, and its record is written anew", () => {
  const lane = named(1n).openFor(5n, 9n);
  const later = named(2n);
  later.load([], stored([recordOf(lane, entryOf(3)), recordOf(lane, entryOf(8))]));
  expect(later.to(5n)).toMatchObject([{ conversation: 1n, boundTo: 9n, retired: true, next: 9 }]);
  expect([...(later.get(1n)?.entries.range(1, 99) ?? [])]).toEqual([3, 8]);
  expect(written(later)).toMatchObject([{ table: "lanes", key: lane.record().key }]);
});

test("at the most lanes there may be, one without entries makes room; without such a one no more are opened", () => {
  const names = [7n, 8n];
  const lanes = new Lanes({ ...defaultLimits, lanesMax: 1 }, () => names.shift() ?? 0n);
  lanes.openFor(5n, 0n);
  const next = lanes.openFor(6n, 0n);
  expect([...lanes.all()].map(({ to, conversation }) => [to, conversation])).toEqual([[6n, 8n]]);
  expect(written(lanes)).toMatchObject([{ key: "0000000000000007", value: undefined }]);
  next.entries.put(1, entryOf(1));
  expect(() => lanes.openFor(5n, 0n)).toThrow("targets");
});

/** A send to the target, bound to the node: what it is called, and where its lane began. */
function give(lanes: Lanes, to: bigint, boundTo: bigint): string {
  const lane = lanes.openFor(to, boundTo);
  lane.entries.put(lane.next, entryOf(lane.next));
  lane.next += 1;
  lane.durableNext = lane.next;
  return `${to}#${lane.next - 1} from ${lane.begin} in ${lane.conversation}`;
}

test("the numbers of a target go on from lane to lane, whoever holds it, and a lane knows its first (invariant 1)", () => {
  const lanes = named(7n, 8n, 9n, 10n);
  const sends = [1n, 1n, 0n, 2n, 2n, 1n].map((boundTo) => give(lanes, 5n, boundTo));
  expect(sends.slice(0, 3)).toEqual(["5#1 from 0 in 7", "5#2 from 0 in 7", "5#3 from 3 in 8"]);
  expect(sends.slice(3)).toEqual(["5#4 from 3 in 8", "5#5 from 3 in 8", "5#6 from 6 in 9"]);
  expect(give(lanes, 6n, 0n)).toBe("6#1 from 0 in 10");
});

test("a lane that another follows gives no more numbers, in later lives neither, and goes once it is empty", () => {
  const lanes = named(7n, 8n);
  give(lanes, 5n, 1n);
  give(lanes, 5n, 2n);
  const [former, newest] = lanes.to(5n);
  expect([former?.retired, newest?.retired]).toEqual([true, false]);
  const later = named(9n);
  const entries = lanes.to(5n).flatMap((lane) => [...lane.entries.values()].map((entry) => recordOf(lane, entry)));
  later.load(stored(written(lanes)), stored(entries));
  expect(give(later, 5n, 1n)).toBe("5#3 from 3 in 9");
  expect(later.to(5n).map(({ conversation, retired }) => [conversation, retired])).toEqual([
    [7n, true],
    [8n, true],
    [9n, false],
  ]);
  former?.entries.delete(1);
  if (former !== undefined) lanes.settled(former);
  expect(lanes.to(5n)).toEqual([newest]);
});

test("a lane that cannot be opened leaves the former as it was", () => {
  const lanes = new Lanes({ ...defaultLimits, lanesMax: 1 }, () => 7n);
  give(lanes, 5n, 1n);
  expect(() => lanes.openFor(5n, 2n)).toThrow("targets");
  expect(give(lanes, 5n, 1n)).toBe("5#2 from 0 in 7");
});

test("lanes to one target know the same of the other end, and in later lives its Lamport time", () => {
  const lanes = named(7n, 8n, 9n);
  const [first, second] = [lanes.openFor(5n, 1n), lanes.openFor(5n, 2n)];
  expect([second.causes, lanes.causesOf(5n)]).toEqual([first.causes, first.causes]);
  expect(lanes.openFor(5n, 2n, 77n).causes).not.toBe(first.causes);
  first.causes.witness(40);
  lanes.touch(second);
  const later = named();
  later.load(stored(written(lanes)), []);
  expect(later.causesOf(5n).lamport).toBe(40);
  expect(later.causesOf(6n).lamport).toBe(0);
});
