import { expect, test } from "vitest";
import { receiptsOf } from "../../src/core/standing-receipts.ts";
import { ReceiptStatus, RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";

const place = { epoch: 7n, conversation: 5n };
const { DELIVERED, REFUSED } = ReceiptStatus;

test("what was refused is told before what was delivered, whose ranges run over it", () => {
  const refused = [{ number: 2, reason: RefusalReason.TOO_LARGE }];
  const delivered = [{ first: 1, last: 3 }];
  expect(receiptsOf({ ...place, delivered, refused, next: 4 })).toEqual([
    { ...place, status: REFUSED, ranges: [{ first: 2, last: 2 }], reason: RefusalReason.TOO_LARGE },
    { ...place, status: DELIVERED, ranges: delivered, reason: RefusalReason.UNSPECIFIED },
  ]);
});

test("of nothing there is nothing to tell", () => {
  expect(receiptsOf({ ...place, delivered: [], refused: [], next: 1 })).toEqual([]);
});
