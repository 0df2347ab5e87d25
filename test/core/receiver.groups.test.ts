import { expect, test } from "vitest";
import { encodeRare, encodeReceipts, encodeText } from "../../src/core/body.ts";
import { encodeMulticast } from "../../src/core/multicast.ts";
import { RefusalReason, ReceiptStatus } from "../../src/gen/e3/v1/envelope_pb.ts";
import { logged } from "./inbox-room.ts";
import { envelopeOf, firstLane, nodeOfSeed, ownEpoch, receiptsIn, Room } from "./room.ts";

function roomWithSender(): Room {
  const room = new Room();
  room.wire([[1, 2]]);
  return room;
}

const line = { node: nodeOfSeed(1), conversation: 9n, number: 1, attempt: 1, floor: 1, begin: 0 };

/** An envelope of peer 2 for several. */
function multicast(lines: Parameters<typeof encodeMulticast>[0], body = encodeText("hi"), number = 7): Uint8Array {
  const fields = { conversation: 0n, number, destinations: [1n, 3n], destinationKeys: [nodeOfSeed(1), nodeOfSeed(3)] };
  return envelopeOf({ ...fields, floor: 0 }, encodeMulticast(lines, body));
}

test("a message for several is taken by its own line, and receipted in its own lane", () => {
  const room = roomWithSender();
  const other = { ...line, node: nodeOfSeed(3), conversation: 10n };
  const { sent } = room.take(multicast([other, line]));
  expect(receiptsIn(sent)).toMatchObject([
    { conversation: 9n, status: ReceiptStatus.DELIVERED, ranges: [{ first: 1, last: 1 }] },
  ]);
  expect(logged(room.store)).toEqual([1]);
  // Alone, on another try, it is known.
  room.take(envelopeOf({ conversation: 9n, number: 1, attempt: 2 }, encodeText("hi")));
  expect(logged(room.store)).toEqual([1]);
});

test("one that is malformed, for others, or for nothing that is numbered, is nothing", () => {
  const room = roomWithSender();
  for (const envelope of [
    multicast([{ ...line, node: nodeOfSeed(3) }]),
    multicast([{ ...line, conversation: 0n }]),
    multicast([{ ...line, number: 0, floor: 0 }]),
    multicast([{ ...line, floor: 2 }]),
    multicast([{ ...line, conversation: 2n ** 64n - 1n }]),
    envelopeOf({ conversation: 0n, number: 8 }, encodeRare("multicast", Uint8Array.of(9, 9, 9))),
  ])
    expect(receiptsIn(room.take(envelope).sent)).toEqual([]);
  expect(logged(room.store)).toEqual([]);
});

test("receipts, or an envelope for several, within one for several are no messages, and settle nothing", () => {
  const room = roomWithSender();
  const receipt = {
    epoch: 1n,
    conversation: 5n,
    status: ReceiptStatus.DELIVERED,
    reason: 0,
    ranges: [{ first: 1, last: 1 }],
  };
  for (const [index, body] of [encodeReceipts([receipt]), encodeRare("multicast", new Uint8Array())].entries()) {
    const { sent } = room.take(multicast([{ ...line, number: index + 1 }], body, index + 10));
    expect(receiptsIn(sent)[0]).toMatchObject({ status: ReceiptStatus.REFUSED, reason: RefusalReason.UNKNOWN_BODY });
  }
  expect(logged(room.store)).toEqual([]);
});

test("a refusal says why: that somebody is no member is final, and is not taken for a delivery", () => {
  const room = roomWithSender();
  const { told } = room.send(2n, ["one", "two"]);
  expect(told).toEqual(["1 accepted", "2 accepted"]);
  const receipt = { epoch: ownEpoch, conversation: firstLane };
  const refused = {
    status: ReceiptStatus.REFUSED,
    reason: RefusalReason.NOT_A_MEMBER,
    ranges: [{ first: 1, last: 1 }],
  };
  const delivered = { status: ReceiptStatus.DELIVERED, reason: 0, ranges: [{ first: 1, last: 2 }] };
  const body = encodeReceipts([
    { ...receipt, ...refused },
    { ...receipt, ...delivered },
  ]);
  const after = room.take(envelopeOf({ conversation: 0n, number: 7 }, body));
  expect(after.told).toEqual(["1 refused", "2 delivered"]);
});

test("a body that nobody here reads is refused as unknown", () => {
  const room = roomWithSender();
  const { sent } = room.take(envelopeOf({ conversation: 9n, number: 1 }, encodeRare("group", new Uint8Array())));
  expect(receiptsIn(sent)[0]).toMatchObject({ status: ReceiptStatus.REFUSED, reason: RefusalReason.UNKNOWN_BODY });
});
