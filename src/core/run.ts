import type { Limits } from "./limits.ts";
import type { Sequence } from "./sequence.ts";

/** What a run moves: numbered things of a size. */
export interface Sized {
  readonly bytes: number;
  /** Messages in it; default 1. */
  readonly count?: number;
}

/** What bounds a run. */
export interface RunLimits extends Pick<
  Limits,
  "windowCountMax" | "windowBytesMax" | "resendMinMs" | "resendMaxMs" | "roadBytesPerSecond"
> {
  /**
   * Longest that a slow road is given to carry all that is in flight, milliseconds; default as long as it takes. Twice what
   * the largest thing takes it is given in any case: receipts come no more often.
   */
  readonly crossingMaxMs?: number;
}

/**
 * Run: the transmission of numbered things, in order, to one recipient, until each is confirmed (go-back-N).
 *
 *     next ──► in flight ── confirmed (deleted from the sequence) ──► gone
 *      ▲          │
 *      └──────────┘ no progress until dueMs: from the front again, wait doubled
 *
 * Invariants
 * 1. Numbers leave in ascending order within one attempt.
 * 2. At most the window is in flight: messages and bytes; or one thing alone that is larger.
 * 3. While something is in flight, dueMs is finite; while nothing is, next finds all that is in the sequence.
 */
export class Run {
  readonly #limits: RunLimits;
  #cursor = 0;
  #inFlight = 0;
  #inFlightBytes = 0;
  /** The largest thing that left since the run began at the front. */
  #largestBytes = 0;
  /** Numbers that were put into the sequence after it was their turn: they have not left. */
  readonly #passed = new Set<number>();
  #waitMs: number;
  /** Counts the times the run began at the front; tells retransmissions from loops. */
  attempt: number;
  /** When to go back, in milliseconds; Infinity when nothing is in flight. */
  dueMs = Infinity;

  constructor(limits: RunLimits, attempt = 1) {
    this.#limits = limits;
    this.#waitMs = limits.resendMinMs;
    this.attempt = attempt;
  }

  /** Messages on their way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** The next number that may leave now, which thereby is in flight; undefined when there is none or the window is full. */
  next(sequence: Sequence<Sized>, nowMs: number): number | undefined {
    const { windowCountMax, windowBytesMax } = this.#limits;
    if (this.#inFlight >= windowCountMax || this.#inFlightBytes >= windowBytesMax) return undefined;
    const number = sequence.after(this.#cursor);
    if (number === undefined) return undefined;
    const { bytes, count = 1 } = sequence.get(number) ?? nothing;
    const fits = this.#inFlight + count <= windowCountMax && this.#inFlightBytes + bytes <= windowBytesMax;
    if (this.#inFlight > 0 && !fits) return undefined; // invariant 2
    this.#cursor = number;
    this.#inFlight += count;
    this.#inFlightBytes += bytes;
    this.#largestBytes = Math.max(this.#largestBytes, bytes);
    this.#wait(nowMs);
    return number;
  }

  /** A thing was put into the sequence, and not at its end: its turn may be over. It leaves after those in flight. */
  added(number: number): void {
    if (number > this.#cursor) return;
    this.#passed.add(number);
    this.#turnBack();
  }

  /** The thing was confirmed and deleted. */
  gone(number: number, { bytes, count = 1 }: Sized, nowMs: number): void {
    if (number > this.#cursor || this.#passed.delete(number)) return;
    this.#inFlight -= count;
    this.#inFlightBytes -= bytes;
    this.#waitMs = this.#limits.resendMinMs;
    this.#wait(nowMs);
    this.#turnBack();
  }

  /** Begins again at the front, now: the road changed. */
  restart(): void {
    this.#cursor = 0;
    this.#passed.clear();
    this.#inFlight = 0;
    this.#inFlightBytes = 0;
    this.#largestBytes = 0;
    this.attempt = (this.attempt + 1) >>> 0;
    this.#waitMs = this.#limits.resendMinMs;
    this.dueMs = Infinity;
  }

  /** Begins again at the front because nothing was confirmed in time; the next wait is twice as long. */
  timeout(): void {
    const waitMs = Math.min(this.#waitMs * 2, this.#limits.resendMaxMs);
    this.restart();
    this.#waitMs = waitMs;
  }

  /** Waits for a receipt from now on, and longer for what takes long to cross a slow road: no copy is to join it there. */
  #wait(nowMs: number): void {
    const { crossingMaxMs = Infinity } = this.#limits;
    const atMost = Math.max(crossingMaxMs, this.#crossingMs(2 * this.#largestBytes));
    const crossingMs = Math.min(this.#crossingMs(this.#inFlightBytes), atMost);
    this.dueMs = this.#inFlight > 0 ? nowMs + this.#waitMs + crossingMs : Infinity;
  }

  /** Whole seconds: what crosses sooner is covered by the wait itself. */
  #crossingMs(bytes: number): number {
    return Math.floor(bytes / this.#limits.roadBytesPerSecond) * 1_000;
  }

  /** Fetches those that were passed over, as soon as nothing else is on its way: invariant 3. */
  #turnBack(): void {
    if (this.#inFlight === 0 && this.#passed.size > 0) this.restart();
  }
}

const nothing: Sized = { bytes: 0 };
