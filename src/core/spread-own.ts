import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { SpreadCountRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { SendStatus } from "./effect.ts";
import type { Effects } from "./effects.ts";
import { E3Error } from "./error.ts";
import { everyone } from "./everyone.ts";
import type { Limits } from "./limits.ts";
import type { StoreOp } from "./store-op.ts";

/** What is said of one of this peer's own messages for everyone. */
interface News {
  readonly status: SendStatus;
  readonly reason: string;
}

/**
 * SpreadOwn: the numbers of this peer's own messages for everyone, and how far they are settled.
 *
 *     submit ──► pending ── durable ──► accepted ── a neighbour has it ──► spread
 *                                          └── past its time ──► expired
 *
 * Invariants
 * 1. A number is given once in an epoch, over restarts: the count is written with the message.
 * 2. What is not settled is bounded: beyond, submit refuses.
 */
export class SpreadOwn {
  readonly #limits: Limits;
  #next = 1;
  #settled = 0;
  #durable = 0;
  /** Bytes of what is not settled, by number. */
  readonly #bytes = new Map<number, number>();
  /** Lamport time of the newest. */
  #lamport = 0;
  #bytesSum = 0;
  #isChanged = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** The highest number that is durable. */
  get durable(): number {
    return this.#durable;
  }

  /** How many are not settled. */
  get size(): number {
    return this.#bytes.size;
  }

  /** @param kept numbers and bytes of what the store holds of them, which counts where the count itself is lost. */
  load(count: Uint8Array | undefined, kept: Iterable<{ readonly number: number; readonly bytes: number }>): void {
    if (count !== undefined) {
      const { next, settled, lamport } = fromBinary(SpreadCountRecordSchema, count);
      this.#lamport = Number(lamport);
      this.#next = Math.max(1, Number(next));
      this.#settled = Number(settled);
    }
    for (const { number, bytes } of kept) {
      this.#next = Math.max(this.#next, number + 1);
      if (number > this.#settled) this.#hold(number, bytes);
    }
    this.#durable = this.#next - 1;
  }

  /** Lamport time of the newest; it is written with the count. */
  get lamport(): number {
    return this.#lamport;
  }

  /** The one that was submitted last was made at this Lamport time. */
  madeAt(lamport: number): void {
    this.#lamport = lamport;
  }

  isSettled(number: number): boolean {
    return !this.#bytes.has(number);
  }

  /**
   * Gives the next number.
   * @throws E3Error "resource-exhausted" when too much is not settled.
   */
  submit(bytes: number): number {
    const { spreadCountMax, spreadBytesMax } = this.#limits;
    if (this.size >= spreadCountMax / 2 || this.#bytesSum + bytes > spreadBytesMax / 2) {
      const full = `${this.size} messages for everyone (${this.#bytesSum} bytes) are with no other peer yet`;
      throw new E3Error(
        "resource-exhausted",
        `${full}, which is the most there may be; send again once a peer is there`,
      );
    }
    const number = this.#next;
    this.#next += 1;
    this.#isChanged = true;
    this.#hold(number, bytes);
    return number;
  }

  /** These are durable: they are accepted. In ascending order, and none was before. */
  accepted(numbers: Iterable<number>, effects: Effects): void {
    for (const number of numbers) {
      report(number, { status: "accepted", reason: "" }, effects);
      this.#durable = Math.max(this.#durable, number);
    }
  }

  /** A neighbour has all up to the number. It may know of more than this life does: those numbers are not given again. */
  told(number: number, effects: Effects): void {
    const through = Math.min(number, this.#durable);
    // Deleting while iterating is allowed; they are ascending.
    for (const own of this.#bytes.keys()) {
      if (own > through) break;
      this.settle(own, { status: "spread", reason: "" }, effects);
    }
    this.#settled = Math.max(this.#settled, through);
    if (number < this.#next) return;
    this.#next = number + 1;
    this.#isChanged = true;
  }

  settle(number: number, news: News, effects: Effects): void {
    const bytes = this.#bytes.get(number);
    if (bytes === undefined) return;
    this.#bytes.delete(number);
    this.#bytesSum -= bytes;
    this.#isChanged = true;
    report(number, news, effects);
  }

  /** The write of the count, if it changed. */
  *ops(): Generator<StoreOp> {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const numbers = { next: BigInt(this.#next), settled: BigInt(this.#settled), lamport: BigInt(this.#lamport) };
    const record = create(SpreadCountRecordSchema, numbers);
    yield { table: "meta", key: "spread", value: toBinary(SpreadCountRecordSchema, record) };
  }

  #hold(number: number, bytes: number): void {
    this.#bytes.set(number, bytes);
    this.#bytesSum += bytes;
  }
}

function report(number: number, { status, reason }: News, effects: Effects): void {
  effects.status({ to: 0n, conversation: everyone, number }, { status, reason });
}
