import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { byAge, Lane, type Entry, type LaneFields, type Page } from "../../src/core/lane.ts";
import { defaultLimits } from "../../src/core/limits.ts";

function laneOf(fields: Partial<LaneFields> = {}): Lane {
  return new Lane({ conversation: 7n, to: 7n, boundTo: 0n, next: 1, ...fields }, defaultLimits);
}

function entryOf(number: number, sentAtMs = 10): Entry {
  const body = encodeText(`message ${number}`);
  const times = { sentAtMs, expiresAtMs: sentAtMs + 1_000 };
  const page = { first: number, count: 1, left: 1 };
  return { number, page, body, bytes: body.length, ...times, status: "waiting", custodians: new Set(), attempts: 3 };
}

/** Entries that follow one another, in one page and in the lane. */
function paged(lane: Lane, first: number, count: number): { readonly page: Page; readonly entries: readonly Entry[] } {
  const page = { first, count, left: count };
  const entries = Array.from({ length: count }, (_, index) => ({ ...entryOf(first + index), page }));
  for (const entry of entries) lane.entries.put(entry.number, entry);
  return { page, entries };
}

/** The record of an entry alone. */
function recordOf(lane: Lane, entry: Entry): Uint8Array {
  return lane.pageRecord(entry.page, [entry]).value ?? new Uint8Array();
}

/** What a later life makes of the lane's records. */
function again(lane: Lane, entries: readonly Entry[]): Lane {
  for (const entry of entries) lane.entries.put(entry.number, entry);
  const later = Lane.from(lane.record().value ?? new Uint8Array(), defaultLimits);
  for (const entry of entries) later.restore(recordOf(lane, entry));
  return later;
}

/** Settles numbers of a page. @returns the keys that are written, and those that are removed. */
function settle(lane: Lane, page: Page, numbers: readonly number[]): readonly [string[], string[]] {
  for (const number of numbers) if (lane.entries.delete(number) !== undefined) page.left -= 1;
  const ops = lane.settlePage(page);
  const keys = (isPut: boolean): string[] =>
    ops.flatMap(({ key, value }) => ((value !== undefined) === isPut ? [`${Number(`0x${key.slice(16)}`)}`] : []));
  return [keys(true), keys(false)];
}

test("a lane comes back from the store with its name, target, binding and next number (invariants 1 and 3)", () => {
  const later = again(laneOf({ boundTo: 2n ** 64n - 1n, next: 900 }), []);
  const { conversation, to, boundTo, next, durableNext } = later;
  expect([conversation, to, boundTo, next, durableNext]).toEqual([7n, 7n, 2n ** 64n - 1n, 900, 900]);
});

test("an entry comes back as accepted, with what is known of it", () => {
  const later = again(laneOf({ next: 6 }), [entryOf(5)]);
  expect(later.entries.get(5)).toEqual({ ...entryOf(5), status: "accepted", attempts: 0 });
});

test("a number in the store is never given again, even if the lane's own record lags behind (invariant 1)", () => {
  const later = again(laneOf({ next: 2 }), [entryOf(4)]);
  expect([later.next, later.durableNext]).toEqual([5, 5]);
});

test("the first number a lane gave comes back, from its record and, should that be lost, from an entry (invariant 5)", () => {
  const lane = laneOf({ next: 7, begin: 5 });
  expect([again(lane, []).begin, again(laneOf(), []).begin]).toEqual([5, 0]);
  expect(Lane.rebuilt(recordOf(lane, entryOf(6)), defaultLimits).begin).toBe(5);
});

test("a lane stays retired in later lives (invariant 4)", () => {
  expect([laneOf({ retired: true }), laneOf()].map((lane) => again(lane, []).retired)).toEqual([true, false]);
});

test("a lane is empty once all numbers given are settled, those on their way to the disk too", () => {
  const lane = laneOf({ next: 2 });
  expect(lane.isEmpty).toBe(true);
  lane.next = 3;
  expect(lane.isEmpty).toBe(false);
  lane.durableNext = 3;
  lane.entries.put(2, entryOf(2));
  expect(lane.isEmpty).toBe(false);
  lane.entries.delete(2);
  expect(lane.isEmpty).toBe(true);
});

test("without its record a lane comes back from its entries: bound as before, and retired (invariants 3 and 4)", () => {
  const lane = laneOf();
  const first = recordOf(lane, entryOf(3));
  lane.boundTo = 9n;
  const second = recordOf(lane, entryOf(4));
  const rebuilt = Lane.rebuilt(first, defaultLimits);
  rebuilt.restore(first);
  rebuilt.restore(second);
  expect(rebuilt).toMatchObject({ conversation: 7n, to: 7n, boundTo: 9n, next: 5, retired: true });
});

test("the floor is the lowest unsettled number, or the next durable one (invariant 2)", () => {
  const lane = laneOf({ next: 9 });
  lane.next = 12;
  expect(lane.floor).toBe(9);
  lane.entries.put(4, entryOf(4));
  lane.entries.put(6, entryOf(6));
  expect(lane.floor).toBe(4);
  lane.entries.delete(4);
  expect(lane.floor).toBe(6);
});

test("numbers within ranges are those of entries, and they may be deleted on the way", () => {
  const lane = laneOf();
  for (const number of [1, 2, 5, 9]) lane.entries.put(number, entryOf(number));
  const found: number[] = [];
  for (const number of lane.within([
    { first: 2, last: 5 },
    { first: 4, last: 2 ** 53 - 1 },
  ])) {
    found.push(number);
    lane.entries.delete(number);
  }
  expect(found).toEqual([2, 5, 9]);
});

test("keys of pages sort by number within their lane", () => {
  const lane = laneOf({ conversation: 2n ** 63n });
  const entries = [1, 9, 10, 255, 256, 2 ** 53 - 1].map((number) => entryOf(number));
  const keys = entries.map((entry) => lane.pageRecord(entry.page, [entry]).key);
  expect(keys.toSorted()).toEqual(keys);
});

test("the lane whose oldest message was sent first is the elder; a retired one is elder than all that are not", () => {
  const [young, old, empty] = [1n, 2n, 3n].map((conversation) => laneOf({ conversation }));
  const retired = laneOf({ conversation: 7n, retired: true });
  if (young === undefined || old === undefined || empty === undefined) throw new Error("three were made");
  young.entries.put(1, entryOf(1, 20));
  old.entries.put(9, entryOf(9, 10));
  retired.entries.put(3, entryOf(3, 30));
  expect([empty, young, retired, old].toSorted(byAge)).toEqual([retired, old, young, empty]);
});

test("a page goes once all that stands in it is settled; before, the floor in the lane's record says how far (invariant 6)", () => {
  const lane = laneOf({ next: 9 });
  const { page, entries } = paged(lane, 5, 4);
  const record = lane.pageRecord(page, entries).value ?? new Uint8Array();
  expect(settle(lane, page, [5, 6])).toEqual([[], []]);
  const later = Lane.from(lane.record().value ?? new Uint8Array(), defaultLimits);
  later.restore(record);
  expect([...later.entries.range(1, 99), later.floor, later.next]).toEqual([7, 8, 7, 9]);
  expect(settle(lane, page, [7, 8])).toEqual([[], ["5"]]);
});

test("when one in the middle of a page is settled, the others get records of their own, once", () => {
  const lane = laneOf({ next: 9 });
  const { page } = paged(lane, 5, 4);
  expect(settle(lane, page, [6])).toEqual([["5", "7", "8"], ["5"]]);
  const own = lane.entries.get(7)?.page ?? page;
  expect([own.first, own.count]).toEqual([7, 1]);
  expect(settle(lane, own, [7])).toEqual([[], ["7"]]);
});

test("a page of which the end is settled first is taken apart too: the floor does not tell of it", () => {
  const lane = laneOf({ next: 9 });
  const { page } = paged(lane, 5, 4);
  expect(settle(lane, page, [8])).toEqual([["5", "6", "7"], ["5"]]);
});

test("a page above the floor is taken apart, even if its beginning is what was settled", () => {
  const lane = laneOf({ next: 9 });
  lane.entries.put(2, entryOf(2));
  const { page } = paged(lane, 5, 4);
  expect(settle(lane, page, [5])).toEqual([["6", "7", "8"], ["5"]]);
});
