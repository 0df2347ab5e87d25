import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { LaneRecordSchema, OutboxRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { SendStatus } from "./effect.ts";
import type { Limits } from "./limits.ts";
import type { NumberRange } from "./number-range.ts";
import { encodeOutboxRecord } from "./record-codec.ts";
import { Run, type Sized } from "./run.ts";
import { Sequence } from "./sequence.ts";
import { key64, keyOf, type StoreOp } from "./store-op.ts";

/** One send that is not settled. */
export interface Entry extends Sized {
  readonly number: number;
  /** Encoded body, envelope fields 16 and up. */
  readonly body: Uint8Array;
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
  status: SendStatus | "waiting";
  /** Nodes of the custodians that confirmed a copy. */
  custodians: ReadonlySet<bigint>;
  /** Times it left towards its target. */
  attempts: number;
}

/** The custodians of nearly all entries: most targets are there. */
export const nobody: ReadonlySet<bigint> = new Set();

/** The way of a lane's entries to one custodian. */
export interface Deposit {
  readonly todo: Sequence<Sized>;
  readonly run: Run;
  /** Numbers up to this one are in todo, or need not be. */
  through: number;
  /** The custodian did not take all that it was given. */
  declined: boolean;
}

/** What a lane is made from. */
export interface LaneFields {
  readonly conversation: bigint;
  readonly to: bigint;
  readonly boundTo: bigint;
  readonly next: number;
  /** Default 0. */
  readonly begin?: number;
  /** Default false. */
  readonly retired?: boolean;
}

/**
 * Lane: the ordered way of this peer's messages to one target, a direct conversation seen from its sender.
 *
 * Invariants
 * 1. Numbers are given once, ascending, and survive restarts.
 * 2. entries holds what is durable and not settled; a number below the floor is settled.
 * 3. Once bound to a key, a lane never serves another.
 * 4. A retired lane finishes what it holds; it gives no number any more.
 * 5. begin is the first number it gave, in every life and even when its own record is lost.
 */
export class Lane {
  /** Name of the conversation, unique within the epoch. */
  readonly conversation: bigint;
  readonly to: bigint;
  /** Node it is bound to; 0n until a holder of the id was seen. */
  boundTo: bigint;
  /** Nothing leaves before this number is durable: the binding came with it. */
  boundWith = 0;
  retired: boolean;
  /** The first number given; 0 where that is 1, as on the wire. */
  readonly begin: number;
  /** The next number to give. */
  next: number;
  /** Numbers below are durable. */
  durableNext: number;
  readonly entries = new Sequence<Entry>();
  readonly run: Run;
  /** By custodian's node. */
  readonly deposits = new Map<bigint, Deposit>();
  /** What the keys of its entries begin with. */
  readonly #key: string;

  constructor(lane: LaneFields, limits: Limits) {
    this.conversation = lane.conversation;
    this.#key = key64(lane.conversation);
    this.to = lane.to;
    this.boundTo = lane.boundTo;
    this.retired = lane.retired ?? false;
    this.begin = lane.begin ?? 0;
    this.next = lane.next;
    this.durableNext = lane.next;
    this.run = new Run(limits);
  }

  static from(value: Uint8Array, limits: Limits): Lane {
    const { next, begin, ...rest } = fromBinary(LaneRecordSchema, value);
    return new Lane({ ...rest, next: Number(next), begin: Number(begin) }, limits);
  }

  /** The lane of an entry whose lane's record is lost, and with it the numbers given: it gives none any more. */
  static rebuilt(entry: Uint8Array, limits: Limits): Lane {
    const { conversation, to, boundTo, begin } = fromBinary(OutboxRecordSchema, entry);
    return new Lane({ conversation, to, boundTo, begin: Number(begin), next: 1, retired: true }, limits);
  }

  /** The lowest unsettled number. */
  get floor(): number {
    return this.entries.first() ?? this.durableNext;
  }

  /** Whether all numbers given are settled. */
  get isEmpty(): boolean {
    return this.entries.size === 0 && this.durableNext === this.next;
  }

  /** Numbers of entries in the ranges. Deleting while iterating is allowed. */
  *within(ranges: readonly NumberRange[]): IterableIterator<number> {
    for (const { first, last } of ranges) yield* this.entries.range(first, last);
  }

  /** Takes back an entry from the store. */
  restore(value: Uint8Array): void {
    const record = fromBinary(OutboxRecordSchema, value);
    const number = Number(record.number);
    const body = new Uint8Array(record.body);
    const times = { sentAtMs: Number(record.sentAtMs), expiresAtMs: Number(record.expiresAtMs) };
    this.entries.put(number, {
      number,
      body,
      bytes: body.length,
      ...times,
      status: "accepted",
      custodians: nobody,
      attempts: 0,
    });
    this.next = Math.max(this.next, number + 1);
    this.durableNext = this.next;
    // The lane's own record may be lost, and the first entries older than the binding. Invariant 3.
    if (this.boundTo === 0n) this.boundTo = record.boundTo;
  }

  record(): StoreOp {
    const { conversation, to, boundTo, retired } = this;
    const begin = BigInt(this.begin);
    const value = toBinary(
      LaneRecordSchema,
      create(LaneRecordSchema, { conversation, to, boundTo, begin, next: BigInt(this.next), retired }),
    );
    return { table: "lanes", key: key64(conversation), value };
  }

  entryRecord(entry: Entry): StoreOp {
    const { conversation, to, boundTo, begin } = this;
    const { number, sentAtMs, expiresAtMs, body } = entry;
    const value = encodeOutboxRecord({ conversation, number, sentAtMs, expiresAtMs, body, to, boundTo, begin });
    return { table: "outbox", key: this.entryKey(number), value };
  }

  entryKey(number: number): string {
    return this.#key + keyOf(number);
  }
}

/** For sort: retired lanes come first, and else the lane whose oldest message was sent first. */
export function byAge(a: Lane, b: Lane): number {
  return Number(b.retired) - Number(a.retired) || oldestMs(a) - oldestMs(b);
}

function oldestMs({ entries }: Lane): number {
  return entries.get(entries.first() ?? 0)?.sentAtMs ?? Number.MAX_SAFE_INTEGER;
}
