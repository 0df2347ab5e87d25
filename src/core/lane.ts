import { fromBinary } from "@bufbuild/protobuf";
import { LaneRecordSchema, OutboxRecordSchema } from "../gen/e3/v1/store_pb.ts";
import { Causes } from "./causes.ts";
import type { SendStatus } from "./effect.ts";
import type { Limits } from "./limits.ts";
import type { NumberRange } from "./number-range.ts";
import { encodeLaneRecord } from "./progress-codec.ts";
import { encodeOutboxRecord } from "./record-codec.ts";
import { Run, type Sized } from "./run.ts";
import { Sequence } from "./sequence.ts";
import { key64, keyOf, type StoreOp } from "./store-op.ts";

/** One record of the outbox: sends that were made at one instant and follow one another. */
export interface Page {
  /** Number of the first one. */
  readonly first: number;
  count: number;
  /** How many of them are not settled. */
  left: number;
}

/** One send that is not settled. */
export interface Entry extends Sized {
  readonly number: number;
  /** Where it stands in the store. */
  page: Page;
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
  readonly todo: Sequence<Entry>;
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
  /** The group whose messages to that target it carries; default 0n, those that are for the target alone. */
  readonly group?: bigint;
  readonly boundTo: bigint;
  readonly next: number;
  /** Default 0. */
  readonly begin?: number;
  /** Default false. */
  readonly retired?: boolean;
  /** Numbers below are settled, whatever stands in the store; default 0. */
  readonly settledBelow?: number;
  /** Lamport time of its conversation, where that is above its numbers; default 0. */
  readonly lamport?: number;
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
 * 6. What is settled and still stands in a page is below the floor that the lane's record tells.
 */
export class Lane {
  /** Name of the conversation, unique within the epoch. */
  readonly conversation: bigint;
  readonly to: bigint;
  /** The group whose messages it carries; 0n where they are for the target alone. */
  readonly group: bigint;
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
  /** The next number to give when this life took it up from the store; 0 where this life opened it. */
  formerNext = 0;
  /** What it knows of the other end; the lanes to one target share it. */
  causes = new Causes();
  readonly entries = new Sequence<Entry>();
  readonly run: Run;
  /** By custodian's node. */
  readonly deposits = new Map<bigint, Deposit>();
  /** What the keys of its entries begin with. */
  readonly #key: string;
  readonly #settledBelow: number;
  /** The lowest numbers of those that were refused at once, and are not durably settled yet. */
  readonly #unsure = new Set<number>();

  constructor(lane: LaneFields, limits: Limits) {
    this.conversation = lane.conversation;
    this.#key = key64(lane.conversation);
    this.to = lane.to;
    this.group = lane.group ?? 0n;
    this.boundTo = lane.boundTo;
    this.retired = lane.retired ?? false;
    this.begin = lane.begin ?? 0;
    this.next = lane.next;
    this.durableNext = lane.next;
    this.run = new Run(limits);
    this.#settledBelow = lane.settledBelow ?? 0;
    this.causes.witness(lane.lamport ?? 0);
  }

  static from(value: Uint8Array, limits: Limits): Lane {
    const { next, begin, floor, lamport, ...rest } = fromBinary(LaneRecordSchema, value);
    const numbers = { next: Number(next), begin: Number(begin), settledBelow: Number(floor), lamport: Number(lamport) };
    return new Lane({ ...rest, ...numbers }, limits);
  }

  /** The lane of an entry whose lane's record is lost, and with it the numbers given: it gives none any more. */
  static rebuilt(entry: Uint8Array, limits: Limits): Lane {
    const { conversation, to, group, boundTo, begin } = fromBinary(OutboxRecordSchema, entry);
    return new Lane({ conversation, to, group, boundTo, begin: Number(begin), next: 1, retired: true }, limits);
  }

  /** The lowest unsettled number. */
  get floor(): number {
    return this.entries.first() ?? this.durableNext;
  }

  /**
   * The floor that others are told. Who hears it forgets what it refused below: so it waits until the refusal is durable
   * here, or a later life, which sends the number again, would hear that it is delivered.
   */
  get floorTold(): number {
    return this.#unsure.size === 0 ? this.floor : Math.min(this.floor, ...this.#unsure);
  }

  /** A number is refused. @returns what is to be called once that is durable here. */
  refused(number: number): () => void {
    this.#unsure.add(number);
    return () => void this.#unsure.delete(number);
  }

  /** Lamport time of its conversation, where the numbers do not tell it; else 0. */
  get lamport(): number {
    const { lamport } = this.causes;
    return lamport < this.next ? 0 : lamport;
  }

  /** Whether all numbers given are settled. */
  get isEmpty(): boolean {
    return this.entries.size === 0 && this.durableNext === this.next;
  }

  /** Numbers of entries in the ranges. Deleting while iterating is allowed. */
  *within(ranges: readonly NumberRange[]): IterableIterator<number> {
    for (const { first, last } of ranges) yield* this.entries.range(first, last);
  }

  /** Takes back a page from the store. */
  restore(value: Uint8Array): void {
    const record = fromBinary(OutboxRecordSchema, value);
    const first = Number(record.number);
    const bodies = [record.body, ...record.more];
    const page = { first, count: bodies.length, left: 0 };
    const times = { sentAtMs: Number(record.sentAtMs), expiresAtMs: Number(record.expiresAtMs) };
    for (const [index, view] of bodies.entries()) {
      const number = first + index;
      if (number < this.#settledBelow) continue;
      page.left += 1;
      const body = new Uint8Array(view);
      const rest = { body, bytes: body.length, custodians: nobody, attempts: 0 };
      this.entries.put(number, { number, page, ...times, ...rest, status: "accepted" });
    }
    this.next = Math.max(this.next, first + bodies.length);
    this.durableNext = this.next;
    // The lane's own record may be lost, and the first entries older than the binding. Invariant 3.
    if (this.boundTo === 0n) this.boundTo = record.boundTo;
  }

  record(): StoreOp {
    return { table: "lanes", key: this.#key, value: encodeLaneRecord(this) };
  }

  /** The write of a page. @param entries those that stand in it, one or more, ascending without a gap. */
  pageRecord(page: Page, entries: readonly Entry[]): StoreOp {
    const { conversation, to, group, boundTo, begin } = this;
    const { sentAtMs = 0, expiresAtMs = 0 } = entries[0] ?? {};
    const bodies = entries.map(({ body }) => body);
    const times = { sentAtMs, expiresAtMs };
    const value = encodeOutboxRecord({ conversation, number: page.first, ...times, bodies, to, group, boundTo, begin });
    return { table: "outbox", key: this.#keyOf(page), value };
  }

  /**
   * The writes that make it durable that some entries of a page are settled: none where the lane's record, which is to
   * be written then, says it (invariant 6).
   */
  settlePage(page: Page): readonly StoreOp[] {
    const gone: StoreOp = { table: "outbox", key: this.#keyOf(page), value: undefined };
    if (page.left === 0) return [gone];
    const end = page.first + page.count;
    if (page.left === end - Math.max(page.first, this.floor)) return [];
    // One in the middle is settled: the others get records of their own, once.
    const ops = [gone];
    for (const number of this.entries.range(page.first, end - 1)) {
      const entry = this.entries.get(number);
      if (entry === undefined) continue;
      entry.page = { first: number, count: 1, left: 1 };
      ops.push(this.pageRecord(entry.page, [entry]));
    }
    return ops;
  }

  #keyOf({ first }: Page): string {
    return this.#key + keyOf(first);
  }
}

/** For sort: retired lanes come first, and else the lane whose oldest message was sent first. */
export function byAge(a: Lane, b: Lane): number {
  return Number(b.retired) - Number(a.retired) || oldestMs(a) - oldestMs(b);
}

function oldestMs({ entries }: Lane): number {
  return entries.get(entries.first() ?? 0)?.sentAtMs ?? Number.MAX_SAFE_INTEGER;
}
