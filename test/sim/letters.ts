import { fromBinary } from "@bufbuild/protobuf";
import type { StoreEntry } from "../../src/core/store-op.ts";
import { EnvelopeSchema, type SignalKind } from "../../src/gen/e3/v1/envelope_pb.ts";
import { OutboxRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import type { SentKind } from "./ledger.ts";
import { textOf, type OutboxName } from "./records.ts";

/** What a peer sends of its own accord, or for a group: no mail from one to another. */
export interface Letter extends OutboxName {
  readonly kind: Exclude<SentKind, "mail">;
  readonly to: bigint;
  readonly text: string;
  /** What it says of a session; undefined for nothing. */
  readonly signal: { readonly kind: SignalKind; readonly session: bigint } | undefined;
  /** By its sender's clock. */
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
  /** The group, the number in it, and how many copies there are; undefined for none. */
  readonly group: { readonly id: bigint; readonly number: number; readonly recipients: number } | undefined;
}

/** Letters in a record of the table "outbox"; mail among them is left out. */
export function lettersIn(value: NonNullable<StoreEntry["value"]>): readonly Letter[] {
  const record = fromBinary(OutboxRecordSchema, value);
  return [record.body, ...record.more].flatMap((bytes, index): readonly Letter[] => {
    const envelope = fromBinary(EnvelopeSchema, bytes);
    const { body } = envelope;
    if (body.case !== "group" && body.case !== "signal") return [];
    const { conversation, to } = record;
    const name = { conversation, to, number: Number(record.number) + index, text: textOf(envelope) };
    const times = { sentAtMs: Number(record.sentAtMs), expiresAtMs: Number(record.expiresAtMs) };
    if (body.case === "signal") return [{ ...name, ...times, kind: "quiet", group: undefined, signal: body.value }];
    if (body.value.content.case === "membership")
      return [{ ...name, ...times, kind: "quiet", group: undefined, signal: undefined }];
    const { group: id, number, recipients } = body.value;
    const group = { id, number: Number(number), recipients };
    return [{ ...name, ...times, kind: "copy", group, signal: undefined }];
  });
}
