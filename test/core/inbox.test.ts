import { expect, test } from "vitest";
import { RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import { arrival, gaps, InboxRoom, logged } from "./inbox-room.ts";
import { Shelves } from "./shelves.ts";

function arrivals(...numbers: readonly number[]) {
  return numbers.map((number) => arrival(number));
}

test("messages are logged in turn; early ones wait for theirs (invariant 4)", () => {
  const inbox = new InboxRoom();
  expect(inbox.arrive(arrivals(3, 1, 5, 2))).toEqual([true, true, true, true]);
  inbox.persist();
  expect(logged(inbox.room.store)).toEqual([1, 2, 3]);
  inbox.arrive(arrivals(4));
  inbox.persist();
  expect(logged(inbox.room.store)).toEqual([1, 2, 3, 4, 5]);
  expect(inbox.told).toEqual([3, 5]);
});

test("a repeated message is taken, and not logged again, in this life and the next (invariant 1)", () => {
  const store = new Shelves();
  const inbox = new InboxRoom({ store });
  inbox.arrive(arrivals(1, 1, 3, 3, 2));
  inbox.persist();
  const later = new InboxRoom({ store });
  expect(later.arrive(arrivals(1, 2, 3, 4))).toEqual([true, true, true, true]);
  later.persist();
  expect(logged(store)).toEqual([1, 2, 3, 4]);
  expect(later.room.inbox.cursor).toBe(4);
});

test("marks are written in the commit of the log (invariant 1)", () => {
  const inbox = new InboxRoom();
  const { ops, effects } = inbox.event(() => inbox.room.inbox.arrive(arrival(1), 0, inbox.room.effects));
  expect(effects.filter(({ kind }) => kind === "persist")).toHaveLength(1);
  expect(ops.map(({ table }) => table).toSorted()).toEqual(["inbox", "marks", "meta"]);
});

test("a life that ends before its commit has vouched for nothing, and the next logs the message (invariants 1 and 2)", () => {
  const store = new Shelves();
  const inbox = new InboxRoom({ store });
  inbox.arrive(arrivals(1));
  inbox.persist();
  inbox.arrive(arrivals(2, 4));
  expect(inbox.delivered).toEqual(["1-1"]);
  const later = new InboxRoom({ store });
  expect(later.delivered).toEqual(["1-1"]);
  later.arrive(arrivals(4, 3, 2));
  later.persist();
  expect(logged(store)).toEqual([1, 2, 3, 4]);
  expect(later.delivered).toEqual(["1-4"]);
});

test("what is held back is not vouched for, nor what is not durable (invariant 2)", () => {
  const inbox = new InboxRoom();
  inbox.arrive(arrivals(1, 3));
  expect(inbox.delivered).toEqual([]);
  inbox.persist();
  expect([inbox.delivered, inbox.told]).toEqual([["1-1"], [1]]);
});

test("the floor passes what will not come, and the next message tells how much that was", () => {
  const inbox = new InboxRoom();
  inbox.arrive([arrival(1), arrival(6, { floor: 5 }), arrival(5, { floor: 5 })]);
  inbox.persist();
  expect([logged(inbox.room.store), gaps(inbox.room.store), inbox.delivered]).toEqual([[1, 5, 6], [0, 3, 0], ["1-6"]]);
});

test("a conversation starts at its first number: what is below was for another, and is neither missing nor vouched for", () => {
  const store = new Shelves();
  const inbox = new InboxRoom({ store });
  inbox.arrive([arrival(7, { begin: 5, floor: 5 }), arrival(8, { begin: 5, floor: 7 })]);
  inbox.persist();
  expect([logged(store), gaps(store), inbox.delivered]).toEqual([[7, 8], [2, 0], ["5-8"]]);
  const later = new InboxRoom({ store });
  expect(later.delivered).toEqual(["5-8"]);
});

test("of another conversation of the sender nothing is concluded: each says where it begins", () => {
  const inbox = new InboxRoom();
  inbox.arrive([arrival(1), arrival(2), arrival(3, { conversation: 2n, floor: 3 })]);
  inbox.arrive([arrival(4, { conversation: 3n, begin: 4, floor: 4 })]);
  inbox.persist();
  expect([logged(inbox.room.store), gaps(inbox.room.store)]).toEqual([
    [1, 2, 3, 4],
    [0, 0, 2, 0],
  ]);
});

test.each([
  ["above the floor and the number", 2 ** 53 - 1, 2, ["2-3"]],
  ["another one each time", 2, 2, ["2-3"]],
])(
  "a stranger that says it began %s loses nothing, and spoils no conversation but its own",
  (_, begin, floor, ranges) => {
    const inbox = new InboxRoom();
    inbox.arrive([arrival(3, { begin, floor }), arrival(2, { begin: 1, floor }), arrival(1, { begin: 1 })]);
    inbox.persist();
    expect([logged(inbox.room.store), gaps(inbox.room.store), inbox.delivered]).toEqual([[2, 3], [0, 0], ranges]);
  },
);

test("what is held back below a floor has arrived: it is logged in its turn, and gaps are marked (invariant 4)", () => {
  const inbox = new InboxRoom();
  inbox.arrive([arrival(3), arrival(5), arrival(9, { floor: 8 })]);
  inbox.persist();
  expect([logged(inbox.room.store), gaps(inbox.room.store)]).toEqual([
    [3, 5],
    [2, 1],
  ]);
  inbox.arrive([arrival(8, { floor: 8 })]);
  inbox.persist();
  expect([logged(inbox.room.store), gaps(inbox.room.store)]).toEqual([
    [3, 5, 8, 9],
    [2, 1, 2, 0],
  ]);
});

test("a hole is given up on once it has lasted and its origin is away; what comes after all is logged late (invariant 4)", () => {
  const inbox = new InboxRoom({ limits: { gapWaitMs: 100 } });
  inbox.arrive(arrivals(1, 4), 0);
  expect(inbox.room.inbox.nextDeadlineMs).toBe(100);
  inbox.giveUp(true, 100);
  inbox.giveUp(false, 150);
  inbox.persist();
  expect([logged(inbox.room.store), inbox.room.inbox.nextDeadlineMs]).toEqual([[1], 200]);
  inbox.giveUp(false, 200);
  inbox.persist();
  expect([logged(inbox.room.store), gaps(inbox.room.store), inbox.delivered]).toEqual([
    [1, 4],
    [0, 2],
    ["1-1", "4-4"],
  ]);
  expect(inbox.room.inbox.nextDeadlineMs).toBe(Infinity);
  inbox.arrive(arrivals(3, 3, 2), 300);
  inbox.persist();
  expect([logged(inbox.room.store), inbox.delivered]).toEqual([[1, 4, 3, 2], ["1-4"]]);
});

test("a hole is given up on too when its origin's id is held, but the origin itself has long been silent", () => {
  const inbox = new InboxRoom({ limits: { gapWaitMs: 100, resendMaxMs: 200, windowBytesMax: 0 } });
  inbox.arrive(arrivals(1, 3), 0);
  inbox.giveUp(true, 399);
  inbox.persist();
  expect(logged(inbox.room.store)).toEqual([1]);
  inbox.arrive([arrival(5, { isDirect: false })], 450);
  inbox.giveUp(true, 499);
  inbox.persist();
  expect(logged(inbox.room.store)).toEqual([1, 3]);
});

test("an inbox that can take no more says so once", () => {
  const inbox = new InboxRoom({ limits: { marksMax: 1, inboxCountMax: 1 } });
  inbox.arrive(arrivals(1));
  const other = arrival(1, { conversation: 2n });
  const told = inbox.event(() => {
    for (const one of [other, other, ...arrivals(2, 3)]) inbox.room.inbox.arrive(one, 0, inbox.room.effects);
  }).effects;
  expect(told.filter(({ kind }) => kind === "notice")).toHaveLength(2);
});

test("while messages keep coming before a hole, it is not given up on (invariant 4)", () => {
  const inbox = new InboxRoom({ limits: { gapWaitMs: 100 } });
  inbox.arrive(arrivals(50), 0);
  for (let number = 1; number < 50; number += 1) {
    inbox.arrive(arrivals(number), number * 60);
    if (number * 60 >= inbox.room.inbox.nextDeadlineMs) inbox.giveUp(false, number * 60);
  }
  inbox.persist();
  expect(logged(inbox.room.store)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

test("its deadline moves on each time it is asked, so that nobody asks for ever", () => {
  const inbox = new InboxRoom({ limits: { gapWaitMs: 100, holesMax: 0 } });
  inbox.arrive(arrivals(4), 0);
  for (const [reachable, nowMs] of [
    [false, 100],
    [true, 250],
    [false, 380],
  ] as const) {
    inbox.giveUp(reachable, nowMs);
    expect(inbox.room.inbox.nextDeadlineMs).toBe(nowMs + 100);
  }
});

test("a hole that the origin settles is vouched for from then on, so that custodians stop sending what was in it", () => {
  const store = new Shelves();
  const inbox = new InboxRoom({ store, limits: { gapWaitMs: 100 } });
  inbox.arrive(arrivals(1, 4), 0);
  inbox.giveUp(false, 100);
  inbox.persist();
  inbox.arrive([arrival(4, { floor: 4 })], 200);
  inbox.persist();
  expect(inbox.delivered).toEqual(["1-4"]);
  expect(new InboxRoom({ store }).delivered).toEqual(["1-4"]);
});

test("what is held back is bounded by count and bytes, and what does not fit is as if it had not come (invariant 3)", () => {
  const counted = new InboxRoom({ limits: { heldCountMax: 2 } });
  expect(counted.arrive(arrivals(2, 3, 4, 2))).toEqual([true, true, false, true]);
  expect(counted.arrive(arrivals(1, 4))).toEqual([true, true]);
  const weighed = new InboxRoom({ limits: { heldBytesMax: 400 } });
  expect(weighed.arrive([arrival(2, { body: new Uint8Array(200) }), arrival(3), arrival(1), arrival(3)])).toEqual([
    true,
    false,
    true,
    true,
  ]);
  // What was let go makes room again.
  expect(weighed.arrive([arrival(5, { body: new Uint8Array(200) })])).toEqual([true]);
});

test("a full log takes nothing more until messages were shown, and then the oldest make room (invariant 3)", () => {
  const inbox = new InboxRoom({ limits: { inboxCountMax: 3, bundleCountMax: 1 } });
  expect(inbox.arrive(arrivals(1, 2, 3, 4))).toEqual([true, true, true, false]);
  inbox.room.inbox.shown(2);
  expect(inbox.arrive(arrivals(4, 5, 6))).toEqual([true, true, false]);
  inbox.persist();
  expect(logged(inbox.room.store)).toEqual([3, 4, 5]);
});

test("a full log still answers for what it has, or a lost receipt would be lost for ever", () => {
  const inbox = new InboxRoom({ limits: { inboxCountMax: 2 } });
  inbox.arrive(arrivals(1, 2));
  expect(inbox.arrive(arrivals(1, 3))).toEqual([false, false]);
  inbox.persist();
  expect(inbox.arrive(arrivals(1, 2, 3))).toEqual([true, true, false]);
});

test("a later life knows which of the log was shown and trimmed (invariant 3)", () => {
  const store = new Shelves();
  const limits = { inboxCountMax: 3, bundleCountMax: 1 };
  const inbox = new InboxRoom({ store, limits });
  inbox.arrive(arrivals(1, 2, 3));
  inbox.room.inbox.shown(3);
  inbox.arrive(arrivals(4, 5));
  inbox.persist();
  const later = new InboxRoom({ store, limits });
  later.room.inbox.shown(5);
  later.arrive(arrivals(6, 7));
  later.persist();
  expect(logged(store)).toEqual([5, 6, 7]);
});

test("bytes on their way to the disk are bounded (invariant 3)", () => {
  const inbox = new InboxRoom({ limits: { unpersistedBytesMax: 150 } });
  expect(inbox.arrive(arrivals(1, 2, 3, 4, 5)).filter(Boolean).length).toBeLessThan(5);
  inbox.persist();
  const next = logged(inbox.room.store).length + 1;
  expect(inbox.arrive(arrivals(next))).toEqual([true]);
});

test("conversations are bounded; those known are served on", () => {
  const inbox = new InboxRoom({ limits: { marksMax: 2 } });
  const of = (epoch: bigint, number = 1) => arrival(number, { epoch });
  expect(inbox.arrive([of(1n), of(2n), of(3n), of(1n, 2)])).toEqual([true, true, false, true]);
});

test("a refusal is vouched for apart, once durable, until the origin's floor passes it", () => {
  const store = new Shelves();
  const inbox = new InboxRoom({ store, limits: { holesMax: 1 } });
  const [refused, reason] = [RefusalReason.TOO_LARGE, RefusalReason.TOO_LARGE];
  expect(inbox.arrive([arrival(1), arrival(2, { refused }), arrival(3, { refused })])).toEqual([true, true, false]);
  inbox.persist();
  expect(new InboxRoom({ store }).room.inbox.standing(7n, 1n)).toMatchObject({ refused: [{ number: 2, reason }] });
  expect(inbox.arrive([arrival(3, { refused, floor: 3 })])).toEqual([true]);
  inbox.persist();
  expect(inbox.room.inbox.standing(7n, 1n)?.refused).toEqual([{ number: 3, reason }]);
  expect([logged(store), inbox.told]).toEqual([[1], [1]]);
});

test("the highest number and floor there are do no harm but to their own conversation", () => {
  const inbox = new InboxRoom();
  const last = 2 ** 53 - 1;
  inbox.arrive([arrival(last, { floor: last, epoch: 8n }), arrival(last, { epoch: 9n }), arrival(1)]);
  inbox.persist();
  expect([logged(inbox.room.store), gaps(inbox.room.store)]).toEqual([
    [last, 1],
    [last - 1, 0],
  ]);
});
