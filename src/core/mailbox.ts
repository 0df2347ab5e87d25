import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { RefusalReason } from "../gen/e3/v1/envelope_pb.ts";
import { MailboxRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { Effects } from "./effects.ts";
import { bodyOf, readHeader, type Header } from "./header.ts";
import type { Limits } from "./limits.ts";
import type { NumberRange } from "./number-range.ts";
import { Run, type Sized } from "./run.ts";
import { sameBytes } from "./same-bytes.ts";
import { Sequence } from "./sequence.ts";
import { key64, type StoreEntry, type StoreOp } from "./store-op.ts";

interface Kept extends Sized {
  readonly envelope: Uint8Array;
  readonly expiresAtMs: number;
}

/** Envelopes of one conversation kept for one target. */
export interface Shelf {
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly target: bigint;
  /** Id the origin had when it sent the newest of them. */
  origin: bigint;
  /** Node the origin bound the envelopes to; 0n where it had seen no holder of the target's id. */
  readonly declaredTo: bigint;
  /** Node they are bound to by now; 0n until a holder of the target id was seen. */
  boundTo: bigint;
  readonly kept: Sequence<Kept>;
  readonly run: Run;
  /** Not handed over before this time: the origin, or a better custodian, comes first. Infinity: not known yet. */
  holdUntilMs: number;
}

/**
 * Mailbox: envelopes held for peers that are away, on behalf of their senders.
 *
 *     offer ──► kept ── durable ──► confirmed to the origin
 *                │
 *                └── receipt of the target, settled by the origin, or expired ──► dropped
 *
 * Invariants
 * 1. What was confirmed is dropped only on one of those three, or when its bound copy takes its place (invariant 5).
 * 2. Over quota is refused, never evicted: counts in all, for one target, from one sender; bytes in all.
 * 3. Envelopes bound to a key are handed to no other: those bound differently stand on different shelves.
 * 4. Looking for what is past its time costs a bounded share of all time, however many expire one by one.
 * 5. An origin binds a conversation once. What it sent before that and what it sent after are copies of one message: the
 *    bound one takes the other's place.
 */
export class Mailbox {
  readonly #limits: Limits;
  readonly #shelves = new Map<string, Shelf>();
  /** By conversation and target, the newest shelf of mail that its origin bound. */
  readonly #bound = new Map<string, Shelf>();
  readonly #byConversation = new Map<string, Set<Shelf>>();
  readonly #byTarget = new Map<bigint, number>();
  readonly #bySender = new Map<bigint, number>();
  #count = 0;
  #bytes = 0;
  #expiryMs = Infinity;
  #quietUntilMs = -Infinity;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Envelopes kept. */
  get size(): number {
    return this.#count;
  }

  shelves(): IterableIterator<Shelf> {
    return this.#shelves.values();
  }

  load(entries: Iterable<StoreEntry>): void {
    for (const { value } of entries) {
      const record = fromBinary(MailboxRecordSchema, value);
      const envelope = new Uint8Array(record.envelope);
      const header = readHeader(envelope, this.#limits.destinationsMax);
      const target = typeof header === "string" ? undefined : header.destinations[0];
      if (typeof header === "string" || target === undefined) continue;
      const shelf = this.#shelfOf(header, target);
      shelf.boundTo = record.boundTo;
      this.#add(shelf, header.number, { envelope, bytes: envelope.length, expiresAtMs: Number(record.expiresAtMs) });
    }
  }

  /**
   * Takes an envelope with one destination into custody.
   * @returns undefined when it is kept (durable with the current event's commit), or why not.
   */
  offer(envelope: Uint8Array, header: Header, nowMs: number, effects: Effects): RefusalReason | undefined {
    const target = header.destinations[0];
    if (target === undefined) return RefusalReason.UNKNOWN_BODY;
    const shelf = this.#shelves.get(shelfKey(header, target));
    if (shelf?.kept.has(header.number) === true) return undefined;
    const twin = this.#twin(envelope, header, target);
    if (twin !== undefined && boundIn(header) === 0n) return undefined; // invariant 5
    const { ttlMs: ttlMaxMs, resendMaxMs, mailboxBytesMax } = this.#limits;
    const expiresAtMs = Math.floor(nowMs + Math.min(header.ttlMs, ttlMaxMs));
    const older = twin?.kept.get(header.number);
    // Whatever a stranger says of it, what is kept is not kept for less, but for what a repetition may take.
    const replaced = older !== undefined && expiresAtMs >= older.expiresAtMs - resendMaxMs ? older : undefined;
    const hasRoom =
      replaced === undefined
        ? this.#hasRoom(target, header, envelope.length)
        : this.#bytes + envelope.length - replaced.bytes <= mailboxBytesMax;
    if (!hasRoom) return RefusalReason.MAILBOX_FULL; // invariant 2
    const kept = { envelope: new Uint8Array(envelope), bytes: envelope.length, expiresAtMs };
    const home = shelf ?? this.#shelfOf(header, target);
    home.origin = header.origin;
    this.#add(home, header.number, kept);
    home.run.added(header.number);
    effects.put(recordOf(home, header.number, kept));
    if (twin !== undefined && replaced !== undefined) this.#remove(twin, header.number, nowMs, effects); // invariant 5
    return undefined;
  }

  /** The shelves of a conversation: one for each target and binding. */
  shelvesOf(epoch: bigint, conversation: bigint): readonly Shelf[] {
    return [...(this.#byConversation.get(conversationKey({ epoch, conversation })) ?? [])];
  }

  /** The target, or the origin, is done with these numbers: their copies go. */
  drop(shelf: Shelf, range: NumberRange, nowMs: number, effects: Effects): void {
    for (const number of shelf.kept.range(range.first, range.last)) this.#remove(shelf, number, nowMs, effects);
  }

  /** Drops what is past its time. */
  expire(nowMs: number, effects: Effects): void {
    if (nowMs < this.nextDeadlineMs) return;
    this.#quietUntilMs = nowMs + Math.floor(this.#count / lookedAtPerMs); // invariant 4
    this.#expiryMs = Infinity;
    for (const shelf of this.#shelves.values()) {
      for (const [number, { expiresAtMs }] of shelf.kept.entries()) {
        if (expiresAtMs <= nowMs) this.#remove(shelf, number, nowMs, effects);
        else this.#expiryMs = Math.min(this.#expiryMs, expiresAtMs);
      }
    }
  }

  /** When expire has something to do; a millisecond late for every thousand envelopes kept (invariant 4). */
  get nextDeadlineMs(): number {
    return Math.max(this.#expiryMs, this.#quietUntilMs);
  }

  /** Binds a shelf to the first holder seen of its target id. */
  bind(shelf: Shelf, node: bigint, effects: Effects): void {
    shelf.boundTo = node;
    for (const [number, kept] of shelf.kept.entries()) effects.put(recordOf(shelf, number, kept));
  }

  /** The shelf that has this very message as its origin sent it before it was bound, or after, if this is the other one. */
  #twin(envelope: Uint8Array, header: Header, target: bigint): Shelf | undefined {
    const name = keyOf(header, target);
    const other = boundIn(header) === 0n ? this.#bound.get(name) : this.#shelves.get(name + key64(0n));
    const kept = other?.kept.get(header.number);
    if (other === undefined || kept === undefined || other.origin !== header.origin) return undefined;
    return sameBytes(bodyOf(kept.envelope), bodyOf(envelope)) ? other : undefined;
  }

  #hasRoom(target: bigint, header: Header, bytes: number): boolean {
    const { mailboxCountMax, mailboxBytesMax, mailboxTargetCountMax, mailboxSenderCountMax } = this.#limits;
    if (this.#count >= mailboxCountMax || this.#bytes + bytes > mailboxBytesMax) return false;
    return (
      (this.#byTarget.get(target) ?? 0) < mailboxTargetCountMax &&
      (this.#bySender.get(header.epoch) ?? 0) < mailboxSenderCountMax
    );
  }

  #shelfOf(name: Header, target: bigint): Shelf {
    const key = shelfKey(name, target);
    const known = this.#shelves.get(key);
    if (known !== undefined) return known;
    const { epoch, conversation, origin } = name;
    const declaredTo = boundIn(name);
    // Attempts start high, so that forwarders tell a custodian's copies from the origin's own.
    const run = new Run(this.#limits, 0x8000_0000);
    const shelf = {
      epoch,
      conversation,
      target,
      origin,
      declaredTo,
      boundTo: declaredTo,
      kept: new Sequence<Kept>(),
      run,
      holdUntilMs: Infinity,
    };
    this.#shelves.set(key, shelf);
    if (declaredTo !== 0n) this.#bound.set(keyOf(name, target), shelf);
    const siblings = this.#byConversation.get(conversationKey(shelf));
    if (siblings === undefined) this.#byConversation.set(conversationKey(shelf), new Set([shelf]));
    else siblings.add(shelf);
    return shelf;
  }

  #add(shelf: Shelf, number: number, kept: Kept): void {
    shelf.kept.put(number, kept);
    this.#grow(shelf, kept.bytes, 1);
    this.#expiryMs = Math.min(this.#expiryMs, kept.expiresAtMs);
  }

  #remove(shelf: Shelf, number: number, nowMs: number, effects: Effects): void {
    const kept = shelf.kept.delete(number);
    if (kept === undefined) return;
    this.#grow(shelf, kept.bytes, -1);
    shelf.run.gone(number, kept.bytes, nowMs);
    effects.put({ table: "mailbox", key: recordKey(shelf, number), value: undefined });
    if (shelf.kept.size > 0) return;
    const name = keyOf(shelf, shelf.target);
    this.#shelves.delete(name + key64(shelf.declaredTo));
    if (this.#bound.get(name) === shelf) this.#bound.delete(name);
    const siblings = this.#byConversation.get(conversationKey(shelf));
    siblings?.delete(shelf);
    if (siblings?.size === 0) this.#byConversation.delete(conversationKey(shelf));
  }

  #grow(shelf: Shelf, bytes: number, by: 1 | -1): void {
    this.#count += by;
    this.#bytes += by * bytes;
    tally(this.#byTarget, shelf.target, by);
    tally(this.#bySender, shelf.epoch, by);
  }
}

/** Envelopes looked at in one go that are worth a millisecond without looking. */
const lookedAtPerMs = 1_000;

/** Node the envelope is bound to by its origin. */
function boundIn(header: Header): bigint {
  return header.destinationKeys[0] ?? 0n;
}

function shelfKey(header: Header, target: bigint): string {
  return keyOf(header, target) + key64(boundIn(header));
}

function tally(counts: Map<bigint, number>, key: bigint, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

interface ConversationName {
  readonly epoch: bigint;
  readonly conversation: bigint;
}

function conversationKey(name: ConversationName): string {
  return key64(name.epoch) + key64(name.conversation);
}

function keyOf(name: ConversationName, target: bigint): string {
  return conversationKey(name) + key64(target);
}

function recordKey(shelf: Shelf, number: number): string {
  return keyOf(shelf, shelf.target) + number.toString(16).padStart(16, "0") + key64(shelf.declaredTo);
}

function recordOf(shelf: Shelf, number: number, kept: Kept): StoreOp {
  const { envelope, expiresAtMs } = kept;
  const record = create(MailboxRecordSchema, { envelope, expiresAtMs: BigInt(expiresAtMs), boundTo: shelf.boundTo });
  return { table: "mailbox", key: recordKey(shelf, number), value: toBinary(MailboxRecordSchema, record) };
}
