import { expect, test } from "vitest";
import { encodeBundle, encodeCustody, encodeData, encodeReceipts, encodeText } from "../../src/core/body.ts";
import { everyone } from "../../src/core/everyone.ts";
import { ReceiptStatus, RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import { logged } from "./inbox-room.ts";
import {
  firstLane,
  envelopeOf,
  headerOf,
  nodeOfSeed,
  numbersIn,
  ownEpoch,
  parcelsIn,
  receiptsIn,
  Room,
  type RoomOptions,
} from "./room.ts";

const { DELIVERED, REFUSED, STORED, SETTLED } = ReceiptStatus;
const one = [{ first: 1, last: 1 }];

function roomWithSender(options: RoomOptions = {}): Room {
  const room = new Room(options);
  room.wire([
    [1, 2],
    [1, 3],
  ]);
  return room;
}

/** Control traffic of a peer to this one. */
function control(body: Uint8Array, origin = 2n): Uint8Array {
  return envelopeOf({ conversation: 0n, number: 7, origin }, body);
}

function receiptOf(status: ReceiptStatus, reason = RefusalReason.UNSPECIFIED, fields = {}): Uint8Array {
  return encodeReceipts([{ epoch: ownEpoch, conversation: 5n, status, ranges: one, reason, ...fields }]);
}

test("a message is receipted only once it is durable (invariant 1)", () => {
  const room = roomWithSender();
  const envelope = envelopeOf();
  expect(room.event(() => room.receiver.take(envelope, headerOf(envelope), 0)).sent).toEqual([]);
  const { sent, effects } = room.persist();
  expect(receiptsIn(sent)).toEqual([
    { epoch: 0xe2n, conversation: 1n, status: DELIVERED, ranges: one, reason: RefusalReason.UNSPECIFIED },
  ]);
  expect(effects).toContainEqual({ kind: "received", cursor: 1 });
});

test("a repeated copy that comes before the first is durable is not receipted earlier for it (invariant 1)", () => {
  const room = roomWithSender();
  for (const attempt of [1, 2]) {
    const envelope = envelopeOf({ attempt });
    expect(room.event(() => room.receiver.take(envelope, headerOf(envelope), 0)).sent).toEqual([]);
  }
  expect(receiptsIn(room.persist().sent).map(({ ranges }) => ranges)).toEqual([one, one]);
  expect(logged(room.store)).toEqual([1]);
});

test("every copy is answered, first or repeated, once per event (invariant 2)", () => {
  const room = roomWithSender();
  room.take(envelopeOf());
  const again = room.durably(() => {
    for (const number of [1, 2, 1, 3]) {
      const envelope = envelopeOf({ number });
      room.receiver.take(envelope, headerOf(envelope), 0);
    }
  });
  expect(receiptsIn(again.sent)).toMatchObject([{ status: DELIVERED, ranges: [{ first: 1, last: 3 }] }]);
  expect(receiptsIn(room.take(envelopeOf({ number: 2 })).sent)).toHaveLength(1);
});

test("an early message, and one there is no room for, gets no receipt", () => {
  const room = roomWithSender({ limits: { inboxCountMax: 1 } });
  expect(room.take(envelopeOf({ number: 2 })).sent).toEqual([]);
  room.take(envelopeOf({ number: 1, epoch: 5n }));
  expect(room.take(envelopeOf({ number: 1 })).sent).toEqual([]);
});

test("messages of a bundle count up, each is judged by itself, and one receipt answers for all", () => {
  const room = roomWithSender();
  const bodies = [encodeText("one"), Uint8Array.of(0x82, 0x01, 9), new Uint8Array(0), encodeText("four")];
  const envelope = envelopeOf({ number: 1 }, encodeBundle(bodies));
  const { sent } = room.durably(() => room.receiver.take(envelope, headerOf(envelope), 0));
  expect(receiptsIn(sent).map(({ status, ranges }) => [status, ranges[0]])).toEqual([
    [REFUSED, { first: 2, last: 2 }],
    [REFUSED, { first: 3, last: 3 }],
    [DELIVERED, { first: 1, last: 4 }],
  ]);
  expect(logged(room.store)).toEqual([1, 4]);
});

test("a malformed bundle is told and brings nothing", () => {
  const room = roomWithSender();
  const envelope = envelopeOf({}, Uint8Array.of(0xa2, 0x01, 2, 0x0a, 5));
  const { sent, effects } = room.durably(() => room.receiver.take(envelope, headerOf(envelope), 0));
  expect([sent, logged(room.store)]).toEqual([[], []]);
  expect(effects).toContainEqual(expect.objectContaining({ kind: "notice", message: "a message was malformed" }));
});

test("content of a kind it does not know, or too large, is refused, once durable, and not shown", () => {
  const room = roomWithSender();
  const large = encodeText("x".repeat(room.limits.bodyBytesMax + 9_000));
  const { sent } = room.durably(() => {
    for (const [index, body] of [encodeData("a/b", Uint8Array.of(1)), encodeCustody([]), large].entries()) {
      const envelope = envelopeOf({ number: index + 1 }, body);
      room.receiver.take(envelope, headerOf(envelope), 0);
    }
  });
  expect(receiptsIn(sent).map(({ status, reason, ranges }) => [status, reason, ranges[0]])).toEqual([
    [REFUSED, RefusalReason.UNKNOWN_BODY, { first: 2, last: 2 }],
    [REFUSED, RefusalReason.TOO_LARGE, { first: 3, last: 3 }],
    [DELIVERED, RefusalReason.UNSPECIFIED, { first: 1, last: 3 }],
  ]);
  expect(logged(room.store)).toEqual([1]);
});

test("a text of the greatest size allowed is taken", () => {
  const room = roomWithSender();
  room.take(envelopeOf({}, encodeText("x".repeat(room.limits.bodyBytesMax))));
  expect(logged(room.store)).toEqual([1]);
});

test("what is below the first number of a conversation is not receipted", () => {
  const room = roomWithSender();
  const { sent } = room.durably(() => {
    const envelope = envelopeOf({ number: 5, floor: 5, begin: 4 });
    room.receiver.take(envelope, headerOf(envelope), 0);
  });
  expect(receiptsIn(sent)).toMatchObject([{ status: DELIVERED, ranges: [{ first: 4, last: 5 }] }]);
});

test("number 0, and a floor above the number, are nonsense: nothing is logged, passed over or receipted", () => {
  const room = roomWithSender();
  expect(room.take(envelopeOf({ number: 0 })).sent).toEqual([]);
  expect(room.take(envelopeOf({ number: 3, floor: 2 ** 53 - 1 })).sent).toEqual([]);
  room.take(envelopeOf({ number: 1 }));
  expect(logged(room.store)).toEqual([1]);
});

test("what is for everyone comes as such, and not to this peer alone: it would be the only one to show it", () => {
  const room = roomWithSender();
  for (const number of [1, 2]) expect(room.take(envelopeOf({ conversation: everyone, number })).sent).toEqual([]);
  const parcel = control(encodeCustody([envelopeOf({ conversation: everyone })]), 3n);
  expect(room.take(parcel).sent.filter(({ header }) => header.conversation === everyone)).toEqual([]);
  expect([logged(room.store), room.inbox.next(0xe2n, everyone)]).toEqual([[], undefined]);
});

test("receipts settle sends, with a reason where there is one; a sender hears each outcome once", () => {
  const room = roomWithSender();
  room.send(2n, ["a", "b"]);
  const of = (status: ReceiptStatus, reason: RefusalReason, number: number) =>
    control(receiptOf(status, reason, { conversation: firstLane, ranges: [{ first: number, last: number }] }));
  expect(room.take(of(REFUSED, RefusalReason.TOO_LARGE, 1)).told).toEqual(["1 refused"]);
  expect(room.take(of(DELIVERED, 0, 1)).told).toEqual([]);
  expect(room.take(of(DELIVERED, 0, 2)).told).toEqual(["2 delivered"]);
});

test("a custodian's refusal settles nothing, nor does a word this version does not know", () => {
  const room = roomWithSender();
  room.send(5n, ["a"]);
  for (const reason of [RefusalReason.MAILBOX_FULL, RefusalReason.NO_CUSTODY, RefusalReason.UNSPECIFIED])
    expect(room.take(control(receiptOf(REFUSED, reason))).told).toEqual([]);
  for (const status of [SETTLED, ReceiptStatus.UNSPECIFIED])
    expect(room.take(control(receiptOf(status), 5n)).told).toEqual([]);
});

test("a target's refusal for a reason of a newer version is a refusal, though it says that all is dealt with, too", () => {
  const room = roomWithSender();
  room.send(2n, ["a"]);
  expect(room.take(control(receiptOf(REFUSED, RefusalReason.UNSPECIFIED))).told).toEqual(["1 refused"]);
  expect(room.take(control(receiptOf(DELIVERED))).told).toEqual([]);
});

test("a send is stored once the custodians say so", () => {
  const room = roomWithSender();
  room.send(5n, ["a"]);
  expect([2n, 2n, 3n].map((from) => room.take(control(receiptOf(STORED), from)).told)).toEqual([[], [], ["1 stored"]]);
});

test("mail in custody is shown where it is for this peer, and its custodian and its sender hear so", () => {
  const room = roomWithSender();
  const parcel = encodeCustody([1, 2].map((number) => envelopeOf({ number })));
  const { sent } = room.take(control(parcel, 3n));
  expect(logged(room.store)).toEqual([1, 2]);
  expect(sent.map(({ over }) => over).toSorted((a, b) => a - b)).toEqual([2, 3]);
  expect(receiptsIn(sent).map(({ ranges }) => ranges)).toEqual([[{ first: 1, last: 2 }], [{ first: 1, last: 2 }]]);
});

test("mail in custody for others is kept, and its sender hears so", () => {
  const room = roomWithSender();
  const { sent } = room.take(control(encodeCustody([envelopeOf({ destinations: [9n] })])));
  expect(receiptsIn(sent)).toMatchObject([{ status: STORED, ranges: one }]);
  expect([...room.mailbox.shelves()].map(({ target }) => target)).toEqual([9n]);
});

test("of a parcel, what could never be handed on is left out: no number, no conversation, empty bundles, many destinations, its own", () => {
  const room = roomWithSender();
  const strange = [
    envelopeOf({ number: 0, destinations: [9n] }),
    envelopeOf({ conversation: 0n, destinations: [9n] }),
    envelopeOf({ destinations: [9n, 8n] }),
    envelopeOf({ destinations: [] }),
    envelopeOf({ destinations: [9n], epoch: ownEpoch, origin: 1n }),
    envelopeOf({ destinations: [9n] }, encodeBundle([])),
    envelopeOf({ destinations: [9n] }, Uint8Array.of(0xa2, 0x01, 2, 0x0a, 5)),
    Uint8Array.of(1, 2, 3),
  ];
  const { sent } = room.take(control(encodeCustody([...strange, envelopeOf({ number: 4, destinations: [9n] })])));
  expect(receiptsIn(sent)).toMatchObject([{ status: STORED, ranges: [{ first: 4, last: 4 }] }]);
  expect(room.mailbox.size).toBe(1);
});

test("a parcel within a parcel, and receipts as a message, are no control traffic", () => {
  const room = roomWithSender();
  room.send(5n, ["a"]);
  const inner = envelopeOf({ conversation: 0n }, encodeCustody([envelopeOf()]));
  const disguised = envelopeOf({ number: 1 }, receiptOf(DELIVERED));
  const { told } = room.take(control(encodeCustody([inner, disguised]), 5n));
  expect([told, logged(room.store), room.mailbox.size]).toEqual([[], [], 0]);
});

test("control traffic that is malformed is noticed, and nothing else", () => {
  const room = roomWithSender();
  const { effects } = room.take(control(Uint8Array.of(0x92, 1, 2, 255, 255)));
  expect(effects).toMatchObject([{ kind: "notice", level: "warn" }]);
  expect(room.take(control(encodeText("hi"))).effects).toEqual([]);
});

test("a parcel of ten thousand epochs is answered in receipts that its sender can read", () => {
  const room = roomWithSender();
  const envelopes = Array.from({ length: 10_000 }, (_, index) => envelopeOf({ epoch: BigInt(index + 100) }));
  const { sent } = room.take(control(encodeCustody(envelopes), 2n));
  expect(receiptsIn(sent)).toHaveLength(10_000);
  expect(sent.every(({ bytes }) => bytes.length < room.limits.batchBytesMax)).toBe(true);
});

test("receipts for mail that this peer keeps reach its mailbox", () => {
  const room = roomWithSender();
  room.take(control(encodeCustody([envelopeOf({ destinations: [9n] })])));
  room.take(control(receiptOf(SETTLED, 0, { epoch: 0xe2n, conversation: 1n })));
  expect(room.mailbox.size).toBe(0);
});

test("holes are given up on only while their origin cannot be reached", () => {
  const room = roomWithSender({ limits: { gapWaitMs: 100 } });
  room.take(envelopeOf({ number: 3 }), 0);
  room.durably(() => room.receiver.giveUp(100), 100);
  expect(logged(room.store)).toEqual([]);
  room.wire([[1, 3]]);
  room.durably(() => room.receiver.giveUp(200), 200);
  expect(logged(room.store)).toEqual([3]);
});

test("a message whose sender nobody knows is shown all the same, and a made-up origin gets nothing sent by it", () => {
  const room = roomWithSender();
  const { sent } = room.take(envelopeOf({ origin: 77n }));
  expect([sent, logged(room.store)]).toEqual([[], [1]]);
  expect([numbersIn(sent), parcelsIn(sent)]).toEqual([[], []]);
});

test("a stranger's message in the name of this peer itself comes to an end", () => {
  const room = roomWithSender();
  room.take(envelopeOf({ origin: 1n }));
  expect([logged(room.store), nodeOfSeed(1) === room.roads.self]).toEqual([[1], true]);
});
