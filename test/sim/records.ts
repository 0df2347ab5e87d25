import type { Disk } from "../../src/testing/disk.ts";
import { fromBinary } from "@bufbuild/protobuf";
import type { StoreOp } from "../../src/core/store-op.ts";
import { EnvelopeSchema, type Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import {
  IdentityRecordSchema,
  InboxRecordSchema,
  LaneRecordSchema,
  MailboxRecordSchema,
  MarkRecordSchema,
  OutboxRecordSchema,
} from "../../src/gen/e3/v1/store_pb.ts";

// Everything here reads what is on a disk with the generated code alone, so that checks share no code with the core.

/** One message of an inbox log. */
export interface InboxMessage {
  readonly cursor: number;
  readonly from: bigint;
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly number: number;
  readonly missing: number;
  readonly text: string;
}

/** Reads a record of the table "inbox". */
export function messageOf(value: Uint8Array): InboxMessage {
  const record = fromBinary(InboxRecordSchema, value);
  const { from, epoch, conversation } = record;
  return {
    cursor: Number(record.cursor),
    from,
    epoch,
    conversation,
    number: Number(record.number),
    missing: Number(record.missing),
    text: textOf(fromBinary(EnvelopeSchema, record.body)),
  };
}

/** The text in an envelope; "" when there is something else in it. */
export function textOf({ body }: Envelope): string {
  return body.case === "text" ? body.value : "";
}

/** Who a peer is, as its disk says. */
export interface StoredIdentity {
  readonly id: bigint;
  readonly assignedId: bigint;
  readonly epoch: bigint;
}

/** Reads the record "identity" of the table "meta". */
export function identityOf(value: Uint8Array): StoredIdentity {
  const { id, assignedId, epoch } = fromBinary(IdentityRecordSchema, value);
  return { id, assignedId, epoch };
}

/** The identity record on a disk, or its copy where the first is damaged; undefined when there is none. */
export function identityOn(disk: Pick<Disk, "get">): Uint8Array | undefined {
  return disk.get("meta", "identity") ?? disk.get("meta", "identity-copy");
}

/** The epoch in the identity record among these writes; undefined when it is not among them. */
export function epochOf(ops: readonly StoreOp[]): bigint | undefined {
  const op = ops.findLast(({ table, key }) => table === "meta" && key === "identity");
  return op?.value === undefined ? undefined : identityOf(op.value).epoch;
}

/** One message within the epoch of its sender. */
export interface OutboxName {
  readonly conversation: bigint;
  readonly number: number;
}

/** What a key of the table "outbox" names: conversation and number, sixteen hexadecimal digits each. */
export function inOutboxKey(key: string): OutboxName {
  return { conversation: hexAt(key, 0), number: Number(hexAt(key, 1)) };
}

/** The node that a record of the table "outbox" is bound to; 0n for none. */
export function outboxBinding(value: Uint8Array): bigint {
  return fromBinary(OutboxRecordSchema, value).boundTo;
}

/** The conversation and the binding of a record of the table "lanes". */
export function laneOf(value: Uint8Array): { readonly conversation: bigint; readonly boundTo: bigint } {
  const { conversation, boundTo } = fromBinary(LaneRecordSchema, value);
  return { conversation, boundTo };
}

/** One message wherever it is: its sender's epoch, the conversation, its number. */
export interface MessageName extends OutboxName {
  readonly epoch: bigint;
}

/** What a key of the table "mailbox" names: epoch, conversation, target and number, sixteen hexadecimal digits each. */
export function inMailboxKey(key: string): MessageName {
  return { epoch: hexAt(key, 0), conversation: hexAt(key, 1), number: Number(hexAt(key, 3)) };
}

/** Mail that is kept for somebody. */
export interface KeptMail {
  readonly envelope: Envelope;
  /** By the clock of its keeper. */
  readonly expiresAtMs: number;
  readonly boundTo: bigint;
}

/** Reads a record of the table "mailbox". */
export function keptOf(value: Uint8Array): KeptMail {
  const { envelope, expiresAtMs, boundTo } = fromBinary(MailboxRecordSchema, value);
  return { envelope: fromBinary(EnvelopeSchema, envelope), expiresAtMs: Number(expiresAtMs), boundTo };
}

/** How far a receiver has got with a conversation. */
export interface StoredMark {
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly next: number;
  readonly holes: readonly { readonly first: number; readonly last: number }[];
  readonly missing: number;
}

/** Reads a record of the table "marks". */
export function markOf(value: Uint8Array): StoredMark {
  const { epoch, conversation, next, holes, missing } = fromBinary(MarkRecordSchema, value);
  const ranges = holes.map(({ first, last }) => ({ first: Number(first), last: Number(last) }));
  return { epoch, conversation, next: Number(next), holes: ranges, missing: Number(missing) };
}

/** The number in a key that has `at` others before it. */
function hexAt(key: string, at: number): bigint {
  return BigInt(`0x${key.slice(16 * at, 16 * at + 16)}`);
}
