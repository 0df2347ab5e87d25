import { RefusalReason } from "../gen/e3/v1/envelope_pb.ts";
import type { Effects } from "./effects.ts";
import { formerOf, needed, type Former } from "./former.ts";
import { bundleItemsMax } from "./body.ts";
import { readHeader, type Header } from "./header.ts";
import { finish, keep, overlap, readMail, reopen, without, type Kept, type Mail } from "./kept.ts";
import type { Limits } from "./limits.ts";
import { bindingsIn, bindingsOf, conversationKey, deletionOf, mailOf, recordOf, shelfName } from "./mailbox-records.ts";
import type { NumberRange } from "./number-range.ts";
import { handOverRun } from "./parcels.ts";
import { Sequence } from "./sequence.ts";
import { touching, type Shelf } from "./shelf.ts";
import { key64, type StoreEntry } from "./store-op.ts";

/** What became of mail that was offered. */
export interface Offered {
  /** The numbers of which this is said; what is left out is to be offered again. */
  readonly ranges: readonly NumberRange[];
  /** Why they are not kept; undefined when they are, durable with the current event's commit. */
  readonly refusal: RefusalReason | undefined;
}

/**
 * Mailbox: mail held for peers that are away, on behalf of their senders.
 *
 *     offer ──► kept ── durable ──► confirmed to the origin
 *                │
 *                └── receipt of the target, settled by the origin, or expired ──► dropped
 *
 * Invariants
 * 1. What was confirmed is dropped only on one of those three, or when its bound copy takes its place (invariant 5); and
 *    none of several messages in an envelope goes for another's sake.
 * 2. Over quota is refused, never evicted: messages in all, for one target, from one sender; bytes in all.
 * 3. Envelopes bound to a key are handed to no other: those bound differently stand on different shelves. What its
 *    origin did not bind is kept without the messages that are done with, also on the disk.
 * 4. Looking for what is past its time costs a bounded share of all time, however many expire one by one.
 * 5. An origin binds a conversation once. What it sent before that and what it sent after are copies of one message: the
 *    bound one takes the other's place.
 * 6. An envelope is one record, however many messages it has, and what is left of it once some are done with (invariant 3)
 *    one for each run of them; no message stands on a shelf twice: of what is kept in part that part is confirmed, and
 *    the rest comes again by itself.
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

  /** Messages kept. */
  get size(): number {
    return this.#count;
  }

  shelves(): IterableIterator<Shelf> {
    return this.#shelves.values();
  }

  /**
   * @param bindings to whom shelves were bound here. Where damage took one record of a binding, it is written anew; where it
   * took all of the shelf's mail, the binding is removed.
   */
  load(entries: Iterable<StoreEntry>, bindings: Iterable<StoreEntry>, effects: Effects): void {
    for (const { value } of entries) {
      const record = mailOf(value);
      const header = readHeader(record.envelope, this.#limits.destinationsMax);
      const mail = typeof header === "string" ? undefined : readMail(record.envelope, header, bundleItemsMax);
      if (mail === undefined) continue;
      const shelf = this.#shelfOf(mail);
      if (record.boundTo !== 0n) shelf.boundTo = record.boundTo;
      this.#add(shelf, keep(mail, Number(record.expiresAtMs)));
    }
    for (const [name, { boundTo, isWhole }] of bindingsIn(bindings)) {
      const shelf = this.#shelves.get(name + key64(0n));
      if (shelf !== undefined) shelf.boundTo = boundTo;
      if (shelf !== undefined && isWhole) continue;
      for (const op of bindingsOf(name, shelf?.boundTo)) effects.put(op);
    }
  }

  /** Takes mail into custody. */
  offer(mail: Mail, nowMs: number, effects: Effects): Offered {
    const { header, target, numbers } = mail;
    const shelf = this.#shelves.get(shelfKey(header, target));
    const known = shelf === undefined ? [] : kept(shelf, numbers);
    const other = this.#other(mail);
    const copies = other === undefined || known.length > 0 ? [] : formerOf(other, mail);
    if (boundIn(header) === 0n) for (const copy of copies) known.push(...needed(copy)); // invariant 5
    if (known.length > 0) return { ranges: known, refusal: undefined }; // invariant 6
    const { ttlMs: ttlMaxMs, resendMaxMs } = this.#limits;
    const expiresAtMs = Math.floor(nowMs + Math.min(header.ttlMs, ttlMaxMs));
    // Whatever a stranger says of it, what is kept is not kept for less, but for what a repetition may take.
    const former = copies.filter((copy) => expiresAtMs >= copy.kept.expiresAtMs - resendMaxMs);
    const hasRoom = this.#hasRoom(mail, former);
    if (!hasRoom) return { ranges: [numbers], refusal: RefusalReason.MAILBOX_FULL }; // invariant 2
    const home = shelf ?? this.#shelfOf(mail);
    const fresh = keep(mail, expiresAtMs);
    home.origin = header.origin;
    this.#add(home, fresh);
    home.run.added(fresh.first);
    effects.put(recordOf(home, fresh));
    for (const { shelf: before, kept: one, ranges } of former) this.#finish(before, { one, ranges }, nowMs, effects); // invariant 5
    return { ranges: [numbers], refusal: undefined };
  }

  /** The shelves of a conversation: one for each target and binding. */
  shelvesOf(epoch: bigint, conversation: bigint): readonly Shelf[] {
    return [...(this.#byConversation.get(conversationKey({ epoch, conversation })) ?? [])];
  }

  /**
   * The target, or the origin, is done with these numbers: their copies go, each with the last of its envelope.
   * @returns whether any was kept.
   */
  drop(shelf: Shelf, range: NumberRange, nowMs: number, effects: Effects): boolean {
    let isKept = false;
    for (const one of touching(shelf, range)) {
      isKept = true;
      this.#finish(shelf, { one, ranges: [range] }, nowMs, effects);
    }
    return isKept;
  }

  /** Drops what is past its time. */
  expire(nowMs: number, effects: Effects): void {
    if (nowMs < this.nextDeadlineMs) return;
    this.#quietUntilMs = nowMs + Math.floor(this.#count / lookedAtPerMs); // invariant 4
    this.#expiryMs = Infinity;
    for (const shelf of this.#shelves.values()) {
      for (const one of shelf.kept.values()) {
        if (one.expiresAtMs <= nowMs) this.#remove(shelf, one, nowMs, effects);
        else this.#expiryMs = Math.min(this.#expiryMs, one.expiresAtMs);
      }
    }
  }

  /** When expire has something to do; a millisecond late for every thousand messages kept (invariant 4). */
  get nextDeadlineMs(): number {
    return Math.max(this.#expiryMs, this.#quietUntilMs);
  }

  /** Binds a shelf to the first holder seen of its target id: one write, however much is on it. */
  bind(shelf: Shelf, node: bigint, effects: Effects): void {
    shelf.boundTo = node;
    for (const op of bindingsOf(shelfName(shelf, shelf.target), node)) effects.put(op);
  }

  /** The shelf of what this origin sent in this conversation before it was bound; or after, if this mail is the other one. */
  #other({ header, target }: Mail): Shelf | undefined {
    const name = shelfName(header, target);
    const other = boundIn(header) === 0n ? this.#bound.get(name) : this.#shelves.get(name + key64(0n));
    return other?.origin === header.origin ? other : undefined;
  }

  #hasRoom({ envelope, header, target, numbers }: Mail, former: readonly Former[]): boolean {
    const { mailboxCountMax, mailboxBytesMax, mailboxTargetCountMax, mailboxSenderCountMax } = this.#limits;
    let [count, bytes] = [numbers.last - numbers.first + 1, envelope.length];
    for (const { kept: one, ranges, goes } of former) {
      for (const { first, last } of ranges) count -= last - first + 1;
      if (goes) bytes -= one.bytes;
    }
    if (this.#bytes + bytes > mailboxBytesMax) return false;
    if (count <= 0) return true;
    return (
      this.#count + count <= mailboxCountMax &&
      (this.#byTarget.get(target) ?? 0) + count <= mailboxTargetCountMax &&
      (this.#bySender.get(header.epoch) ?? 0) + count <= mailboxSenderCountMax
    );
  }

  #shelfOf({ header, target }: Mail): Shelf {
    const key = shelfKey(header, target);
    const known = this.#shelves.get(key);
    if (known !== undefined) return known;
    const { epoch, conversation, origin } = header;
    const declaredTo = boundIn(header);
    const run = handOverRun(this.#limits);
    const name = { epoch, conversation, target, origin, declaredTo };
    const shelf = { ...name, boundTo: declaredTo, kept: new Sequence<Kept>(), run, holdUntilMs: Infinity };
    this.#shelves.set(key, shelf);
    if (declaredTo !== 0n) this.#bound.set(shelfName(header, target), shelf);
    const siblings = this.#byConversation.get(conversationKey(shelf));
    if (siblings === undefined) this.#byConversation.set(conversationKey(shelf), new Set([shelf]));
    else siblings.add(shelf);
    return shelf;
  }

  #add(shelf: Shelf, one: Kept): void {
    shelf.kept.put(one.first, one);
    this.#grow(shelf, one.count, one.bytes);
    this.#expiryMs = Math.min(this.#expiryMs, one.expiresAtMs);
  }

  /** Messages of what is kept are not needed any more: all of it goes with the last. */
  #finish(shelf: Shelf, done: { one: Kept; ranges: readonly NumberRange[] }, nowMs: number, effects: Effects): void {
    const { one, ranges } = done;
    if (shelf.declaredTo !== 0n) {
      // Its target, which alone can have it, knows which it took.
      if (ranges.some((range) => !finish(one, range))) this.#remove(shelf, one, nowMs, effects);
      return;
    }
    // The id may go to others, who must not get what its holder took: invariant 3.
    const rest = without(one, ranges);
    if (rest.length === 0) return this.#remove(shelf, one, nowMs, effects);
    if (rest[0]?.count === one.count) return;
    this.#take(shelf, one, nowMs);
    // The first last: it may stand where the whole stood.
    for (const each of rest.toReversed()) {
      this.#add(shelf, each);
      shelf.run.added(each.first);
      effects.put(recordOf(shelf, each));
    }
    if (rest[0]?.first !== one.first) effects.put(deletionOf(shelf, one));
  }

  #take(shelf: Shelf, one: Kept, nowMs: number): void {
    shelf.kept.delete(one.first);
    this.#grow(shelf, -one.count, -one.bytes);
    shelf.run.gone(one.first, one, nowMs);
  }

  #remove(shelf: Shelf, one: Kept, nowMs: number, effects: Effects): void {
    this.#take(shelf, one, nowMs);
    effects.put(deletionOf(shelf, one));
    if (shelf.kept.size > 0) return;
    const name = shelfName(shelf, shelf.target);
    this.#shelves.delete(name + key64(shelf.declaredTo));
    if (shelf.boundTo !== shelf.declaredTo) for (const op of bindingsOf(name, undefined)) effects.put(op);
    if (this.#bound.get(name) === shelf) this.#bound.delete(name);
    const siblings = this.#byConversation.get(conversationKey(shelf));
    siblings?.delete(shelf);
    if (siblings?.size === 0) this.#byConversation.delete(conversationKey(shelf));
  }

  #grow(shelf: Shelf, count: number, bytes: number): void {
    this.#count += count;
    this.#bytes += bytes;
    tally(this.#byTarget, shelf.target, count);
    tally(this.#bySender, shelf.epoch, count);
  }
}

/** Messages looked at in one go that are worth a millisecond without looking. */
const lookedAtPerMs = 1_000;

/** The numbers that stand on the shelf; whoever offers them needs them. */
function kept(shelf: Shelf, numbers: NumberRange): NumberRange[] {
  const known: NumberRange[] = [];
  for (const one of touching(shelf, numbers)) {
    reopen(one, numbers);
    known.push(overlap(one, numbers) ?? numbers);
  }
  return known;
}

/** Node the envelope is bound to by its origin. */
function boundIn(header: Header): bigint {
  return header.destinationKeys[0] ?? 0n;
}

function shelfKey(header: Header, target: bigint): string {
  return shelfName(header, target) + key64(boundIn(header));
}

function tally(counts: Map<bigint, number>, key: bigint, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
