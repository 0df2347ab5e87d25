import { bodyFields, decodeBody, type Body } from "../core/body.ts";
import { everyone } from "../core/everyone.ts";
import { decodeGroupLetter, type GroupLetter } from "../core/group-codec.ts";
import { bodyFieldOf } from "../core/header.ts";
import { lamportOf } from "../core/preface.ts";
import { decodeInboxRecord, decodeSentRecord, type InboxFields } from "../core/record-codec.ts";
import type { ReadPlace } from "../core/read-marks.ts";
import { key64 } from "../core/store-op.ts";
import type { Store } from "../ports/store.ts";
import type { Place } from "./history-place.ts";

/** A message that was sent or received, as it is kept. */
export interface Spoken {
  readonly kind: "direct" | "group" | "everyone";
  /** The conversation: id of the other peer or of the group, or the name of what is for everyone. */
  readonly with: bigint;
  readonly from: bigint;
  readonly place: Place;
  /** With what stands before it; a view of the record. */
  readonly body: Uint8Array;
  readonly sentAtMs: number;
  /** Undefined for what this peer sent itself. */
  readonly receivedAtMs: number | undefined;
  /** In the inbox; 0 for what this peer sent itself. */
  readonly cursor: number;
  readonly missing: number;
  readonly unordered: boolean;
}

/** Where to look, and how far. */
export interface Kept {
  readonly store: Pick<Store, "read">;
  /** Cursor of the newest message received that is durable. */
  readonly cursor: bigint;
  /** Lets the peer do what else there is to do; rejects when there is no point in going on. */
  readonly pause: () => Promise<void>;
}

/** Records read from the store at a time. */
const recordsMax = 64;

/** Bytes of records between two pauses: some milliseconds' work, so that pings are answered meanwhile. */
const pauseBytes = 262_144;

/**
 * All messages of a conversation that are kept, or of all conversations: those received in the order of their arrival, then
 * those sent in theirs. Holds a few records at a time.
 *
 * @throws E3Error "store-failed", and what pause rejects with.
 */
export async function* scan(kept: Kept, conversation?: bigint): AsyncGenerator<Spoken> {
  const last = key64(kept.cursor);
  for await (const value of records(kept, "inbox", last)) yield* received(value, conversation);
  for await (const value of records(kept, "sent")) yield* sent(value, conversation);
}

/** Where the message at a cursor of the inbox stands, in the record that has it; undefined when the record does not. */
export function placeAt(value: Uint8Array, cursor: number): ReadPlace | undefined {
  const record = decodeInboxRecord(value);
  const index = cursor - record.cursor;
  const body = record.bodies[index];
  if (body === undefined) return undefined;
  const { from, epoch, conversation } = record;
  const { kind, with: name, place } = receivedAt(record, index, body);
  return { from, epoch, conversation, group: kind === "group" ? name : 0n, number: place.number };
}

/** What a message says. @returns undefined for what people do not say, or what no version knows. */
export function contentOf(encoded: Uint8Array): Extract<Body, { readonly kind: "text" | "data" }> | undefined {
  const body = decodeBody(encoded);
  if (typeof body === "string") return undefined;
  if (body.kind === "text" || body.kind === "data") return body;
  const content = body.kind === "group" ? decodeGroupLetter(body.bytes)?.content : undefined;
  if (content?.case === "text") return { kind: "text", text: content.value };
  return content?.case === "data" ? { kind: "data", ...content.value } : undefined;
}

async function* records({ store, pause }: Kept, table: "inbox" | "sent", last?: string): AsyncGenerator<Uint8Array> {
  let after: string | undefined;
  let bytes = 0;
  for (;;) {
    const entries = await store.read(table, after, recordsMax);
    for (const { key, value } of entries) {
      if (last !== undefined && key > last) return;
      bytes += value.length;
      yield value;
    }
    after = entries.at(-1)?.key;
    if (after === undefined) return;
    if (bytes < pauseBytes) continue;
    bytes = 0;
    await pause();
  }
}

function* received(value: Uint8Array, wanted: bigint | undefined): Generator<Spoken> {
  const record = decodeInboxRecord(value);
  if (wanted === everyone && record.conversation !== everyone) return;
  for (const [index, body] of record.bodies.entries()) {
    const spoken = receivedAt(record, index, body);
    if (wanted === undefined || spoken.with === wanted) yield spoken;
  }
}

function receivedAt(record: InboxFields, index: number, body: Uint8Array): Spoken {
  const { from, epoch, conversation, sentAtMs, receivedAtMs } = record;
  const letter = conversation === everyone ? undefined : letterIn(body);
  const number = letter?.number ?? record.number + index;
  const place = { lamport: lamportOf(body, number), epoch, number, lane: letter?.group ?? conversation };
  const [missing, unordered] = index === 0 ? [record.missing, record.unordered] : [0, false];
  const rest = { from, place, body, sentAtMs, receivedAtMs, cursor: record.cursor + index, missing, unordered };
  if (letter !== undefined) return { kind: "group", with: letter.group, ...rest };
  return conversation === everyone
    ? { kind: "everyone", with: everyone, ...rest }
    : { kind: "direct", with: from, ...rest };
}

function* sent(value: Uint8Array, wanted: bigint | undefined): Generator<Spoken> {
  const { to, from, epoch, conversation, sentAtMs, ...record } = decodeSentRecord(value);
  const name = to === 0n ? everyone : to;
  // What it sent to itself it received, too.
  if ((wanted !== undefined && name !== wanted) || to === from) return;
  for (const [index, body] of record.bodies.entries()) {
    const field = bodyFieldOf(body);
    if (field === bodyFields.signal) continue;
    const kind = to === 0n ? "everyone" : field === bodyFields.group ? "group" : "direct";
    const number = record.number + index;
    const place = { lamport: lamportOf(body, number), epoch, number, lane: conversation };
    const rest = { receivedAtMs: undefined, cursor: 0, missing: 0, unordered: false };
    yield { kind, with: name, from, place, body, sentAtMs, ...rest };
  }
}

/** The letter in the body of a message to a group; nothing else is decoded, as most need not be. */
function letterIn(encoded: Uint8Array): GroupLetter | undefined {
  if (bodyFieldOf(encoded) !== bodyFields.group) return undefined;
  const body = decodeBody(encoded);
  return typeof body !== "string" && body.kind === "group" ? decodeGroupLetter(body.bytes) : undefined;
}
