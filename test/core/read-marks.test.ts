import { expect, test } from "vitest";
import { encodeReceipts } from "../../src/core/body.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import type { ReadPlace } from "../../src/core/read-marks.ts";
import { ReceiptStatus } from "../../src/gen/e3/v1/envelope_pb.ts";
import { envelopeOf, receiptsIn, Room, type Outcome, type RoomOptions } from "./room.ts";

const { READ, NOTED, DELIVERED } = ReceiptStatus;
/** The epoch and the lane of peer 2, as envelopeOf has them. */
const [epoch, lane] = [0xe2n, 1n];

function placeOf(number: number, parts: Partial<ReadPlace> = {}): ReadPlace {
  return { from: 2n, epoch, conversation: lane, group: 0n, number, ...parts };
}

function roomWithSender(options: RoomOptions = {}): Room {
  const room = new Room(options);
  room.wire([[1, 2]]);
  return room;
}

/** How far was told to have been read, envelope by envelope. */
function toldIn({ sent }: Outcome): readonly string[] {
  const said = receiptsIn(sent).filter(({ status }) => status === READ);
  return said.map(({ conversation, ranges }) => `${conversation} up to ${ranges.at(-1)?.last}`);
}

/** The sender, or who the test says, answers that it knows. */
function answer(room: Room, last: number, { from = 2n, conversation = lane, nowMs = 0 } = {}): Outcome {
  const receipt = { epoch, conversation, status: NOTED, ranges: [{ first: 1, last }], reason: 0 };
  return room.take(envelopeOf({ conversation: 0n, origin: from }, encodeReceipts([receipt])), nowMs);
}

function tick(room: Room, nowMs: number): Outcome {
  return room.durably(() => room.reads.due(nowMs), nowMs);
}

test("a mark is told once it is durable, behind the receipt of what was read (invariant 1)", () => {
  const room = roomWithSender();
  room.take(envelopeOf());
  expect(room.event(() => room.reads.note(placeOf(1))).sent).toEqual([]);
  const said = receiptsIn(room.persist().sent);
  expect(said.map(({ status, ranges }) => [status, ranges])).toEqual([
    [DELIVERED, [{ first: 1, last: 1 }]],
    [READ, [{ first: 1, last: 1 }]],
  ]);
  expect(room.reads.upTo(epoch, lane)).toBe(1);
});

test("while an answer is awaited only the last mark waits; it is told when the answer comes (invariant 2)", () => {
  const room = roomWithSender();
  expect(toldIn(room.durably(() => room.reads.note(placeOf(1))))).toEqual(["1 up to 1"]);
  for (const number of [2, 3, 4]) expect(toldIn(room.durably(() => room.reads.note(placeOf(number))))).toEqual([]);
  expect(toldIn(answer(room, 1))).toEqual(["1 up to 4"]);
  expect(toldIn(answer(room, 4))).toEqual([]);
  expect(room.reads.nextDeadlineMs).toBeLessThan(Infinity);
  expect(toldIn(tick(room, 1e9))).toEqual([]);
  expect(room.reads.nextDeadlineMs).toBe(Infinity);
});

test("what is not durable yet is told by nothing else either: no answer, no deadline, no sender that comes (invariant 1)", () => {
  const room = roomWithSender();
  room.durably(() => room.reads.note(placeOf(1)));
  room.event(() => room.reads.note(placeOf(2)));
  expect(toldIn(room.event(() => room.reads.due(1_000), 1_000))).toEqual(["1 up to 1"]);
  const noted = { epoch, conversation: lane, status: NOTED, ranges: [{ first: 1, last: 1 }], reason: 0 };
  expect(toldIn(room.event(() => room.reads.receipt(noted, 2n, 1_001), 1_001))).toEqual([]);
  room.wire([[2, 3]]);
  room.event(() => room.reads.reroute(1_002), 1_002);
  room.wire([[1, 2]]);
  expect(toldIn(room.event(() => room.reads.reroute(1_003), 1_003))).toEqual([]);
  expect(toldIn(room.persist(1_004))).toEqual(["1 up to 2"]);
});

test("a mark goes forward only, and what is known is neither written nor told again", () => {
  const room = roomWithSender();
  room.durably(() => room.reads.note(placeOf(5)));
  answer(room, 5);
  for (const number of [5, 3, 0]) expect(room.durably(() => room.reads.note(placeOf(number))).ops).toEqual([]);
  expect(room.reads.upTo(epoch, lane)).toBe(5);
});

test("who does not answer is told again, ever more rarely, and not for ever", () => {
  const room = roomWithSender();
  room.durably(() => room.reads.note(placeOf(1)));
  const toldAt: number[] = [];
  for (let nowMs = 0; nowMs < 600_000; nowMs += 100) if (toldIn(tick(room, nowMs)).length > 0) toldAt.push(nowMs);
  expect(toldAt).toHaveLength(defaultLimits.readTellsMax - 1);
  const waits = toldAt.map((atMs, index) => atMs - (toldAt[index - 1] ?? 0));
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(room.reads.nextDeadlineMs).toBe(Infinity);
  expect(toldIn(room.durably(() => room.reads.note(placeOf(2)), 600_000))).toEqual(["1 up to 2"]);
});

test("a sender that is away is told once it is there, also by a later life", () => {
  const room = new Room();
  expect(toldIn(room.durably(() => room.reads.note(placeOf(3))))).toEqual([]);
  expect(room.reads.nextDeadlineMs).toBe(Infinity);
  const later = new Room({ store: room.store, incarnation: 2n });
  later.wire([[1, 2]]);
  expect(toldIn(later.durably(() => later.reads.reroute(5), 5))).toEqual(["1 up to 3"]);
  expect(toldIn(later.durably(() => later.reads.reroute(6), 6))).toEqual([]);
  answer(later, 3);
  const last = new Room({ store: room.store, incarnation: 3n });
  last.wire([[1, 2]]);
  expect(toldIn(last.durably(() => last.reads.reroute(7), 7))).toEqual([]);
});

test("who left and came back is told anew, however often it was told before", () => {
  const room = roomWithSender();
  room.durably(() => room.reads.note(placeOf(1)));
  for (let nowMs = 0; nowMs < 600_000; nowMs += 1_000) tick(room, nowMs);
  room.wire([[2, 3]]);
  expect(toldIn(room.durably(() => room.reads.reroute(600_000), 600_000))).toEqual([]);
  room.wire([[1, 2]]);
  expect(toldIn(room.durably(() => room.reads.reroute(600_001), 600_001))).toEqual(["1 up to 1"]);
});

test("only the sender's answer counts, and not for more than was told", () => {
  const room = roomWithSender();
  room.wire([
    [1, 2],
    [1, 3],
  ]);
  room.durably(() => room.reads.note(placeOf(1)));
  answer(room, 1, { from: 3n });
  answer(room, 1, { conversation: 999n, from: 3n });
  expect(toldIn(tick(room, 1_000))).toEqual(["1 up to 1"]);
  answer(room, 1_000, { nowMs: 1_000 });
  expect(toldIn(room.durably(() => room.reads.note(placeOf(2)), 1_001))).toEqual(["1 up to 2"]);
});

test("a group has a mark of its own, and is told by its own id and numbers", () => {
  const room = roomWithSender();
  const group = 900n;
  expect(toldIn(room.durably(() => room.reads.note(placeOf(7, { group }))))).toEqual(["900 up to 7"]);
  expect([room.reads.upTo(epoch, group), room.reads.upTo(epoch, lane)]).toEqual([7, undefined]);
  answer(room, 7, { conversation: group });
  expect(toldIn(tick(room, 1e6))).toEqual([]);
});

test("without read receipts a mark is kept and nobody is told, not even once they are wanted", () => {
  const room = roomWithSender({ readReceipts: false });
  expect(room.durably(() => room.reads.note(placeOf(2))).sent).toEqual([]);
  expect(room.reads.upTo(epoch, lane)).toBe(2);
  const later = roomWithSender({ store: room.store, incarnation: 2n });
  expect(toldIn(later.durably(() => later.reads.reroute(1), 1))).toEqual([]);
  expect(toldIn(later.durably(() => later.reads.note(placeOf(3)), 1))).toEqual(["1 up to 3"]);
});

test("what is only yet to be read is no mark to tell of, and one's own messages need no telling", () => {
  const room = roomWithSender();
  expect(room.durably(() => room.reads.note(placeOf(0))).sent).toEqual([]);
  expect(room.reads.upTo(epoch, lane)).toBe(0);
  expect(room.durably(() => room.reads.note(placeOf(4, { from: 1n, epoch: 77n }))).sent).toEqual([]);
  expect(room.reads.upTo(77n, lane)).toBe(4);
});

test("marks are bounded: the one moved longest ago makes room, in the store as well", () => {
  const room = roomWithSender({ limits: { readMarksMax: 2 } });
  for (const [from, number] of [
    [10n, 1],
    [11n, 1],
    [10n, 2],
    [12n, 1],
  ] as const)
    room.durably(() => room.reads.note(placeOf(number, { from, epoch: from })));
  expect([10n, 11n, 12n].map((each) => room.reads.upTo(each, lane))).toEqual([2, undefined, 1]);
  expect(room.store.entries("meta").filter(({ key }) => key.startsWith("read-mark"))).toHaveLength(2);
});

test("a mark that made room is told no more", () => {
  const room = roomWithSender({ limits: { readMarksMax: 1 } });
  expect(toldIn(room.durably(() => room.reads.note(placeOf(1))))).toEqual(["1 up to 1"]);
  room.durably(() => room.reads.note(placeOf(1, { from: 1n, epoch: 77n })));
  expect(toldIn(tick(room, 1_000_000))).toEqual([]);
});

test("a sender whose id is another one now is told under that, and a group's lane is receipted, be it another one", () => {
  const room = roomWithSender();
  const [group, next] = [900n, 44n];
  room.take(envelopeOf());
  room.durably(() => room.reads.note(placeOf(1, { group })));
  answer(room, 1, { conversation: group });
  room.wire([[1, 3]]);
  room.take(envelopeOf({ origin: 3n, conversation: next }));
  const outcome = room.durably(() => room.reads.note(placeOf(2, { from: 3n, group, conversation: next })));
  expect(outcome.sent.map(({ over }) => over)).toEqual([3]);
  expect(receiptsIn(outcome.sent).map(({ status, conversation }) => [status, conversation])).toEqual([
    [DELIVERED, next],
    [READ, group],
  ]);
});
