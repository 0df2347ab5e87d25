import { expect, test } from "vitest";
import { encodeReceipts } from "../../src/core/body.ts";
import { ReceiptStatus, RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import { envelopeOf, nodeOfSeed, numbersIn, ownEpoch, parcelsIn, Room } from "./room.ts";

const line = [
  [1, 2],
  [2, 5],
] as const;

test("when all that was on its way expires, what waited behind it leaves at once", () => {
  const room = new Room({ limits: { windowCountMax: 2 } });
  room.wire(line);
  room.send(5n, ["a", "b"], { ttlMs: 100 });
  expect(numbersIn(room.send(5n, ["c"], { ttlMs: 100_000 }).sent)).toEqual([]);
  const { sent, told } = room.event(() => room.sender.due(150), 150);
  expect([told, numbersIn(sent)]).toEqual([["1 expired", "2 expired"], [3]]);
});

test("a custodian that declines is not asked again before the topology changes", () => {
  const room = new Room();
  room.wire([[1, 2]]);
  const [asked] = parcelsIn(room.send(9n, ["a"]).sent);
  const conversation = asked?.conversation ?? 0n;
  const ranges = [{ first: 1, last: 1 }];
  const refusal = { epoch: ownEpoch, conversation, status: ReceiptStatus.REFUSED, ranges };
  const body = encodeReceipts([{ ...refusal, reason: RefusalReason.MAILBOX_FULL }]);
  room.take(envelopeOf({ conversation: 0n, number: 77, destinationKeys: [nodeOfSeed(1)] }, body));
  expect(parcelsIn(room.durably(() => room.sender.due(60_000), 60_000).sent)).toEqual([]);
  expect(room.sender.nextDeadlineMs).toBeGreaterThan(60_000);
  room.wire([[1, 2]], 60_001);
  expect(parcelsIn(room.durably(() => room.sender.reroute(60_001), 60_001).sent)).toHaveLength(1);
});
