import { fromBinary } from "@bufbuild/protobuf";
import type { StoreOp } from "../../src/core/store-op.ts";
import { EnvelopeSchema } from "../../src/gen/e3/v1/envelope_pb.ts";
import { FrameSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { IdentityRecordSchema, InboxRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";

// Everything here reads bytes with the generated code alone, so that checks share no code with the core.

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
  const { body } = fromBinary(EnvelopeSchema, record.body);
  const { from, epoch, conversation } = record;
  return {
    cursor: Number(record.cursor),
    from,
    epoch,
    conversation,
    number: Number(record.number),
    missing: Number(record.missing),
    text: body.case === "text" ? body.value : "",
  };
}

/** The epoch in the identity record among these writes; undefined when it is not among them. */
export function epochOf(ops: readonly StoreOp[]): bigint | undefined {
  const op = ops.findLast(({ table, key }) => table === "meta" && key === "identity");
  return op?.value === undefined ? undefined : fromBinary(IdentityRecordSchema, op.value).epoch;
}

/** Names one message wherever it is: its origin's epoch, the conversation, its number. */
export function nameOf(message: { epoch: bigint; conversation: bigint; number: number }): string {
  return `${message.epoch}/${message.conversation}/${message.number}`;
}

/** The name in a key of the table "mailbox": epoch, conversation, target and number, sixteen hexadecimal digits each. */
export function nameInMailboxKey(key: string): string {
  const parts = [0, 16, 48].map((at) => BigInt(`0x${key.slice(at, at + 16)}`));
  return parts.join("/");
}

/** Conversation and number in a key of the table "outbox". */
export function nameInOutboxKey(epoch: bigint, key: string): string {
  return [epoch, BigInt(`0x${key.slice(0, 16)}`), BigInt(`0x${key.slice(16, 32)}`)].join("/");
}

/** What a frame is, in short, for traces. */
export function kindOf(frame: Uint8Array): string {
  return kinds[(frame[0] ?? 0) >> 3] ?? "frame";
}

// Field numbers of the oneof in Frame.
const kinds: Readonly<Record<number, string>> = {
  1: "hello",
  2: "welcome",
  3: "confirm",
  4: "adverts",
  5: "envelopes",
  6: "digest",
  7: "exchange",
  8: "ping",
  9: "pong",
  10: "goodbye",
};

/** Whether a frame is one that an idle mesh sends too: pings, and digests that only compare sums. */
export function isIdle(frame: Uint8Array): boolean {
  const kind = kindOf(frame);
  if (kind === "ping" || kind === "pong") return true;
  if (kind !== "digest") return false;
  const { frame: digest } = fromBinary(FrameSchema, frame);
  return digest.case === "digest" && digest.value.entries.length === 0 && digest.value.wanted.length === 0;
}

/** The id a Welcome assigns; 0n when it assigns none, or the frame is another one. */
export function assignedIn(frame: Uint8Array): bigint {
  if (kindOf(frame) !== "welcome") return 0n;
  const { frame: welcome } = fromBinary(FrameSchema, frame);
  return welcome.case === "welcome" ? welcome.value.assignedId : 0n;
}
