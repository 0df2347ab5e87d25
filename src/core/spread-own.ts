import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { SpreadCountRecordSchema } from "../gen/e3/v1/store_pb.ts";
import { isIn } from "./conversation.ts";
import type { SendStatus } from "./effect.ts";
import type { Effects } from "./effects.ts";
import { E3Error } from "./error.ts";
import { everyone } from "./everyone.ts";
import type { Had } from "./frontier.ts";
import type { Limits } from "./limits.ts";
import type { StoreOp } from "./store-op.ts";

/** What is kept of one. */
interface KeptNumber {
  readonly number: number;
  readonly bytes: number;
}

/** What is said of one of this peer's own messages for everyone. */
interface News {
  readonly status: SendStatus;
  readonly reason: string;
}

/**
 * SpreadOwn: the numbers of this peer's own messages for everyone, and how far they are settled.
 *
 *     submit ──► pending ── durable ──► accepted ── handed out, and a neighbour has it ──► spread
 *                                          └── past its time ──► expired
 *
 * A store that was put back from a backup knows less than its peer has said. Then neighbours have numbers that this life did
 * not hand out: what they have under them is another message. All goes on in another epoch, and what nobody has moves there.
 * So nothing new is given to anybody before a neighbour was compared with:
 *
 *     kept back ── it knows what this peer has said ──► given
 *         └── it does not: others may ──► what former lives said is given, and once it is settled, the rest in another epoch
 *
 * Invariants
 * 1. A number is given once in an epoch, over restarts: the count is written with the message.
 * 2. What is not settled is bounded: beyond, submit refuses.
 * 3. Nothing is spread that was not handed out.
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
  /** That of the store, under which most peers number all they ever say. */
  readonly #firstEpoch: bigint;
  #epoch: bigint;
  #former: readonly bigint[] = [];
  #renewals = 0;
  /** The highest number that somebody else may have. */
  #handed = 0;
  /** What is kept back, which is in the store, until that says otherwise. */
  #back: "nothing" | "all" | "what is new" | "until durable" = "nothing";

  /** @param epoch of the store. Default 0n. */
  constructor(limits: Limits, epoch = 0n) {
    this.#limits = limits;
    this.#firstEpoch = epoch;
    this.#epoch = epoch;
  }

  /** The epoch that numbers are given in. */
  get epoch(): bigint {
    return this.#epoch;
  }

  /** Whether it is that epoch, or one that former lives gave numbers in. */
  isOwn(epoch: bigint): boolean {
    return epoch === this.#epoch || epoch === this.#firstEpoch || this.#former.includes(epoch);
  }

  /** Former lives gave numbers in this epoch, too, of which there still is something. */
  remember(epoch: bigint): void {
    if (!this.isOwn(epoch)) this.#former = [epoch, ...this.#former];
  }

  /** The highest number that is durable. */
  get durable(): number {
    return this.#durable;
  }

  /** How many are not settled. */
  get size(): number {
    return this.#bytes.size;
  }

  /** @param keptOf numbers and bytes of what the store holds of them, which counts where the count itself is lost. */
  load(count: Uint8Array | undefined, keptOf: (epoch: bigint) => Iterable<KeptNumber>): void {
    let handedMax = Infinity;
    if (count !== undefined) {
      const { next, settled, lamport, epoch, former, withheld } = fromBinary(SpreadCountRecordSchema, count);
      if (epoch !== 0n) this.#epoch = epoch;
      this.#former = former;
      this.#lamport = Number(lamport);
      this.#next = Math.max(1, Number(next));
      this.#settled = Number(settled);
      if (withheld > 0n) handedMax = Number(withheld) - 1;
    }
    for (const { number, bytes } of keptOf(this.#epoch)) {
      this.#next = Math.max(this.#next, number + 1);
      if (number > this.#settled) this.#hold(number, bytes);
    }
    this.#durable = this.#next - 1;
    this.#handed = Math.min(handedMax, this.#durable);
  }

  /**
   * Whether what is said is not to be given to anybody: until a neighbour was compared with, the store may be an old one, and
   * its numbers others' by now.
   */
  get isBack(): boolean {
    return this.#back !== "nothing";
  }

  /** The highest number that others may be told of. */
  get tellable(): number {
    return this.isBack ? Math.min(this.#handed, this.#durable) : this.#durable;
  }

  /** The highest number that may be given to who asks. */
  get givable(): number {
    return this.#back === "all" ? 0 : this.tellable;
  }

  /** Whether nothing that former lives said is in the way of another epoch, where there is to be one. */
  get isToGoOn(): boolean {
    if (this.#back !== "what is new") return false;
    const [lowest = Infinity] = this.#bytes.keys();
    return lowest > this.#handed;
  }

  /** Whether it will be given once what is written now is durable. */
  get isComingForth(): boolean {
    return this.#back === "until durable";
  }

  /** Keeps back what is said from now on. */
  keepBack(): void {
    this.#back = "all";
  }

  /**
   * A neighbour was compared with. If it has all that is known to be with others, nothing is kept back any more: comeForth is
   * to follow once that is durable. Else it cannot tell what a lost life said; who was given it since cannot, either.
   *
   * @param number how far it has got with what this peer says; 0 for nothing. @param isAll whether it has told all of that.
   */
  compared(number: number, isAll = true): void {
    const isWitness = number >= Math.max(1, this.#settled);
    if (this.#back !== "all" || !(isWitness || isAll)) return;
    this.#isChanged ||= this.withheld > 0;
    this.#back = isWitness ? "until durable" : "what is new";
  }

  comeForth(): void {
    this.#back = "nothing";
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
      // What is over meanwhile was told to be.
      if (!this.isSettled(number)) report(number, { status: "accepted", reason: "" }, effects);
      this.#durable = Math.max(this.#durable, number);
    }
  }

  /** The one with this number leaves for another peer. */
  handed(number: number): void {
    this.#handed = Math.max(this.#handed, number);
  }

  /**
   * A neighbour has all up to the number, but what is missing.
   * @returns whether it has what this life did not hand out: then renew is to follow, and nothing is taken for spread.
   */
  told(had: Had, effects: Effects): boolean {
    if (this.#isContested(had)) return true; // invariant 3
    const through = Math.min(had.number, this.#durable);
    // Deleting while iterating is allowed; they are ascending.
    for (const own of this.#bytes.keys()) {
      if (own > through) break;
      if (!isIn(had.missing, own)) this.settle(own, { status: "spread", reason: "" }, effects);
    }
    // Those behind one that is not settled are told again in the next life.
    const [lowest = Infinity] = this.#bytes.keys();
    this.#settled = Math.max(this.#settled, Math.min(through, lowest - 1));
    return false;
  }

  /**
   * Goes on in another epoch, with the same numbers: nothing of it is handed out yet.
   * @returns false when that was done as often as one life may: else who makes things up could have it done for ever.
   */
  renew(epoch: bigint): boolean {
    if (this.#renewals >= renewalsMax) return false;
    this.#renewals += 1;
    if (this.#epoch !== this.#firstEpoch) this.#former = [...this.#former, this.#epoch];
    this.#epoch = epoch;
    const [lowest = this.#next] = this.#bytes.keys();
    this.#handed = lowest - 1;
    this.#isChanged = true;
    // No former life used it.
    if (this.isBack) this.#back = "until durable";
    return true;
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
    const epoch = this.#epoch === this.#firstEpoch ? 0n : this.#epoch;
    const withheld = this.isBack && !this.isComingForth ? BigInt(this.withheld) : 0n;
    const former = this.#former.slice(-formerMax);
    const record = create(SpreadCountRecordSchema, { ...numbers, epoch, former, withheld });
    yield { table: "meta", key: "spread", value: toBinary(SpreadCountRecordSchema, record) };
  }

  /**
   * Whether who has this has another's. What expired before it was handed out does not tell: others pass over
   * it, since it is not to be had any more.
   */
  #isContested({ number, missing }: Had): boolean {
    if (number <= this.#handed || number > this.#durable) return number > this.#handed;
    for (const own of this.#bytes.keys()) if (own > this.#handed && own <= number && !isIn(missing, own)) return true;
    return false;
  }

  /** The lowest number that nobody was given; 0 for none. */
  get withheld(): number {
    return this.#handed + 1 < this.#next ? this.#handed + 1 : 0;
  }

  #hold(number: number, bytes: number): void {
    this.#bytes.set(number, bytes);
    this.#bytesSum += bytes;
  }
}

function report(number: number, { status, reason }: News, effects: Effects): void {
  effects.status({ to: 0n, conversation: everyone, number }, { status, reason });
}

/** Backups put back in one life: none, or one. */
const renewalsMax = 4;
/** Former epochs that are remembered when nothing is left of them; the others are known by what is left. */
const formerMax = 64;
