import { fromBinary } from "@bufbuild/protobuf";
import { InboxRecordSchema } from "../gen/e3/v1/store_pb.ts";
import { OrderedFields } from "./ordered-fields.ts";
import { WireReader } from "./wire-reader.ts";
import { fixed64Bytes, lengthDelimitedBytes, smallBytes, WireWriter } from "./wire-writer.ts";

/** A send that is not settled, as the store keeps it (proto/e3/v1/store.proto, OutboxRecord). Numbers up to 2^53-1. */
export interface OutboxFields {
  readonly conversation: bigint;
  readonly number: number;
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
  /** Field 16 and up of the envelope, encoded. */
  readonly body: Uint8Array;
  readonly to: bigint;
  readonly boundTo: bigint;
  readonly begin: number;
}

/** A received message, as the store keeps it (InboxRecord). Numbers up to 2^53-1. */
export interface InboxFields {
  readonly cursor: number;
  readonly from: bigint;
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly number: number;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  readonly missing: number;
  readonly body: Uint8Array;
}

/** The bytes that the generated codec makes of an OutboxRecord. By hand: one is written for every send. */
export function encodeOutboxRecord(record: OutboxFields): Uint8Array {
  const { conversation, number, sentAtMs, expiresAtMs, body, to, boundTo, begin } = record;
  const wire = new WireWriter(
    fixed64Bytes(conversation) +
      fixed64Bytes(number) +
      fixed64Bytes(sentAtMs) +
      fixed64Bytes(expiresAtMs) +
      bodyBytes(outbox.body, body) +
      fixed64Bytes(to) +
      fixed64Bytes(boundTo) +
      fixed64Bytes(begin),
  );
  wire.fixed64(outbox.conversation, conversation);
  wire.number64(outbox.number, number);
  wire.number64(outbox.sentAtMs, sentAtMs);
  wire.number64(outbox.expiresAtMs, expiresAtMs);
  writeBody(wire, outbox.body, body);
  wire.fixed64(outbox.to, to);
  wire.fixed64(outbox.boundTo, boundTo);
  wire.number64(outbox.begin, begin);
  return wire.bytes;
}

/** The bytes that the generated codec makes of an InboxRecord. By hand: one is written for every message received. */
export function encodeInboxRecord(record: InboxFields): Uint8Array {
  const { cursor, from, epoch, conversation, number, sentAtMs, receivedAtMs, missing, body } = record;
  const wire = new WireWriter(
    fixed64Bytes(cursor) +
      fixed64Bytes(from) +
      fixed64Bytes(epoch) +
      fixed64Bytes(conversation) +
      fixed64Bytes(number) +
      fixed64Bytes(sentAtMs) +
      fixed64Bytes(receivedAtMs) +
      smallBytes(inbox.missing, missing) +
      bodyBytes(inbox.body, body),
  );
  wire.number64(inbox.cursor, cursor);
  wire.fixed64(inbox.from, from);
  wire.fixed64(inbox.epoch, epoch);
  wire.fixed64(inbox.conversation, conversation);
  wire.number64(inbox.number, number);
  wire.number64(inbox.sentAtMs, sentAtMs);
  wire.number64(inbox.receivedAtMs, receivedAtMs);
  wire.small(inbox.missing, missing);
  writeBody(wire, inbox.body, body);
  return wire.bytes;
}

/** An inbox record as the store gives it. The body is a view of it. @throws Error when it is not one. */
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
    body: fields.bytes(inbox.body),
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
} as const;

/** What another version wrote may hold more than this one knows. */
function generatedInboxRecord(value: Uint8Array): InboxFields {
  const { cursor, from, epoch, conversation, number, sentAtMs, receivedAtMs, missing, body } = fromBinary(
    InboxRecordSchema,
    value,
  );
  const numbers = { cursor: Number(cursor), number: Number(number), missing: Number(missing) };
  const times = { sentAtMs: Number(sentAtMs), receivedAtMs: Number(receivedAtMs) };
  return { ...numbers, ...times, from, epoch, conversation, body };
}

function bodyBytes(tag: number, body: Uint8Array): number {
  return body.length === 0 ? 0 : lengthDelimitedBytes(tag, body.length);
}

function writeBody(wire: WireWriter, tag: number, body: Uint8Array): void {
  if (body.length === 0) return;
  wire.prefix(tag, body.length);
  wire.raw(body);
}
