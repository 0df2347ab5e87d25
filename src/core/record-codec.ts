import { fromBinary } from "@bufbuild/protobuf";
import { InboxRecordSchema, SentRecordSchema } from "../gen/e3/v1/store_pb.ts";
import { OrderedFields } from "./ordered-fields.ts";
import { WireReader } from "./wire-reader.ts";
import { fixed64Bytes, lengthDelimitedBytes, smallBytes, WireWriter } from "./wire-writer.ts";

/** Sends that are not settled, as the store keeps them (proto/e3/v1/store.proto, OutboxRecord). Numbers up to 2^53-1. */
export interface OutboxFields {
  readonly conversation: bigint;
  /** Of the first; the others count up. */
  readonly number: number;
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
  /** One or more: field 16 and up of the envelope of each, encoded. */
  readonly bodies: readonly Uint8Array[];
  readonly to: bigint;
  readonly boundTo: bigint;
  readonly begin: number;
  readonly group: bigint;
}

/** Received messages, as the store keeps them (InboxRecord). Numbers up to 2^53-1. */
export interface InboxFields {
  /** Of the first, as is the number; the others count up. */
  readonly cursor: number;
  readonly from: bigint;
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly number: number;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** Before the first. */
  readonly missing: number;
  /** One or more. */
  readonly bodies: readonly Uint8Array[];
  /** The first was logged before something that its sender had seen. */
  readonly unordered: boolean;
}

/** What this peer said, as the store keeps it (SentRecord). Numbers up to 2^53-1. */
export interface SentFields {
  /** Of the first, as is the number; the others count up. */
  readonly cursor: number;
  /** 0n for everyone. */
  readonly to: bigint;
  readonly from: bigint;
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly number: number;
  readonly sentAtMs: number;
  /** One or more. */
  readonly bodies: readonly Uint8Array[];
}

/** The bytes that the generated codec makes of an OutboxRecord. By hand: one is written for most sends. */
export function encodeOutboxRecord(record: OutboxFields): Uint8Array {
  const { conversation, number, sentAtMs, expiresAtMs, bodies, to, boundTo, begin, group } = record;
  const wire = new WireWriter(
    fixed64Bytes(conversation) +
      fixed64Bytes(number) +
      fixed64Bytes(sentAtMs) +
      fixed64Bytes(expiresAtMs) +
      bodiesBytes(bodies) +
      fixed64Bytes(to) +
      fixed64Bytes(boundTo) +
      fixed64Bytes(begin) +
      fixed64Bytes(group),
  );
  wire.fixed64(outbox.conversation, conversation);
  wire.number64(outbox.number, number);
  wire.number64(outbox.sentAtMs, sentAtMs);
  wire.number64(outbox.expiresAtMs, expiresAtMs);
  writeFirst(wire, outbox.body, bodies);
  wire.fixed64(outbox.to, to);
  wire.fixed64(outbox.boundTo, boundTo);
  wire.number64(outbox.begin, begin);
  writeMore(wire, outbox.more, bodies);
  wire.fixed64(outbox.group, group);
  return wire.bytes;
}

/** The bytes that the generated codec makes of an InboxRecord. By hand: one is written for most messages received. */
export function encodeInboxRecord(record: InboxFields): Uint8Array {
  const { cursor, from, epoch, conversation, number, sentAtMs, receivedAtMs, missing, bodies, unordered } = record;
  const wire = new WireWriter(
    fixed64Bytes(cursor) +
      fixed64Bytes(from) +
      fixed64Bytes(epoch) +
      fixed64Bytes(conversation) +
      fixed64Bytes(number) +
      fixed64Bytes(sentAtMs) +
      fixed64Bytes(receivedAtMs) +
      smallBytes(inbox.missing, missing) +
      bodiesBytes(bodies) +
      smallBytes(inbox.unordered, Number(unordered)),
  );
  wire.number64(inbox.cursor, cursor);
  wire.fixed64(inbox.from, from);
  wire.fixed64(inbox.epoch, epoch);
  wire.fixed64(inbox.conversation, conversation);
  wire.number64(inbox.number, number);
  wire.number64(inbox.sentAtMs, sentAtMs);
  wire.number64(inbox.receivedAtMs, receivedAtMs);
  wire.small(inbox.missing, missing);
  writeFirst(wire, inbox.body, bodies);
  writeMore(wire, inbox.more, bodies);
  wire.small(inbox.unordered, Number(unordered));
  return wire.bytes;
}

/** The bytes that the generated codec makes of a SentRecord. By hand: one is written for most sends. */
export function encodeSentRecord(record: SentFields): Uint8Array {
  const { cursor, to, from, epoch, conversation, number, sentAtMs, bodies } = record;
  const wire = new WireWriter(
    fixed64Bytes(cursor) +
      fixed64Bytes(to) +
      fixed64Bytes(from) +
      fixed64Bytes(epoch) +
      fixed64Bytes(conversation) +
      fixed64Bytes(number) +
      fixed64Bytes(sentAtMs) +
      bodiesBytes(bodies),
  );
  wire.number64(sent.cursor, cursor);
  wire.fixed64(sent.to, to);
  wire.fixed64(sent.from, from);
  wire.fixed64(sent.epoch, epoch);
  wire.fixed64(sent.conversation, conversation);
  wire.number64(sent.number, number);
  wire.number64(sent.sentAtMs, sentAtMs);
  writeFirst(wire, sent.body, bodies);
  writeMore(wire, sent.more, bodies);
  return wire.bytes;
}

/** A record of what was said, as the store gives it. @throws Error when it is not one. */
export function decodeSentRecord(value: Uint8Array): SentFields {
  const { cursor, number, sentAtMs, body, more, to, from, epoch, conversation } = fromBinary(SentRecordSchema, value);
  const numbers = { cursor: Number(cursor), number: Number(number), sentAtMs: Number(sentAtMs) };
  return { ...numbers, to, from, epoch, conversation, bodies: [body, ...more] };
}

/** An inbox record as the store gives it. The bodies are views of it. @throws Error when it is not one. */
export function decodeInboxRecord(value: Uint8Array): InboxFields {
  const wire = new WireReader(value);
  const fields = new OrderedFields(wire);
  const record = {
    cursor: fields.number64(inbox.cursor),
    from: fields.fixed64(inbox.from),
    epoch: fields.fixed64(inbox.epoch),
    conversation: fields.fixed64(inbox.conversation),
    number: fields.number64(inbox.number),
    sentAtMs: fields.number64(inbox.sentAtMs),
    receivedAtMs: fields.number64(inbox.receivedAtMs),
    missing: fields.varint(inbox.missing),
    bodies: readBodies(fields),
    unordered: fields.varint(inbox.unordered) !== 0,
  };
  fields.end();
  return wire.fault === "" ? record : generatedInboxRecord(value);
}

/** Field number * 8 + wire type. */
const outbox = {
  conversation: 0x09,
  number: 0x11,
  sentAtMs: 0x19,
  expiresAtMs: 0x21,
  body: 0x2a,
  to: 0x31,
  boundTo: 0x39,
  begin: 0x41,
  more: 0x4a,
  group: 0x51,
} as const;
const inbox = {
  cursor: 0x09,
  from: 0x11,
  epoch: 0x19,
  conversation: 0x21,
  number: 0x29,
  sentAtMs: 0x31,
  receivedAtMs: 0x39,
  missing: 0x40,
  body: 0x4a,
  more: 0x52,
  unordered: 0x58,
} as const;

const sent = {
  cursor: 0x09,
  to: 0x11,
  from: 0x19,
  epoch: 0x21,
  conversation: 0x29,
  number: 0x31,
  sentAtMs: 0x39,
  body: 0x42,
  more: 0x4a,
} as const;

/** What an inbox record takes on top of its first body, at most: seven fixed numbers, what is missing, tag and length, a mark. */
export const inboxRecordBytesMax = 82;

/** What another version wrote may hold more than this one knows. */
function generatedInboxRecord(value: Uint8Array): InboxFields {
  const record = fromBinary(InboxRecordSchema, value);
  const { cursor, from, epoch, conversation, number, sentAtMs, receivedAtMs, missing, body, more, unordered } = record;
  const numbers = { cursor: Number(cursor), number: Number(number), missing: Number(missing) };
  const times = { sentAtMs: Number(sentAtMs), receivedAtMs: Number(receivedAtMs) };
  return { ...numbers, ...times, from, epoch, conversation, unordered, bodies: [body, ...more] };
}

function readBodies(fields: OrderedFields): readonly Uint8Array[] {
  const bodies = [fields.bytes(inbox.body)];
  while (fields.has(inbox.more)) bodies.push(fields.value());
  return bodies;
}

// The first body is a field of its own, left out where it is empty; the others are as long a list as there are.

function bodiesBytes(bodies: readonly Uint8Array[]): number {
  let bytes = 0;
  // The tags of all these fields take one byte.
  for (const [index, body] of bodies.entries())
    if (index > 0 || body.length > 0) bytes += lengthDelimitedBytes(outbox.body, body.length);
  return bytes;
}

function writeFirst(wire: WireWriter, tag: number, [body]: readonly Uint8Array[]): void {
  if (body !== undefined && body.length > 0) writeBody(wire, tag, body);
}

function writeMore(wire: WireWriter, tag: number, bodies: readonly Uint8Array[]): void {
  for (let index = 1; index < bodies.length; index += 1) {
    const body = bodies[index];
    if (body !== undefined) writeBody(wire, tag, body);
  }
}

function writeBody(wire: WireWriter, tag: number, body: Uint8Array): void {
  wire.prefix(tag, body.length);
  wire.raw(body);
}
