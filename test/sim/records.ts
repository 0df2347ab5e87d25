import type { Disk } from "../../src/testing/disk.ts";
import { fromBinary } from "@bufbuild/protobuf";
import type { StoreEntry, StoreOp } from "../../src/core/store-op.ts";
import { EnvelopeSchema, MemberState, type Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import {
  GroupRecordSchema,
  IdentityRecordSchema,
  InboxRecordSchema,
  LaneRecordSchema,
  MailboxRecordSchema,
  MarkRecordSchema,
  OutboxRecordSchema,
  ShelfRecordSchema,
  SpreadRecordSchema,
} from "../../src/gen/e3/v1/store_pb.ts";
import { messagesIn } from "./frame-reader.ts";

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

/** Reads a record of the table "inbox": one message, and those that follow it in there. */
export function messagesOf(value: Uint8Array): readonly InboxMessage[] {
  const { from, epoch, conversation, cursor, number, missing, body, more } = fromBinary(InboxRecordSchema, value);
  return [body, ...more].map((each, index) => ({
    cursor: Number(cursor) + index,
    from,
    epoch,
    conversation,
    number: Number(number) + index,
    missing: index === 0 ? Number(missing) : 0,
    text: textOf(fromBinary(EnvelopeSchema, each)),
  }));
}

/** How many messages are in the inbox on a disk. */
export function inboxSize(disk: Pick<Disk, "entries">): number {
  return disk.entries("inbox").reduce((sum, { value }) => sum + messagesOf(value).length, 0);
}

/** The text in an envelope, for one peer or a group; words that tell it from others when it holds none, "" when unknown. */
export function textOf({ body }: Envelope): string {
  if (body.case === "text") return body.value;
  if (body.case === "signal") return `signal ${body.value.kind} of session ${body.value.session}`;
  if (body.case !== "group") return "";
  const { content, group, sum } = body.value;
  return content.case === "text" ? content.value : `members of group ${group}, ${sum}`;
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

/** The sends in a record of the table "outbox": that which its key names, and those that follow it in there. */
export function sendsIn({ key, value }: Pick<StoreEntry, "key" | "value">): readonly OutboxName[] {
  const { more } = fromBinary(OutboxRecordSchema, value);
  const [conversation, first] = [hexAt(key, 0), Number(hexAt(key, 1))];
  return [first, ...more.map((_, index) => first + index + 1)].map((number) => ({ conversation, number }));
}

/** Sends in the outbox on a disk: those below the floor of their lane are settled, whatever stands in the records. */
export function outboxOn(disk: Pick<Disk, "entries">): readonly OutboxName[] {
  const floors = new Map(
    disk
      .entries("lanes")
      .map(({ value }) => laneOf(value))
      .map((lane) => [lane.conversation, lane.floor]),
  );
  return disk
    .entries("outbox")
    .flatMap(sendsIn)
    .filter(({ conversation, number }) => number >= (floors.get(conversation) ?? 0));
}

/** The node that a record of the table "outbox" is bound to; 0n for none. */
export function outboxBinding(value: Uint8Array): bigint {
  return fromBinary(OutboxRecordSchema, value).boundTo;
}

/** What a record of the table "lanes" says: the conversation, its binding, and below which number all is settled. */
export function laneOf(value: Uint8Array): {
  readonly conversation: bigint;
  readonly boundTo: bigint;
  readonly floor: number;
} {
  const { conversation, boundTo, floor } = fromBinary(LaneRecordSchema, value);
  return { conversation, boundTo, floor: Number(floor) };
}

/** One message wherever it is: its sender's epoch, the conversation, its number. */
export interface MessageName extends OutboxName {
  readonly epoch: bigint;
}

/**
 * What a key of the table "mailbox" names: epoch, conversation, target and number, sixteen hexadecimal digits each. In the
 * record may be more messages, which follow that one.
 */
export function inMailboxKey(key: string): MessageName {
  return { epoch: hexAt(key, 0), conversation: hexAt(key, 1), number: Number(hexAt(key, 3)) };
}

/** Mail that is kept for somebody. */
export interface KeptMail {
  /** With one message, or several that follow one another. */
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

/** The node that a record of the table "mailbox" says its mail was bound to when it was written; 0n for none. */
export function mailBinding(value: Uint8Array): bigint {
  return fromBinary(MailboxRecordSchema, value).boundTo;
}

/** The node that a record of the table "shelves" says its mail is bound to. */
export function shelfBinding(value: Uint8Array): bigint {
  return fromBinary(ShelfRecordSchema, value).boundTo;
}

/** What the keys of the tables "mailbox" and "shelves" begin with: the epoch and the conversation. */
export function conversationKeyOf({ epoch, conversation }: Omit<MessageName, "number">): string {
  return epoch.toString(16).padStart(16, "0") + conversation.toString(16).padStart(16, "0");
}

/** Reads a record of the table "spread": a message for everyone, and until when it is kept by the clock of its keeper. */
export function spreadOf(value: Uint8Array): { readonly envelope: Envelope; readonly expiresAtMs: number } {
  const { envelope, expiresAtMs } = fromBinary(SpreadRecordSchema, value);
  return { envelope: fromBinary(EnvelopeSchema, envelope), expiresAtMs: Number(expiresAtMs) };
}

const counts = new WeakMap<Uint8Array, number>();

/** How many messages are in a record of the table "mailbox". */
export function keptCount(value: Uint8Array): number {
  const count = counts.get(value) ?? messagesIn(keptOf(value).envelope).length;
  counts.set(value, count);
  return count;
}

/** How many messages are in the mailbox on a disk. */
export function mailboxSize(disk: Pick<Disk, "entries">): number {
  return disk.entries("mailbox").reduce((sum, { value }) => sum + keptCount(value), 0);
}

/** How far a receiver has got with a conversation. */
export interface StoredMark {
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly next: number;
  readonly holes: readonly { readonly first: number; readonly last: number }[];
  readonly missing: number;
  /** Numbers that the receiver would not take. */
  readonly refused: readonly number[];
}

/** Reads a record of the table "marks". */
export function markOf(value: Uint8Array): StoredMark {
  const { epoch, conversation, next, holes, missing, refused } = fromBinary(MarkRecordSchema, value);
  const ranges = holes.map(({ first, last }) => ({ first: Number(first), last: Number(last) }));
  const numbers = refused.map(({ number }) => Number(number));
  return { epoch, conversation, next: Number(next), holes: ranges, missing: Number(missing), refused: numbers };
}

/** Whether the number was taken, or given up for good. */
export function isPassed({ next, holes }: Pick<StoredMark, "next" | "holes">, number: number): boolean {
  return number < next && !holes.some(({ first, last }) => first <= number && number <= last);
}

/** A group, as a disk has it. */
export interface StoredGroup {
  readonly id: bigint;
  readonly members: readonly { readonly id: bigint; readonly version: number; readonly state: string }[];
}

/** Reads a record of the table "groups". */
export function groupOf(value: Uint8Array): StoredGroup {
  const { id, membership } = fromBinary(GroupRecordSchema, value);
  const members = (membership?.members ?? []).map(({ id: member, version, state }) => ({
    id: member,
    version,
    state: MemberState[state].toLowerCase(),
  }));
  return { id, members };
}

/** The number in a key that has `at` others before it. */
function hexAt(key: string, at: number): bigint {
  return BigInt(`0x${key.slice(16 * at, 16 * at + 16)}`);
}
