import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { E3Error } from "../../src/core/error.ts";
import type { Lane } from "../../src/core/lane.ts";
import { readPreface } from "../../src/core/preface.ts";
import { nodeOfSeed, Room } from "./room.ts";

const holder = nodeOfSeed(5);
const all = [{ first: 1, last: 2 ** 53 - 1 }];

function submit(room: Room, to: bigint, options: { boundTo?: bigint; ttlMs?: number; nowMs?: number } = {}): Lane {
  const { boundTo = holder, ttlMs = 1_000, nowMs = 0 } = options;
  return room.outbox.submit({ to, boundTo, body: encodeText("hi"), ttlMs }, nowMs).lane;
}

/** Submits, and waits for the disk. */
function sent(room: Room, count: number, options: { ttlMs?: number; nowMs?: number; boundTo?: bigint } = {}): Lane {
  let lane = submit(room, 5n, options);
  for (let more = 1; more < count; more += 1) lane = submit(room, 5n, options);
  room.durably(() => {}, options.nowMs);
  return lane;
}

function settle(room: Room, lane: Lane, ranges = all, nowMs = 0) {
  return room.durably(() => room.outbox.settle(lane, ranges, { status: "delivered", reason: "", nowMs }, room.effects));
}

test("numbers count from 1, in each lane for itself", () => {
  const room = new Room();
  const numbers = [5n, 5n, 6n, 5n].map((to) =>
    room.outbox.submit({ to, boundTo: 0n, body: encodeText(""), ttlMs: 1 }, 0),
  );
  expect(numbers.map(({ number }) => number)).toEqual([1, 2, 1, 3]);
});

test("a send is accepted, and may leave, only once it is durable (invariant 2)", () => {
  const room = new Room();
  const lane = submit(room, 5n);
  const before = room.event(() => {});
  expect([before.told, lane.entries.size, lane.floor]).toEqual([[], 0, 1]);
  expect(before.ops.map(({ table }) => table)).toEqual(["lanes", "outbox"]);
  expect(room.persist().told).toEqual(["1 accepted"]);
  expect([...lane.entries.range(1, 9)]).toEqual([1]);
});

test("a send is settled once, however often and in however wild ranges it is confirmed (invariant 1)", () => {
  const room = new Room();
  const lane = sent(room, 3);
  const two = { first: 2, last: 2 };
  expect(settle(room, lane, [two, two]).told).toEqual(["2 delivered"]);
  expect(settle(room, lane).told).toEqual(["1 delivered", "3 delivered"]);
  expect(settle(room, lane).told).toEqual([]);
  expect([room.outbox.size, room.store.entries("outbox")]).toEqual([0, []]);
});

test("what is not durable yet cannot be settled (invariants 1 and 2)", () => {
  const room = new Room();
  const lane = submit(room, 5n);
  room.event(() => {});
  expect(
    room.event(() => room.outbox.settle(lane, all, { status: "delivered", reason: "", nowMs: 0 }, room.effects)).told,
  ).toEqual([]);
  expect(room.persist().told).toEqual(["1 accepted"]);
});

test("at its bounds of count and bytes it takes no more until something is settled (invariant 3)", () => {
  const counted = new Room({ limits: { outboxCountMax: 2 } });
  const lane = submit(counted, 5n);
  submit(counted, 6n);
  expect(() => submit(counted, 7n)).toThrow(E3Error);
  counted.durably(() => {});
  settle(counted, lane);
  expect(submit(counted, 7n).next).toBe(2);
  expect(() => submit(counted, 7n)).toThrow("the outbox is full");
  const weighed = new Room({ limits: { outboxBytesMax: 2 * encodeText("hi").length } });
  submit(weighed, 5n);
  submit(weighed, 5n);
  expect(() => submit(weighed, 5n)).toThrow("the outbox is full");
});

test("a refused submission leaves nothing behind: no lane, no number", () => {
  const room = new Room({ limits: { lanesMax: 1 } });
  submit(room, 5n);
  expect(() => submit(room, 6n)).toThrow("targets");
  expect([...room.outbox.lanes()].map(({ to, next }) => [to, next])).toEqual([[5n, 2]]);
  expect(room.outbox.size).toBe(1);
});

test("what expires is told when it does, and not before; what is settled does not expire", () => {
  const room = new Room();
  const lane = sent(room, 2, { ttlMs: 1_000 });
  sent(room, 1, { ttlMs: 5_000 });
  settle(room, lane, [{ first: 2, last: 2 }]);
  expect(room.outbox.nextDeadlineMs).toBe(1_000);
  expect(room.outbox.expired(999).size).toBe(0);
  expect([...room.outbox.expired(1_000)]).toEqual([[lane, [1]]]);
  expect(room.outbox.nextDeadlineMs).toBe(5_000);
});

test("what was on its way to the disk while others expired expires in its time too (invariant 1)", () => {
  const room = new Room();
  const lane = sent(room, 1, { ttlMs: 1_000 });
  submit(room, 5n, { ttlMs: 3_000 });
  room.event(() => {}, 10);
  expect(room.outbox.expired(1_000).get(lane)).toEqual([1]);
  room.event(() =>
    room.outbox.settle(lane, [{ first: 1, last: 1 }], { status: "expired", reason: "", nowMs: 0 }, room.effects),
  );
  room.persist(1_001);
  expect(room.outbox.nextDeadlineMs).toBe(3_000);
  expect(room.outbox.expired(3_000).get(lane)).toEqual([2]);
});

test("sends that expire one by one are not looked through for each of them (invariant 4)", () => {
  const room = new Room();
  let nowMs = 0;
  for (let index = 1; index <= 4_000; index += 1) submit(room, 5n, { ttlMs: index });
  const lane = sent(room, 1, { ttlMs: 9_000 });
  let looks = 0;
  for (; room.outbox.nextDeadlineMs < 9_000; looks += 1) {
    expect(room.outbox.nextDeadlineMs).toBeGreaterThan(nowMs);
    nowMs = room.outbox.nextDeadlineMs;
    for (const number of room.outbox.expired(nowMs).get(lane) ?? []) {
      room.outbox.settle(
        lane,
        [{ first: number, last: number }],
        { status: "expired", reason: "", nowMs },
        room.effects,
      );
    }
  }
  expect(room.outbox.size).toBe(1);
  expect(looks).toBeLessThan(3_000);
  // None was late by more than the millisecond for each thousand.
  expect(nowMs).toBeLessThan(4_010);
});

test("copies are stored once enough custodians confirmed, told once, and remembered for the settling", () => {
  const room = new Room();
  const lane = sent(room, 2);
  const stored = (custodian: bigint) =>
    room.event(() => room.outbox.stored(lane, all, { custodian, copiesWanted: 2, nowMs: 0 }, room.effects)).told;
  expect([stored(8n), stored(8n), stored(9n), stored(10n)]).toEqual([[], [], ["1 stored", "2 stored"], []]);
  let copies: unknown;
  room.event(
    () => (copies = room.outbox.settle(lane, all, { status: "delivered", reason: "", nowMs: 0 }, room.effects)),
  );
  expect(copies).toEqual(new Map([8n, 9n, 10n].map((custodian) => [custodian, [{ first: 1, last: 2 }]])));
});

test("made-up confirmations from thousands of custodians are not all remembered", () => {
  const room = new Room();
  const lane = sent(room, 1);
  for (let custodian = 1n; custodian <= 3_000n; custodian += 1n)
    room.event(() => room.outbox.stored(lane, all, { custodian, copiesWanted: 2, nowMs: 0 }, room.effects));
  expect(lane.entries.get(1)?.custodians.size).toBeLessThanOrEqual(8);
});

test("a target first written to unseen and then seen keeps its lane; another holder gets another lane", () => {
  const room = new Room();
  const lane = submit(room, 5n, { boundTo: 0n });
  room.durably(() => room.outbox.bind(lane, holder));
  expect(submit(room, 5n)).toBe(lane);
  const other = submit(room, 5n, { boundTo: 99n });
  expect(other).not.toBe(lane);
  expect(other.conversation).not.toBe(5n);
  expect(room.outbox.lanesLike({ to: 5n, group: 0n })).toEqual([lane, other]);
});

test("sends go on in the newer lane when it is bound to the node of an elder one: none overtakes another", () => {
  const room = new Room();
  submit(room, 5n);
  const unseen = submit(room, 5n, { boundTo: 0n });
  room.durably(() => room.outbox.bind(unseen, holder));
  expect(submit(room, 5n)).toBe(unseen);
});

test("a send to a holder that has turned up goes on in the lane of the sends before: no number names two", () => {
  const room = new Room();
  const { lane, number } = room.outbox.submit({ to: 5n, boundTo: 0n, body: encodeText("a"), ttlMs: 1_000 }, 0);
  const next = room.outbox.submit({ to: 5n, boundTo: holder, body: encodeText("b"), ttlMs: 1_000 }, 0);
  expect([number, next.number, next.lane]).toEqual([1, 2, lane]);
  expect(lane.boundTo).toBe(holder);
});

test("sends on their way to the disk can be looked at until they are durable", () => {
  const room = new Room();
  const numbers = (): readonly number[] => [...room.outbox.unstored()].map(({ entry }) => entry.number);
  submit(room, 5n);
  expect(numbers()).toEqual([1]);
  room.event(() => {});
  submit(room, 5n);
  expect(numbers()).toEqual([1, 2]);
  room.durably(() => {});
  expect(numbers()).toEqual([]);
});

test("settled sends are remembered, some thousand of them, the latest at least", () => {
  const room = new Room({ limits: { settledMax: 10 } });
  const lane = sent(room, 100);
  settle(room, lane);
  expect(room.outbox.epitaphs(100, 5n)).toMatchObject([{ number: 100, status: "delivered", to: 5n }]);
  expect(room.outbox.epitaphs(91, undefined)).toHaveLength(1);
  expect(room.outbox.epitaphs(50, 5n)).toEqual([]);
  expect(room.outbox.epitaphs(100, 6n)).toEqual([]);
});

/** Says something in the conversation with 5n. @returns the number, and what is said before the text. */
function say(room: Room): readonly [number, unknown] {
  const { lane, number } = room.outbox.submit({ ...hi, isSaid: true }, 0);
  const [last] = [...room.outbox.unstored()].filter((waiting) => waiting.lane === lane).slice(-1);
  const preface = readPreface(last?.entry.body ?? new Uint8Array());
  if (typeof preface === "string") throw new Error(preface);
  return [number, preface.bytes === 0 ? "nothing" : { after: preface.after, lamport: preface.lamport }];
}

const hi = { to: 5n, boundTo: holder, body: encodeText("hi"), ttlMs: 1_000 };

test("who only sends says nothing of the order; who was answered says once what it had seen, and its time while its number does not tell it", () => {
  const room = new Room();
  expect([say(room), say(room)]).toEqual([
    [1, "nothing"],
    [2, "nothing"],
  ]);
  const causes = room.outbox.causesOf(5n);
  causes.seen(8n, 1);
  causes.witness(1);
  expect(say(room)).toEqual([3, { after: [{ epoch: 8n, number: 1 }], lamport: 0 }]);
  expect(say(room)).toEqual([4, "nothing"]);
  causes.seen(8n, 9);
  causes.witness(9);
  expect(say(room)).toEqual([5, { after: [{ epoch: 8n, number: 9 }], lamport: 10 }]);
  expect(say(room)).toEqual([6, { after: [], lamport: 11 }]);
});

test("what is no part of a conversation says nothing of its order", () => {
  const room = new Room();
  room.outbox.causesOf(5n).seen(8n, 1);
  room.outbox.submit(hi, 0);
  const [waiting] = room.outbox.unstored();
  expect(waiting?.entry.body).toEqual(hi.body);
});

test("with what is said before it a message fits into the outbox, or nothing has changed (invariant 3)", () => {
  const room = new Room({ limits: { outboxBytesMax: hi.body.length } });
  const causes = room.outbox.causesOf(5n);
  causes.seen(8n, 1);
  expect(() => say(room)).toThrow("the outbox is full");
  expect([room.outbox.size, causes.isTold(1)]).toEqual([0, false]);
});
