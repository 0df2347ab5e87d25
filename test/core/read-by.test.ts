import { expect, test } from "vitest";
import { encodeReceipts } from "../../src/core/body.ts";
import { ReceiptStatus } from "../../src/gen/e3/v1/envelope_pb.ts";
import { envelopeOf, firstLane, ownEpoch, receiptsIn, Room, type Outcome, type RoomOptions } from "./room.ts";

const { READ, NOTED, DELIVERED } = ReceiptStatus;

/** Says what a peer, 2 by default, has of what peer 1 sent. */
function say(room: Room, status: ReceiptStatus, last: number, parts = {}): Outcome {
  const { from = 2n, conversation = firstLane, epoch = ownEpoch } = parts as Partial<Record<string, bigint>>;
  const receipt = { epoch, conversation, status, ranges: [{ first: 1, last }], reason: 0 };
  return room.take(envelopeOf({ conversation: 0n, origin: from }, encodeReceipts([receipt])));
}

/** What people are told, and how far the reader is answered to be known. */
function read({ effects, sent }: Outcome): readonly string[] {
  const told = effects.flatMap((effect) =>
    effect.kind === "read" ? [`${effect.by} read #${effect.number} to ${effect.to}`] : [],
  );
  const noted = receiptsIn(sent).filter(({ status }) => status === NOTED);
  return [...told, ...noted.map(({ conversation, ranges }) => `noted ${conversation} ${ranges.at(-1)?.last}`)];
}

/** Three messages to peer 2, which has them. */
function roomOfThree(options: RoomOptions = {}): Room {
  const room = new Room(options);
  room.wire([
    [1, 2],
    [1, 3],
  ]);
  room.send(2n, ["one", "two", "three"]);
  say(room, DELIVERED, 3);
  return room;
}

test("what was read is told once, and the reader is answered each time", () => {
  const room = roomOfThree();
  expect(read(say(room, READ, 2))).toEqual(["2 read #2 to 2", "noted 5 2"]);
  expect(read(say(room, READ, 2))).toEqual(["noted 5 2"]);
  expect(read(say(room, READ, 1))).toEqual(["noted 5 1"]);
  expect(read(say(room, READ, 3))).toEqual(["2 read #3 to 2", "noted 5 3"]);
  expect(room.reads.by(2n)).toEqual([{ by: 2n, number: 3 }]);
  expect(room.reads.by(3n)).toEqual([]);
});

test("neither people nor the reader hear of it before it is durable", () => {
  const room = roomOfThree();
  const receipt = {
    epoch: ownEpoch,
    conversation: firstLane,
    status: READ,
    ranges: [{ first: 1, last: 3 }],
    reason: 0,
  };
  expect(read(room.event(() => room.reads.receipt(receipt, 2n, 0)))).toEqual([]);
  expect(read(room.persist())).toEqual(["2 read #3 to 2", "noted 5 3"]);
});

test("a mark beyond what was sent, from the wrong peer, or of what is not settled counts for nothing (invariant 1)", () => {
  const room = roomOfThree();
  expect(read(say(room, READ, 4))).toEqual([]);
  expect(read(say(room, READ, 2 ** 52))).toEqual([]);
  expect(read(say(room, READ, 2, { from: 3n }))).toEqual([]);
  room.send(2n, ["four"]);
  expect(read(say(room, READ, 4))).toEqual([]);
  say(room, DELIVERED, 4);
  expect(read(say(room, READ, 4))).toEqual(["2 read #4 to 2", "noted 5 4"]);
});

test("of what this peer does not know any more the reader is answered, so that it says no more of it", () => {
  const room = roomOfThree();
  expect(read(say(room, READ, 9, { epoch: 0xbadn }))).toEqual(["noted 5 9"]);
  expect(read(say(room, READ, 9, { conversation: 12_345n }))).toEqual(["noted 12345 9"]);
  expect(room.store.entries("meta").filter(({ key }) => key.startsWith("read-by"))).toEqual([]);
});

test("a group is read by those who are or were in it, each as far as it is", () => {
  const group = 900n;
  const saidTo = (id: bigint, other: bigint) => (id === group ? (other < 4n ? 5 : 0) : undefined);
  const room = roomOfThree({ saidTo });
  expect(read(say(room, READ, 5, { conversation: group, from: 3n }))).toEqual(["3 read #5 to 900", "noted 900 5"]);
  expect(read(say(room, READ, 2, { conversation: group }))).toEqual(["2 read #2 to 900", "noted 900 2"]);
  expect(read(say(room, READ, 6, { conversation: group }))).toEqual([]);
  expect(read(say(room, READ, 1, { conversation: group, from: 4n }))).toEqual([]);
  expect(room.reads.by(group)).toEqual([
    { by: 2n, number: 2 },
    { by: 3n, number: 5 },
  ]);
});

test("a later life knows who has read what, and tells nobody again", () => {
  const room = roomOfThree();
  say(room, READ, 3);
  const later = new Room({ store: room.store, incarnation: 2n });
  later.wire([[1, 2]]);
  expect(later.reads.by(2n)).toEqual([{ by: 2n, number: 3 }]);
  expect(read(say(later, READ, 3))).toEqual(["noted 5 3"]);
});

test("readers are bounded: the one heard of longest ago makes room, in the store as well", () => {
  const room = roomOfThree({ limits: { readMarksMax: 2 }, saidTo: (id) => (id === 900n ? 9 : undefined) });
  const moves = [
    [10n, 1],
    [11n, 1],
    [10n, 2],
    [12n, 1],
    [12n, 2],
  ] as const;
  for (const [from, last] of moves) say(room, READ, last, { conversation: 900n, from });
  expect(room.reads.by(900n).map(({ by }) => by)).toEqual([10n, 12n]);
  expect(room.store.entries("meta").filter(({ key }) => key.startsWith("read-by"))).toHaveLength(2);
});
