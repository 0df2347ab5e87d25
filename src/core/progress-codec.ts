import type { RefusalReason } from "../gen/e3/v1/envelope_pb.ts";
import type { NumberRange } from "./number-range.ts";
import { fixed64Bytes, lengthDelimitedBytes, smallBytes, WireWriter } from "./wire-writer.ts";

// The records that say how far things have got: nearly every commit has one or two of them, so they are written by hand,
// byte for byte as the generated codec does. They are read once in a life, by the generated one.

/** A lane, as the store keeps it (proto/e3/v1/store.proto, LaneRecord). Numbers up to 2^53-1. */
export interface StoredLane {
  readonly conversation: bigint;
  readonly to: bigint;
  readonly boundTo: bigint;
  readonly next: number;
  readonly retired: boolean;
  readonly begin: number;
  readonly floor: number;
  readonly group: bigint;
  readonly lamport: number;
}

/** How far a receiver has got with a conversation, as the store keeps it (MarkRecord). */
export interface StoredMarks {
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly next: number;
  readonly holes: readonly NumberRange[];
  readonly refused: readonly { readonly number: number; readonly reason: RefusalReason }[];
  readonly missing: number;
  readonly begin: number;
  readonly from: bigint;
  readonly lamport: number;
  readonly heardAtMs: number;
}

/** The bytes that the generated codec makes of a LaneRecord. */
export function encodeLaneRecord(record: StoredLane): Uint8Array {
  const { conversation, to, boundTo, next, retired, begin, floor, group, lamport } = record;
  const isRetired = retired ? 1 : 0;
  const wire = new WireWriter(
    fixed64Bytes(conversation) +
      fixed64Bytes(to) +
      fixed64Bytes(boundTo) +
      fixed64Bytes(next) +
      smallBytes(lane.retired, isRetired) +
      fixed64Bytes(begin) +
      fixed64Bytes(floor) +
      fixed64Bytes(group) +
      fixed64Bytes(lamport),
  );
  wire.fixed64(lane.conversation, conversation);
  wire.fixed64(lane.to, to);
  wire.fixed64(lane.boundTo, boundTo);
  wire.number64(lane.next, next);
  wire.small(lane.retired, isRetired);
  wire.number64(lane.begin, begin);
  wire.number64(lane.floor, floor);
  wire.fixed64(lane.group, group);
  wire.number64(lane.lamport, lamport);
  return wire.bytes;
}

/** The bytes that the generated codec makes of a MarkRecord. */
export function encodeMarkRecord(record: StoredMarks): Uint8Array {
  const { epoch, conversation, next, holes, refused, missing, begin, from, lamport, heardAtMs } = record;
  let bytes = fixed64Bytes(epoch) + fixed64Bytes(conversation) + fixed64Bytes(next) + fixed64Bytes(begin);
  bytes += fixed64Bytes(from) + fixed64Bytes(lamport) + fixed64Bytes(heardAtMs);
  for (const hole of holes) bytes += lengthDelimitedBytes(mark.holes, rangeBytes(hole));
  for (const one of refused) bytes += lengthDelimitedBytes(mark.refused, refusedBytes(one));
  const wire = new WireWriter(bytes + smallBytes(mark.missing, missing));
  wire.fixed64(mark.epoch, epoch);
  wire.fixed64(mark.conversation, conversation);
  wire.number64(mark.next, next);
  for (const hole of holes) {
    wire.prefix(mark.holes, rangeBytes(hole));
    wire.number64(range.first, hole.first);
    wire.number64(range.last, hole.last);
  }
  for (const one of refused) {
    wire.prefix(mark.refused, refusedBytes(one));
    wire.number64(refusal.number, one.number);
    wire.small(refusal.reason, one.reason);
  }
  wire.small(mark.missing, missing);
  wire.number64(mark.begin, begin);
  wire.fixed64(mark.from, from);
  wire.number64(mark.lamport, lamport);
  wire.number64(mark.heardAtMs, heardAtMs);
  return wire.bytes;
}

/** The bytes that the generated codec makes of a SentCountRecord. */
export function encodeSentCountRecord(count: { cursor: number; first: number; bytes: number }): Uint8Array {
  const { cursor, first, bytes } = count;
  const wire = new WireWriter(fixed64Bytes(cursor) + fixed64Bytes(first) + fixed64Bytes(bytes));
  wire.number64(sentCount.cursor, cursor);
  wire.number64(sentCount.first, first);
  wire.number64(sentCount.bytes, bytes);
  return wire.bytes;
}

/** The bytes that the generated codec makes of a CounterRecord. */
export function encodeCounterRecord(value: number): Uint8Array {
  const wire = new WireWriter(fixed64Bytes(value));
  wire.number64(counter.value, value);
  return wire.bytes;
}

// Field number * 8 + wire type.
const lane = {
  conversation: 0x09,
  to: 0x11,
  boundTo: 0x19,
  next: 0x21,
  retired: 0x28,
  begin: 0x31,
  floor: 0x39,
  group: 0x41,
  lamport: 0x49,
} as const;
const mark = {
  epoch: 0x09,
  conversation: 0x11,
  next: 0x19,
  holes: 0x22,
  refused: 0x2a,
  missing: 0x30,
  begin: 0x39,
  from: 0x41,
  lamport: 0x49,
  heardAtMs: 0x51,
} as const;
const range = { first: 0x09, last: 0x11 } as const;
const refusal = { number: 0x09, reason: 0x10 } as const;
const counter = { value: 0x09 } as const;
const sentCount = { cursor: 0x09, first: 0x11, bytes: 0x19 } as const;

function rangeBytes({ first, last }: NumberRange): number {
  return fixed64Bytes(first) + fixed64Bytes(last);
}

function refusedBytes({ number, reason }: StoredMarks["refused"][number]): number {
  return fixed64Bytes(number) + smallBytes(refusal.reason, reason);
}
