import { expect, test } from "vitest";
import {
  conversationKey,
  firstHole,
  isIn,
  markRecord,
  newConversation,
  restoredConversation,
  standingOf,
} from "../../src/core/conversation.ts";
import { Marks } from "../../src/core/marks.ts";
import { RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";

const name = { epoch: 2n ** 64n - 1n, conversation: 3n };

test("a new conversation vouches for nothing", () => {
  const { standing } = newConversation(name, Marks.from({ next: 1, holes: [] }));
  expect(standing).toEqual({ ...name, delivered: [], refused: [], next: 1 });
  expect(firstHole(newConversation(name, Marks.from({ next: 1, holes: [] })))).toBe(1);
});

test("what is recorded comes back: marks, holes, refusals and what is missing, and with them the standing", () => {
  const before = newConversation(name, Marks.from({ begin: 2, next: 20, holes: [{ first: 3, last: 9 }] }));
  before.missing = 6;
  before.peer = 5n;
  before.lamport = 40;
  before.refused = [{ number: 12, reason: RefusalReason.TOO_LARGE }];
  const { table, key, value } = markRecord(before);
  expect([table, key]).toEqual(["marks", conversationKey(name.epoch, name.conversation)]);
  const after = restoredConversation(value ?? new Uint8Array());
  expect(after.marks.record()).toEqual(before.marks.record());
  expect(after.standing).toEqual(standingOf(before));
  expect([after.missing, after.peer, after.lamport]).toEqual([6, 5n, 40]);
  expect(after.held.size).toBe(0);
});

test("a standing does not change with the conversation it was taken of", () => {
  const conversation = newConversation(name, Marks.from({ next: 2, holes: [] }));
  const standing = standingOf(conversation);
  conversation.marks.take(2);
  conversation.refused.push({ number: 2, reason: RefusalReason.UNKNOWN_BODY });
  expect(standing).toEqual({ ...name, delivered: [{ first: 1, last: 1 }], refused: [], next: 2 });
});

test("the lowest number not taken is the start of the first hole, or the next number", () => {
  const holes = (first: number, last: number) =>
    firstHole(newConversation(name, Marks.from({ next: 9, holes: [{ first, last }] })));
  expect([holes(1, 3), holes(4, 4)]).toEqual([1, 4]);
  expect(firstHole(newConversation(name, Marks.from({ next: 9, holes: [] })))).toBe(9);
  expect([6, 9].map((next) => firstHole(newConversation(name, Marks.from({ begin: 6, next, holes: [] }))))).toEqual([
    6, 9,
  ]);
});

test("a number is in a range from its first to its last", () => {
  const ranges = [
    { first: 2, last: 3 },
    { first: 7, last: 7 },
  ];
  expect([1, 2, 3, 4, 7, 8].map((number) => isIn(ranges, number))).toEqual([false, true, true, false, true, false]);
});
