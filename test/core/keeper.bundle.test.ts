import { expect, test } from "vitest";
import { encodeBundle, encodeText } from "../../src/core/body.ts";
import { bodyOf, type HeaderFields } from "../../src/core/header.ts";
import { ReceiptStatus, RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import {
  envelopeOf,
  envelopesIn,
  headerOf,
  nodeOfSeed,
  parcelsIn,
  receiptsIn,
  Room,
  type Outcome,
  type RoomOptions,
} from "./room.ts";

// Peer 2 is the origin (epoch 0xe2, conversation 9), peer 9 the target, peer 1 the custodian.
const { DELIVERED, STORED, REFUSED, SETTLED } = ReceiptStatus;
const withTarget = [[1, 9]] as const;

const destinationKeys = [nodeOfSeed(9)];

/** The messages from first to last in one envelope, bound to the target. */
function bundle(first: number, last: number, fields: Partial<HeaderFields> = {}): Uint8Array {
  const bodies = Array.from({ length: last - first + 1 }, (_, index) => encodeText(`text ${first + index}`));
  return envelopeOf(
    { number: first, conversation: 9n, destinations: [9n], destinationKeys, ...fields },
    encodeBundle(bodies),
  );
}

function keep(room: Room, ...envelopes: readonly Uint8Array[]): Outcome {
  return room.durably(() => envelopes.forEach((each) => room.keeper.keep(each, headerOf(each), 0)));
}

/** A custodian that is linked with the origin and keeps these. */
function keeping(envelopes: readonly Uint8Array[], options: RoomOptions = {}): Room {
  const room = new Room(options);
  room.wire([[1, 2]]);
  keep(room, ...envelopes);
  return room;
}

/** Somebody speaks of the numbers from first to last. */
function tell(room: Room, status: ReceiptStatus, [first, last]: readonly [number, number], from = 9n): Outcome {
  const receipt = { epoch: 0xe2n, conversation: 9n, status, ranges: [{ first, last }], reason: 0 };
  return room.durably(() => room.keeper.receipt(receipt, from, 0));
}

/** The target comes; everything that leaves then. */
function meet(room: Room): Outcome["sent"] {
  room.wire(withTarget);
  const first = room.durably(() => room.keeper.reroute(0));
  return [...first.sent, ...room.durably(() => room.keeper.due(0)).sent];
}

function numbers(sent: Outcome["sent"]): readonly number[] {
  return parcelsIn(sent).map(({ number }) => number);
}

test("the origin hears that all of an envelope is stored, once that is durable, and not of its first alone", () => {
  const room = new Room();
  room.wire([[1, 2]]);
  const envelope = bundle(5, 8);
  expect(room.event(() => room.keeper.keep(envelope, headerOf(envelope), 0)).sent).toEqual([]);
  expect(receiptsIn(room.persist().sent)).toMatchObject([{ status: STORED, ranges: [{ first: 5, last: 8 }] }]);
});

test("envelopes that follow one another are confirmed in one range; of one kept in part, that part is", () => {
  const room = new Room();
  room.wire([[1, 2]]);
  expect(receiptsIn(keep(room, bundle(1, 3), bundle(4, 6)).sent)).toMatchObject([{ ranges: [{ first: 1, last: 6 }] }]);
  const { sent, ops } = keep(room, bundle(5, 9));
  expect([receiptsIn(sent), ops]).toMatchObject([[{ status: STORED, ranges: [{ first: 5, last: 6 }] }], []]);
});

test("it is handed over as one envelope, with its target's key and the time it has left, and its bodies untouched", () => {
  const kept = bundle(1, 64, { ttlMs: 5_000 });
  const sent = meet(keeping([kept]));
  const [envelope, ...others] = envelopesIn(sent);
  if (envelope === undefined) throw new Error("nothing was handed over");
  expect(others).toEqual([]);
  const header = { number: 1, destinations: [9n], destinationKeys: [nodeOfSeed(9)], ttlMs: 5_000 };
  expect(headerOf(envelope)).toMatchObject(header);
  expect(bodyOf(envelope)).toEqual(bodyOf(kept));
});

test("a target that has some of it makes none of it go; it is repeated whole until the target has all", () => {
  const room = keeping([bundle(1, 3), bundle(4, 6)]);
  meet(room);
  tell(room, DELIVERED, [1, 4]);
  expect([room.mailbox.size, room.store.entries("mailbox").length]).toEqual([3, 1]);
  const nowMs = room.keeper.nextDeadlineMs;
  expect(numbers(room.durably(() => room.keeper.due(nowMs), nowMs).sent)).toEqual([4, 5, 6]);
  tell(room, DELIVERED, [1, 6]);
  expect([room.mailbox.size, room.store.entries("mailbox")]).toEqual([0, []]);
  expect(room.durably(() => room.keeper.due(9_999), 9_999).sent).toEqual([]);
});

test("what the target refuses and what the origin settles counts like what the target has", () => {
  const room = keeping([bundle(1, 4)]);
  tell(room, REFUSED, [2, 2]);
  tell(room, SETTLED, [3, 4], 2n);
  expect(room.mailbox.size).toBe(4);
  tell(room, SETTLED, [1, 1], 5n);
  expect(room.mailbox.size).toBe(4);
  tell(room, DELIVERED, [1, 1]);
  expect(room.mailbox.size).toBe(0);
});

test("a later life hands over the whole, also what was taken already, and drops it when its target has all", () => {
  const room = keeping([bundle(1, 4)]);
  meet(room);
  tell(room, DELIVERED, [1, 2]);
  const later = new Room({ store: room.store });
  expect(numbers(meet(later))).toEqual([1, 2, 3, 4]);
  tell(later, DELIVERED, [1, 4]);
  expect([later.mailbox.size, later.store.entries("mailbox")]).toEqual([0, []]);
});

test("a window of messages is on its way, not one of envelopes; an envelope larger than it leaves alone", () => {
  const room = keeping([bundle(1, 6), bundle(7, 8), bundle(9, 10), bundle(11, 12)], {
    limits: { parcelWindowCountMax: 4 },
  });
  expect(numbers(meet(room))).toEqual([1, 2, 3, 4, 5, 6]);
  expect(numbers(tell(room, DELIVERED, [1, 5]).sent)).toEqual([]);
  expect(numbers(tell(room, DELIVERED, [1, 6]).sent)).toEqual([7, 8, 9, 10]);
  expect(numbers(tell(room, DELIVERED, [1, 8]).sent)).toEqual([11, 12]);
});

test("what is lost on the way comes again before its target, whose origin is away, goes on without it", () => {
  const count = 64;
  const body = encodeText("x".repeat(64));
  const envelopes = Array.from({ length: 16_384 / count }, (_, index) =>
    envelopeOf(
      { number: index * count + 1, conversation: 9n, destinations: [9n], destinationKeys },
      encodeBundle(Array.from({ length: count }, () => body)),
    ),
  );
  const room = keeping(envelopes);
  expect(numbers(meet(room)).length).toBeGreaterThan(2 * room.limits.heldCountMax);
  expect(room.keeper.nextDeadlineMs).toBeLessThan(room.limits.gapWaitMs);
});

test("an envelope too large for a parcel is refused whole, and the origin hears so of all in it", () => {
  const room = new Room({ limits: { bodyBytesMax: 1 } });
  room.wire([[1, 2]]);
  const long = envelopeOf(
    { number: 1, conversation: 9n, destinations: [9n] },
    encodeBundle([encodeText("x".repeat(10_000)), encodeText("y")]),
  );
  const { sent } = keep(room, long);
  const refused = { status: REFUSED, reason: RefusalReason.TOO_LARGE, ranges: [{ first: 1, last: 2 }] };
  expect([receiptsIn(sent), room.mailbox.size]).toMatchObject([[refused], 0]);
});

test("the largest bundle that a peer makes is kept", () => {
  const room = new Room();
  room.wire([[1, 2]]);
  const { bundleCountMax, bundleBytesMax } = room.limits;
  const body = encodeText("x".repeat(bundleBytesMax / bundleCountMax - 10));
  const bodies = Array.from({ length: bundleCountMax }, () => body);
  keep(room, envelopeOf({ destinations: [9n] }, encodeBundle(bodies)));
  expect(room.mailbox.size).toBe(bundleCountMax);
});

test("a hostile envelope counts as the messages that it has, and with more than a peer makes it is not kept", () => {
  const room = new Room({ limits: { mailboxSenderCountMax: 100 } });
  room.wire([[1, 2]]);
  const empty = (number: number, count: number) =>
    envelopeOf({ number, destinations: [9n] }, encodeBundle(Array.from({ length: count }, () => new Uint8Array(0))));
  const { sent } = keep(room, empty(1, 64), empty(65, 64), empty(129, 65), empty(1_025, 1_024));
  expect([room.mailbox.size, room.store.entries("mailbox").length]).toEqual([64, 1]);
  expect(receiptsIn(sent).map(({ status }) => status)).toEqual([STORED, REFUSED]);
});

test("what its origin did not bind goes without what a holder of the id has taken, to whoever holds it next", () => {
  const room = keeping([bundle(1, 4, { destinationKeys: [] })]);
  tell(room, SETTLED, [1, 2], 2n);
  expect(numbers(meet(room))).toEqual([3, 4]);
});

test("it is bound to the first holder seen, also while its origin comes first", () => {
  const room = keeping([bundle(1, 4, { destinationKeys: [] })]);
  room.wire([
    [1, 2],
    [1, 9],
  ]);
  room.durably(() => room.keeper.reroute(0));
  expect([...room.mailbox.shelves()].map(({ boundTo }) => boundTo)).toEqual([nodeOfSeed(9)]);
});

test("answers about many ranges leave in pieces that fit into a frame", () => {
  const room = new Room({ limits: { mailboxCountMax: 10_000 } });
  room.wire([[1, 2]]);
  const single = (number: number) => envelopeOf({ number, conversation: 9n, destinations: [9n] }, encodeText("x"));
  const { sent } = keep(room, ...Array.from({ length: 6_000 }, (_, index) => single(2 * index + 1)));
  const told = receiptsIn(sent).flatMap(({ ranges }) => ranges);
  expect(told.length).toBeGreaterThan(2_000);
  expect(sent.every(({ bytes }) => bytes.length < room.limits.batchBytesMax)).toBe(true);
});
test("a malformed or empty bundle is not kept, and nobody is told of it", () => {
  const room = new Room();
  room.wire([[1, 2]]);
  const torn = envelopeOf({ destinations: [9n] }, Uint8Array.of(0xa2, 0x01, 2, 0x0a, 5));
  const { sent } = keep(room, torn, envelopeOf({ destinations: [9n] }, encodeBundle([])));
  expect([sent, room.mailbox.size]).toEqual([[], 0]);
});

test("kept for an id that this peer itself comes to hold, all of it is shown here, once", () => {
  const room = keeping([bundle(1, 3, { destinationKeys: [] })]);
  room.identity.take(9n, null, 0);
  room.durably(() => room.keeper.reroute(0));
  room.durably(() => room.keeper.due(0));
  room.durably(() => room.keeper.due(5_000), 5_000);
  expect([room.inbox.cursor, room.mailbox.size, room.store.entries("mailbox")]).toEqual([3, 0, []]);
});
