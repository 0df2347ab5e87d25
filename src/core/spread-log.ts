import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { SpreadRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { Effects } from "./effects.ts";
import type { Limits } from "./limits.ts";
import { Sequence } from "./sequence.ts";
import { key64, keyOf, type StoreEntry } from "./store-op.ts";

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
 * 2. Of two that are not needed the one that was put first goes first.
 */
export class SpreadLog {
  readonly #limits: Limits;
  readonly #isNeeded: (kept: Kept) => boolean;
  readonly #epochs = new Map<bigint, Sequence<Kept>>();
  /** In the order in which they were put; what is needed when its turn comes is put behind the others. */
  #order: Kept[] = [];
  #head = 0;
  #bytes = 0;
  /** Nothing expires before; may be early, never late. */
  #expiryMs = Infinity;

  constructor(limits: Limits, isNeeded: (kept: Kept) => boolean) {
    this.#limits = limits;
    this.#isNeeded = isNeeded;
  }

  get size(): number {
    return this.#order.length - this.#head;
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
    // The store lists them by epoch; who expires first was mostly put first.
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

  /** All of them, those that were put first first. */
  *all(): Generator<Kept> {
    for (let at = this.#head; at < this.#order.length; at += 1) {
      const kept = this.#order[at];
      if (kept !== undefined) yield kept;
    }
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
    const left: Kept[] = [];
    for (let at = this.#head; at < this.#order.length; at += 1) {
      const kept = this.#order[at];
      if (kept === undefined) continue;
      if (kept.expiresAtMs > nowMs) {
        left.push(kept);
        this.#expiryMs = Math.min(this.#expiryMs, kept.expiresAtMs);
        continue;
      }
      if (this.#isNeeded(kept)) needed.push(kept);
      this.#drop(kept, effects);
    }
    this.#order = left;
    this.#head = 0;
    // Looking through all of them is worth some time without looking, however they expire.
    this.#expiryMs = Math.max(this.#expiryMs, nowMs + left.length / lookedAtPerMs);
    return needed;
  }

  #add(kept: Kept): void {
    const sequence = this.#epochs.get(kept.epoch) ?? new Sequence<Kept>();
    this.#epochs.set(kept.epoch, sequence);
    sequence.put(kept.number, kept);
    this.#order.push(kept);
    this.#bytes += costOf(kept);
    this.#expiryMs = Math.min(this.#expiryMs, kept.expiresAtMs);
  }

  #makeRoom(effects: Effects): void {
    const { spreadCountMax, spreadBytesMax } = this.#limits;
    for (let looked = this.size; looked > 0; looked -= 1) {
      if (this.size <= spreadCountMax && this.#bytes <= spreadBytesMax) break;
      const kept = this.#order[this.#head];
      this.#head += 1;
      if (kept === undefined) continue;
      if (this.#isNeeded(kept)) this.#order.push(kept);
      else this.#drop(kept, effects); // invariant 2
    }
    if (this.#head < droppedSpare || this.#head * 2 < this.#order.length) return;
    this.#order = this.#order.slice(this.#head);
    this.#head = 0;
  }

  #drop(kept: Kept, effects: Effects): void {
    const sequence = this.#epochs.get(kept.epoch);
    sequence?.delete(kept.number);
    if (sequence?.size === 0) this.#epochs.delete(kept.epoch);
    this.#bytes -= costOf(kept);
    effects.put({ table: "spread", key: keyFor(kept), value: undefined });
  }
}

/** Bytes that one costs in memory: what is around the envelope is about as large as a short message. */
function costOf({ envelope }: Kept): number {
  return envelope.length + 256;
}

function keyFor({ epoch, number }: Kept): string {
  return key64(epoch) + keyOf(number);
}

const droppedSpare = 1_024;
const lookedAtPerMs = 1_000;
