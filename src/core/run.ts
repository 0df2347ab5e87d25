import type { Limits } from "./limits.ts";
import type { Sequence } from "./sequence.ts";

/** What a run moves: numbered things of a size. */
export interface Sized {
  readonly bytes: number;
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
 * 2. At most the window is in flight: count and bytes.
 * 3. While something is in flight and not paused, dueMs is finite.
 */
export class Run {
  readonly #limits: Limits;
  #cursor = 0;
  #inFlight = 0;
  #inFlightBytes = 0;
  #waitMs: number;
  /** Counts the times the run began at the front; tells retransmissions from loops. */
  attempt: number;
  /** When to go back, in milliseconds; Infinity when nothing is in flight. */
  dueMs = Infinity;

  constructor(limits: Limits, attempt = 1) {
    this.#limits = limits;
    this.#waitMs = limits.resendMinMs;
    this.attempt = attempt;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** The next number that may leave now, which thereby is in flight; undefined when there is none or the window is full. */
  next(sequence: Sequence<Sized>, nowMs: number): number | undefined {
    if (this.#inFlight >= this.#limits.windowCountMax || this.#inFlightBytes >= this.#limits.windowBytesMax)
      return undefined;
    const number = sequence.after(this.#cursor);
    if (number === undefined) return undefined;
    this.#cursor = number;
    this.#inFlight += 1;
    this.#inFlightBytes += sequence.get(number)?.bytes ?? 0;
    if (this.dueMs === Infinity) this.dueMs = nowMs + this.#waitMs;
    return number;
  }

  /** The thing was confirmed and deleted. */
  gone(number: number, bytes: number, nowMs: number): void {
    if (number > this.#cursor) return;
    this.#inFlight -= 1;
    this.#inFlightBytes -= bytes;
    this.#waitMs = this.#limits.resendMinMs;
    this.dueMs = this.#inFlight > 0 ? nowMs + this.#waitMs : Infinity;
  }

  /** Begins again at the front, now: the road changed. */
  restart(): void {
    this.#cursor = 0;
    this.#inFlight = 0;
    this.#inFlightBytes = 0;
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

  /** Puts the last number back: it could not leave. */
  putBack(number: number, bytes: number): void {
    this.#cursor = number - 1;
    this.#inFlight -= 1;
    this.#inFlightBytes -= bytes;
    if (this.#inFlight === 0) this.dueMs = Infinity;
  }
}
