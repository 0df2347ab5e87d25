import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import type { HeaderFields } from "../../src/core/header.ts";
import { ReceiptStatus, RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import {
  envelopeOf,
  headerOf,
  nodeOfSeed,
  parcelsIn,
  receiptsIn,
  Room,
  type Outcome,
  type RoomOptions,
} from "./room.ts";
import { Shelves } from "./shelves.ts";

// Peer 2 is the origin (epoch 0xe2, conversation 9), peer 9 the target, peer 1 the custodian.
const all = [{ first: 1, last: 2 ** 53 - 1 }];
const withOrigin = [[1, 2]] as const;
const withTarget = [[1, 9]] as const;

function keep(room: Room, number: number, fields: Partial<HeaderFields> = {}, nowMs = 0): void {
  const envelope = envelopeOf({ number, conversation: 9n, destinations: [9n], ...fields });
  room.keeper.keep(envelope, headerOf(envelope), nowMs);
}

function keeping(numbers: readonly number[], options: RoomOptions & { fields?: Partial<HeaderFields> } = {}): Room {
  const room = new Room(options);
  room.wire(withOrigin);
  room.durably(() => numbers.forEach((number) => keep(room, number, options.fields)));
  return room;
}

function receipt(status: ReceiptStatus, ranges = all) {
  return { epoch: 0xe2n, conversation: 9n, status, ranges, reason: RefusalReason.UNSPECIFIED };
}

/** Draws the topology and lets time pass until the keeper wants nothing more at once. */
function meet(room: Room, pairs: readonly (readonly [number, number])[], nowMs = 0): Outcome {
  room.wire(pairs, nowMs);
  const first = room.durably(() => room.keeper.reroute(nowMs), nowMs);
  const next = room.durably(() => room.keeper.due(nowMs), nowMs);
  return { ...next, sent: [...first.sent, ...next.sent] };
}

test("the origin hears that a copy is stored only once it is durable (invariant 1)", () => {
  const room = new Room();
  room.wire(withOrigin);
  expect(room.event(() => [1, 2].forEach((number) => keep(room, number))).sent).toEqual([]);
  expect(receiptsIn(room.persist().sent)).toMatchObject([
    { status: ReceiptStatus.STORED, ranges: [{ first: 1, last: 2 }] },
  ]);
});

test("a copy kept already is confirmed again, but not before it is durable (invariant 1)", () => {
  const room = new Room();
  room.wire(withOrigin);
  room.event(() => keep(room, 1));
  expect(room.event(() => keep(room, 1)).sent).toEqual([]);
  expect(receiptsIn(room.persist().sent)).toHaveLength(2);
});

test("over quota, or when this peer keeps nothing, the origin hears why not", () => {
  const full = keeping([1], { limits: { mailboxCountMax: 1 } });
  const { sent } = full.durably(() => keep(full, 2));
  expect(receiptsIn(sent)).toMatchObject([{ status: ReceiptStatus.REFUSED, reason: RefusalReason.MAILBOX_FULL }]);
  const room = new Room({ custody: false });
  room.wire(withOrigin);
  const none = room.durably(() => keep(room, 1));
  expect(receiptsIn(none.sent)).toMatchObject([{ status: ReceiptStatus.REFUSED, reason: RefusalReason.NO_CUSTODY }]);
});

test("mail above the limit of a body is refused: in a parcel it could be more than links take", () => {
  const room = new Room({ limits: { bodyBytesMax: 1_000 } });
  room.wire(withOrigin);
  const header = { destinations: [9n], number: 1 };
  const envelope = envelopeOf(header, encodeText("x".repeat(12_000)));
  const { sent } = room.durably(() => room.keeper.keep(envelope, headerOf(envelope), 0));
  expect(receiptsIn(sent)).toMatchObject([{ status: ReceiptStatus.REFUSED, reason: RefusalReason.TOO_LARGE }]);
  expect(room.mailbox.size).toBe(0);
});

test("mail is handed over in order once its target is there, and dropped when that has it", () => {
  const room = keeping([2, 1, 3]);
  const { sent } = meet(room, withTarget, 100);
  expect(parcelsIn(sent).map(({ number }) => number)).toEqual([1, 2, 3]);
  const done = room.durably(() => room.keeper.receipt(receipt(ReceiptStatus.DELIVERED), 9n, 200), 200);
  expect([done.sent, room.mailbox.size, room.store.entries("mailbox")]).toEqual([[], 0, []]);
  expect(room.durably(() => room.keeper.due(600), 600).sent).toEqual([]);
  expect(room.keeper.nextDeadlineMs).toBe(1_000_000);
});

test("mail is repeated until receipted, later each time, and deadlines move on (invariant 3)", () => {
  const room = keeping([1]);
  meet(room, withTarget, 0);
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const nowMs = room.keeper.nextDeadlineMs;
    const { sent } = room.durably(() => room.keeper.due(nowMs), nowMs);
    expect(parcelsIn(sent)).toHaveLength(1);
    expect(room.keeper.nextDeadlineMs).toBeGreaterThan(nowMs);
    times.push(nowMs);
  }
  expect(times).toEqual([500, 1_500, 3_500, 7_500, 15_500]);
});

test("while the origin is there too it goes first", () => {
  const room = keeping([1]);
  const both = [...withOrigin, ...withTarget];
  expect(meet(room, both, 0).sent).toEqual([]);
  const nowMs = room.keeper.nextDeadlineMs;
  expect(nowMs).toBe(2_000);
  expect(parcelsIn(room.durably(() => room.keeper.due(nowMs), nowMs).sent)).toHaveLength(1);
});

test("while the origin is there too and settles what it sent, it goes on first; once it does not, the custodian does", () => {
  const room = keeping([1, 2, 3]);
  meet(room, [...withOrigin, ...withTarget], 0);
  const settles = (number: number, nowMs: number) =>
    room.durably(() => {
      room.keeper.receipt(receipt(ReceiptStatus.SETTLED, [{ first: number, last: number }]), 2n, nowMs);
      room.keeper.due(nowMs);
    }, nowMs).sent;
  expect([settles(1, 1_500), settles(2, 3_000)]).toEqual([[], []]);
  expect(room.durably(() => room.keeper.due(4_999), 4_999).sent).toEqual([]);
  expect(room.keeper.nextDeadlineMs).toBe(5_000);
  expect(parcelsIn(room.durably(() => room.keeper.due(5_000), 5_000).sent)).toMatchObject([{ number: 3 }]);
  // Having begun it goes on.
  expect(settles(9, 5_100)).toEqual([]);
  expect(room.keeper.nextDeadlineMs).toBe(5_500);
});

test("mail that was kept says as before with which number its conversation began", () => {
  const { sent } = meet(keeping([7], { fields: { begin: 5, floor: 6 } }), withTarget);
  expect(parcelsIn(sent)).toMatchObject([{ number: 7, floor: 6, begin: 5 }]);
});

test("what comes late, from the front of what was handed over already, is handed over too (invariant 3)", () => {
  const room = keeping([4, 5]);
  meet(room, withTarget, 0);
  room.durably(() => keep(room, 3), 10);
  room.durably(() => room.keeper.due(10), 10);
  const { sent } = room.durably(
    () => room.keeper.receipt(receipt(ReceiptStatus.DELIVERED, [{ first: 4, last: 5 }]), 9n, 20),
    20,
  );
  expect(parcelsIn(sent).map(({ number }) => number)).toEqual([3]);
  expect(room.durably(() => room.keeper.due(500), 500).sent).toEqual([]);
  expect(room.keeper.nextDeadlineMs).toBe(520);
});

test("unbound mail is durably bound to the first holder seen before it leaves; no other gets it (invariant 2)", () => {
  const store = new Shelves();
  const room = keeping([1], { store });
  room.wire(withTarget);
  room.event(() => room.keeper.reroute(0));
  expect(room.event(() => room.keeper.due(0)).sent).toEqual([]);
  expect(room.event(() => room.keeper.reroute(1)).sent).toEqual([]);
  const { sent } = room.persist();
  expect(parcelsIn(sent)).toMatchObject([{ destinations: [9n], destinationKeys: [nodeOfSeed(9)] }]);
  const later = new Room({ store });
  later.ids.set(9, 99n);
  later.ids.set(8, 9n);
  later.keepNothing.add(8).add(9);
  const again = meet(
    later,
    [
      [1, 9],
      [1, 8],
    ],
    0,
  );
  expect(again.sent.map(({ over }) => over)).toEqual([9]);
  expect(parcelsIn(again.sent)).toMatchObject([{ destinations: [99n], destinationKeys: [nodeOfSeed(9)] }]);
});

test("mail bound to a key is not given to whoever holds the id now (invariant 2)", () => {
  const room = keeping([1], { fields: { destinationKeys: [nodeOfSeed(7)] } });
  expect(meet(room, withTarget, 0).sent).toEqual([]);
  room.ids.set(7, 70n);
  expect(parcelsIn(meet(room, [[1, 7]], 0).sent)).toMatchObject([{ destinations: [70n] }]);
});

test("mail bound by its origin does not join mail that this peer bound to another", () => {
  const room = keeping([1]);
  meet(room, withTarget, 0);
  room.durably(() => keep(room, 2, { destinationKeys: [nodeOfSeed(7)] }));
  const { sent } = room.durably(() => room.keeper.due(9_000), 9_000);
  expect(parcelsIn(sent).map(({ number }) => number)).toEqual([1]);
});

test("only its target or its origin makes a copy go, each by the word that is its own", () => {
  const room = keeping([1]);
  const after = (status: ReceiptStatus, from: bigint) => {
    room.durably(() => room.keeper.receipt(receipt(status), from, 0));
    return room.mailbox.size;
  };
  expect(after(ReceiptStatus.DELIVERED, 2n)).toBe(1);
  expect(after(ReceiptStatus.SETTLED, 9n)).toBe(1);
  expect(after(ReceiptStatus.STORED, 9n)).toBe(1);
  expect(after(ReceiptStatus.DELIVERED, 5n)).toBe(1);
  expect(after(ReceiptStatus.SETTLED, 2n)).toBe(0);
});

test("a refusal by the target ends the keeping too", () => {
  const room = keeping([1]);
  room.durably(() => room.keeper.receipt(receipt(ReceiptStatus.REFUSED), 9n, 0));
  expect(room.mailbox.size).toBe(0);
});

test("kept for an id that this peer itself comes to hold, mail is shown here", () => {
  const room = keeping([1, 2]);
  room.identity.take(9n, null, 0);
  room.durably(() => room.keeper.reroute(0));
  room.durably(() => room.keeper.due(0));
  room.durably(() => room.keeper.due(5_000), 5_000);
  expect(room.store.entries("inbox")).toHaveLength(1);
  expect([room.mailbox.size, room.store.entries("mailbox")]).toEqual([0, []]);
});

test("a later life hands over what a former one confirmed, and expires it in its time", () => {
  const store = new Shelves();
  keeping([1, 2], { store });
  const later = new Room({ store, custody: false });
  expect(parcelsIn(meet(later, withTarget, 50).sent).map(({ number, ttlMs }) => [number, ttlMs])).toEqual([
    [1, 999_950],
    [2, 999_950],
  ]);
  later.durably(() => later.keeper.due(1_000_000), 1_000_000);
  expect([later.mailbox.size, later.keeper.nextDeadlineMs]).toEqual([0, Infinity]);
});

test("with its clock set back it grants no more time than is allowed", () => {
  const store = new Shelves();
  const room = new Room({ store });
  room.durably(() => keep(room, 1, {}, 10 ** 12), 10 ** 12);
  const later = new Room({ store });
  expect(parcelsIn(meet(later, withTarget, 0).sent)[0]?.ttlMs).toBe(later.limits.ttlMs);
});
