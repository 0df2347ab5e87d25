import { ReceiptStatus, RefusalReason } from "../gen/e3/v1/envelope_pb.ts";
import type { NumberRange } from "./number-range.ts";
import type { WireReader } from "./wire-reader.ts";
import { fixed64Bytes, lengthDelimitedBytes, smallBytes, type WireWriter } from "./wire-writer.ts";

/** What came of envelopes of one conversation (proto/e3/v1/envelope.proto, Receipt). */
export interface Receipt {
  readonly epoch: bigint;
  readonly conversation: bigint;
  /** Unspecified when it is one of a newer version. */
  readonly status: ReceiptStatus;
  readonly ranges: readonly NumberRange[];
  /** Why, when refused; unspecified when it is one of a newer version. */
  readonly reason: RefusalReason;
}

/** Bytes that writeReceipts will write. */
export function receiptsBytes(receipts: readonly Receipt[]): number {
  let bytes = 0;
  for (const receipt of receipts) bytes += lengthDelimitedBytes(receiptTag, receiptBytes(receipt));
  return bytes;
}

/** Writes the contents of the message Receipts. */
export function writeReceipts(wire: WireWriter, receipts: readonly Receipt[]): void {
  for (const receipt of receipts) {
    wire.prefix(receiptTag, receiptBytes(receipt));
    writeReceipt(wire, receipt);
  }
}

/** Reads the message Receipts that the reader has entered; a fault when receipts and ranges are more than itemsMax. */
export function readReceipts(wire: WireReader, itemsMax: number): Receipt[] {
  const receipts: Receipt[] = [];
  let itemsLeft = itemsMax;
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) {
    if (tag !== receiptTag) {
      wire.skipAbove(1, tag);
      continue;
    }
    const receipt = readReceipt(wire, itemsLeft - 1);
    itemsLeft -= 1 + receipt.ranges.length;
    if (itemsLeft < 0) wire.fail(`receipts and their ranges are more than ${itemsMax}`);
    else receipts.push(receipt);
  }
  return receipts;
}

/** Ranges after which an answer leaves: far below what a body may have (bodyItemsMax), and a frame. */
export const answerRangesMax = 512;

// Tags: field number * 8 + wire type (0 for an enum, 1 for fixed64, 2 for length-delimited).
const receiptTag = 0x0a;
const epochTag = 0x09;
const conversationTag = 0x11;
const statusTag = 0x18;
const rangeTag = 0x22;
const reasonTag = 0x28;
const firstTag = 0x09;
const lastTag = 0x11;

function receiptBytes(receipt: Receipt): number {
  let bytes = fixed64Bytes(receipt.epoch) + fixed64Bytes(receipt.conversation);
  bytes += smallBytes(statusTag, receipt.status) + smallBytes(reasonTag, receipt.reason);
  for (const range of receipt.ranges) bytes += lengthDelimitedBytes(rangeTag, rangeBytes(range));
  return bytes;
}

function rangeBytes(range: NumberRange): number {
  return fixed64Bytes(range.first) + fixed64Bytes(range.last);
}

function writeReceipt(wire: WireWriter, receipt: Receipt): void {
  wire.fixed64(epochTag, receipt.epoch);
  wire.fixed64(conversationTag, receipt.conversation);
  wire.small(statusTag, receipt.status);
  for (const range of receipt.ranges) {
    wire.prefix(rangeTag, rangeBytes(range));
    wire.number64(firstTag, range.first);
    wire.number64(lastTag, range.last);
  }
  wire.small(reasonTag, receipt.reason);
}

function readReceipt(wire: WireReader, rangesMax: number): Receipt {
  const outer = wire.enter();
  const ranges: NumberRange[] = [];
  let epoch = 0n;
  let conversation = 0n;
  let status = 0;
  let reason = 0;
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) {
    if (tag === epochTag) epoch = wire.fixed64();
    else if (tag === conversationTag) conversation = wire.fixed64();
    else if (tag === statusTag) status = wire.varint();
    else if (tag === reasonTag) reason = wire.varint();
    else if (tag !== rangeTag) wire.skipAbove(5, tag);
    else if (ranges.length < rangesMax) ranges.push(readRange(wire));
    else wire.fail("receipts and their ranges are too many");
  }
  wire.leave(outer);
  return { epoch, conversation, status: statuses.get(status) ?? 0, ranges, reason: reasons.get(reason) ?? 0 };
}

function readRange(wire: WireReader): NumberRange {
  const outer = wire.enter();
  let first = 0;
  let last = 0;
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) {
    if (tag === firstTag) first = wire.number64();
    else if (tag === lastTag) last = wire.number64();
    else wire.skipAbove(2, tag);
  }
  wire.leave(outer);
  if (first < 1 || last < first) wire.fail("a receipt has an impossible range of numbers");
  return { first, last };
}

/** The values this version knows, by number. */
const statuses: ReadonlyMap<number, ReceiptStatus> = new Map(
  [
    ...[ReceiptStatus.STORED, ReceiptStatus.DELIVERED, ReceiptStatus.REFUSED, ReceiptStatus.SETTLED],
    ...[ReceiptStatus.READ, ReceiptStatus.NOTED],
  ].map((s) => [s, s]),
);
const reasons: ReadonlyMap<number, RefusalReason> = new Map(
  [
    RefusalReason.TOO_LARGE,
    RefusalReason.MAILBOX_FULL,
    RefusalReason.NO_CUSTODY,
    RefusalReason.UNKNOWN_BODY,
    RefusalReason.NOT_A_MEMBER,
    RefusalReason.UNFIT,
  ].map((r) => [r, r]),
);
