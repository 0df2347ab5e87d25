import { expect, test } from "vitest";
import { encodeReceipts, encodeText } from "../../src/core/body.ts";
import { ReceiptStatus } from "../../src/gen/e3/v1/envelope_pb.ts";
import { envelopeOf, firstLane, nodeOfSeed, ownEpoch, receiptsIn, Room, type Outcome } from "./room.ts";

const { DELIVERED, READ, NOTED } = ReceiptStatus;

function say(room: Room, status: ReceiptStatus, last: number, { conversation = firstLane, from = 2n } = {}): Outcome {
  const receipt = { epoch: ownEpoch, conversation, status, ranges: [{ first: 1, last }], reason: 0 };
  return room.take(envelopeOf({ conversation: 0n, origin: from }, encodeReceipts([receipt])));
}

test("a lane that is bound to another holder of the id goes on counting, and what was read of it counts from there", () => {
  const room = new Room();
  room.wire([
    [1, 2],
    [1, 3],
  ]);
  room.send(2n, ["one", "two"]);
  say(room, DELIVERED, 2);
  say(room, READ, 2);
  room.send(2n, ["three"], { boundTo: nodeOfSeed(3) });
  const next = [...room.outbox.lanes()].find(({ begin }) => begin === 3)?.conversation ?? 0n;
  expect(next).not.toBe(0n);
  const read = (outcome: Outcome) => outcome.effects.filter(({ kind }) => kind === "read");
  expect(read(say(room, READ, 2, { conversation: next, from: 3n }))).toEqual([]);
  say(room, DELIVERED, 3, { conversation: next, from: 3n });
  expect(read(say(room, READ, 3, { conversation: next, from: 3n }))).toEqual([
    { kind: "read", by: 3n, to: 2n, number: 3 },
  ]);
  expect(room.reads.by(2n)).toEqual([
    { by: 2n, number: 2 },
    { by: 3n, number: 3, first: 3 },
  ]);
});

test("what a peer tells is what another one takes: two rooms, and the envelopes between them", () => {
  const sender = new Room();
  sender.wire([[1, 2]]);
  sender.send(2n, ["one"]);
  say(sender, DELIVERED, 1);
  const reader = new Room({ incarnation: 2n });
  reader.wire([[1, 2]]);
  const place = { from: 2n, epoch: ownEpoch, conversation: firstLane, group: 0n, number: 1 };
  const told = receiptsIn(reader.durably(() => reader.reads.note(place)).sent);
  expect(told.map(({ status }) => status)).toEqual([READ]);
  const answer = sender.take(envelopeOf({ conversation: 0n }, encodeReceipts(told)));
  const answers = receiptsIn(answer.sent);
  expect(answers.map(({ status }) => status)).toEqual([NOTED]);
  reader.take(envelopeOf({ conversation: 0n }, encodeReceipts(answers)));
  expect(reader.durably(() => reader.reads.due(1e9), 1e9).sent).toEqual([]);
});

test("a lane that carries messages to a group is not read by itself: the group is", () => {
  const room = new Room();
  room.wire([[1, 2]]);
  const submission = { to: 2n, boundTo: nodeOfSeed(2), body: encodeText("all"), ttlMs: 1_000_000, group: 900n };
  room.durably(() => void room.outbox.submit(submission, 0));
  say(room, DELIVERED, 1);
  expect(say(room, READ, 1).effects.filter(({ kind }) => kind === "read")).toEqual([]);
});

test("what was for another holder of the id is not read by the next one, unless it was read to the end", () => {
  const room = new Room();
  room.wire([[1, 2]]);
  room.send(2n, ["for a peer that is gone"]);
  room.send(2n, ["two"], { boundTo: nodeOfSeed(3) });
  const next = [...room.outbox.lanes()].find(({ begin }) => begin === 2)?.conversation ?? 0n;
  const last = { conversation: next, from: 2n };
  say(room, DELIVERED, 2, last);
  say(room, READ, 2, last);
  expect(room.reads.by(2n)).toEqual([{ by: 2n, number: 2, first: 2 }]);
  const later = new Room({ store: room.store, incarnation: 2n });
  expect(later.reads.by(2n)).toEqual([{ by: 2n, number: 2, first: 2 }]);
});

test("what was read to the end of one holder's stays read with the next one's", () => {
  const room = new Room();
  room.wire([[1, 2]]);
  room.send(2n, ["one"]);
  for (const status of [DELIVERED, READ]) say(room, status, 1);
  room.send(2n, ["two"], { boundTo: nodeOfSeed(3) });
  const next = [...room.outbox.lanes()].find(({ begin }) => begin === 2)?.conversation ?? 0n;
  for (const status of [DELIVERED, READ]) say(room, status, 2, { conversation: next, from: 2n });
  expect(room.reads.by(2n)).toEqual([{ by: 2n, number: 2 }]);
});
