import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { SpreadRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { Effects } from "./effects.ts";
import type { Limits } from "./limits.ts";
import { Sequence } from "./sequence.ts";
import { key64, keyOf, type StoreEntry } from "./store-op.ts";
import { Weights } from "./weights.ts";

/** A message for everyone, kept for peers that missed it. */
export interface Kept {
  readonly epoch: bigint;
  readonly number: number;
  /** As it arrived or left, a copy of its own. */
  readonly envelope: Uint8Array;
  readonly expiresAtMs: number;
}

/**
 * SpreadLog: messages for everyone, this peer's own and others', for a bounded while.
 *
 *     put ──► kept, and on the disk ── expired, or room is needed and it is not wanted any more ──► dropped, on the disk too
 *
 * Invariants
 * 1. Count and bytes stay within the limits, but for what isNeeded says is needed, which its owner bounds.
 * 2. Whoever holds the most makes room: of the epoch that has most of it, the lowest number that is not needed goes first.
 *    So one who says more than there is room for, pushes out its own and nobody else's.
 */
export class SpreadLog {
  readonly #limits: Limits;
  readonly #isNeeded: (kept: Kept) => boolean;
  readonly #epochs = new Map<bigint, Sequence<Kept>>();
  /** What each epoch has of the room, in units. */
  readonly #shares = new Weights();
  #size = 0;
  #bytes = 0;
  /** Nothing expires before; may be early, never late. */
  #expiryMs = Infinity;

  constructor(limits: Limits, isNeeded: (kept: Kept) => boolean) {
    this.#limits = limits;
    this.#isNeeded = isNeeded;
  }

  get size(): number {
    return this.#size;
  }

  /** Takes back what the store holds; whatever is too much goes with the next put. */
  load(entries: Iterable<StoreEntry>): void {
    const loaded: Kept[] = [];
    for (const { key, value } of entries) {
      const { envelope, expiresAtMs } = fromBinary(SpreadRecordSchema, value);
      const epoch = BigInt(`0x${key.slice(0, 16)}`);
      const number = Number(`0x${key.slice(16)}`);
      loaded.push({ epoch, number, envelope: new Uint8Array(envelope), expiresAtMs: Number(expiresAtMs) });
    }
    // The store lists them by epoch; who expires first was mostly put first, and goes first where shares are equal.
    for (const kept of loaded.toSorted((a, b) => a.expiresAtMs - b.expiresAtMs)) this.#add(kept);
  }

  put(kept: Kept, effects: Effects): void {
    const { epoch, number, envelope, expiresAtMs } = kept;
    if (this.get(epoch, number) !== undefined) return;
    this.#add(kept);
    const record = create(SpreadRecordSchema, { envelope, expiresAtMs: BigInt(Math.floor(expiresAtMs)) });
    effects.put({ table: "spread", key: keyFor(kept), value: toBinary(SpreadRecordSchema, record) });
    this.#makeRoom(effects);
  }

  get(epoch: bigint, number: number): Kept | undefined {
    return this.#epochs.get(epoch)?.get(number);
  }

  /** All of them, each epoch's in ascending order. Dropping meanwhile is allowed. */
  *all(): Generator<Kept> {
    for (const sequence of this.#epochs.values()) yield* sequence.values();
  }

  /** The lowest number held of the epoch, from this one on. */
  first(epoch: bigint, from = 1): number | undefined {
    return this.#epochs.get(epoch)?.after(from - 1);
  }

  /** Those of the epoch with numbers first to last, ascending. */
  *range(epoch: bigint, first: number, last: number): Generator<Kept> {
    const sequence = this.#epochs.get(epoch);
    if (sequence === undefined) return;
    for (const number of sequence.range(first, last)) {
      const kept = sequence.get(number);
      if (kept !== undefined) yield kept;
    }
  }

  /** When expire may have something to do. */
  get nextDeadlineMs(): number {
    return this.#expiryMs;
  }

  /** Drops what is past its time. @returns those of them that were needed. */
  expire(nowMs: number, effects: Effects): readonly Kept[] {
    if (nowMs < this.#expiryMs) return [];
    this.#expiryMs = Infinity;
    const needed: Kept[] = [];
    for (const kept of this.all()) {
      if (kept.expiresAtMs > nowMs) {
        this.#expiryMs = Math.min(this.#expiryMs, kept.expiresAtMs);
        continue;
      }
      if (this.#isNeeded(kept)) needed.push(kept);
      this.drop(kept, effects);
    }
    // Looking through all of them is worth some time without looking, however they expire.
    this.#expiryMs = Math.max(this.#expiryMs, nowMs + this.size / lookedAtPerMs);
    return needed;
  }

  /** Drops one that is held, needed or not. */
  drop(kept: Kept, effects: Effects): void {
    const sequence = this.#epochs.get(kept.epoch);
    if (sequence?.delete(kept.number) === undefined) return;
    if (sequence.size === 0) this.#epochs.delete(kept.epoch);
    this.#size -= 1;
    this.#bytes -= costOf(kept);
    this.#shares.add(kept.epoch, -this.#unitsOf(kept));
    effects.put({ table: "spread", key: keyFor(kept), value: undefined });
  }

  #add(kept: Kept): void {
    const sequence = this.#epochs.get(kept.epoch) ?? new Sequence<Kept>();
    this.#epochs.set(kept.epoch, sequence);
    sequence.put(kept.number, kept);
    this.#size += 1;
    this.#bytes += costOf(kept);
    this.#shares.add(kept.epoch, this.#unitsOf(kept));
    this.#expiryMs = Math.min(this.#expiryMs, kept.expiresAtMs);
  }

  #makeRoom(effects: Effects): void {
    const { spreadCountMax, spreadBytesMax } = this.#limits;
    while (this.size > spreadCountMax || this.#bytes > spreadBytesMax) {
      const kept = this.#spare();
      if (kept === undefined) return;
      this.drop(kept, effects); // invariant 2
    }
  }

  /** The one to go first; undefined when all are needed. */
  #spare(): Kept | undefined {
    for (const epoch of this.#shares.heaviest()) {
      const lowest = this.get(epoch, this.first(epoch) ?? 0);
      if (lowest !== undefined && !this.#isNeeded(lowest)) return lowest;
    }
    // What is needed is mostly the end of an epoch. Where it is the beginning, and nobody else has anything, it is looked past.
    for (const kept of this.all()) if (!this.#isNeeded(kept)) return kept;
    return undefined;
  }

  /** A message takes of the room as many units as it takes of the bytes, at least one: so there is one measure for both bounds. */
  #unitsOf(kept: Kept): number {
    const { spreadCountMax, spreadBytesMax } = this.#limits;
    return Math.max(1, Math.ceil((costOf(kept) * spreadCountMax) / spreadBytesMax));
  }
}

/** Bytes that one costs in memory: what is around the envelope is about as large as a short message. */
function costOf({ envelope }: Kept): number {
  return envelope.length + 256;
}

function keyFor({ epoch, number }: Kept): string {
  return key64(epoch) + keyOf(number);
}

const lookedAtPerMs = 1_000;
