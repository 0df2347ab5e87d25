import { ReceiptStatus, RefusalReason } from "../gen/e3/v1/envelope_pb.ts";
import type { Standing } from "./conversation.ts";
import type { Receipt } from "./receipts.ts";

/** The receipts that say where a conversation stands. */
export function receiptsOf({ epoch, conversation, delivered, refused }: Standing): Receipt[] {
  // Refusals come first: the ranges of what was delivered run over them.
  const receipts: Receipt[] = refused.map(({ number, reason }) => {
    return { epoch, conversation, status: ReceiptStatus.REFUSED, ranges: [{ first: number, last: number }], reason };
  });
  if (delivered.length > 0) {
    receipts.push({
      epoch,
      conversation,
      status: ReceiptStatus.DELIVERED,
      ranges: delivered,
      reason: RefusalReason.UNSPECIFIED,
    });
  }
  return receipts;
}
