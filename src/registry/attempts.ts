/** How many attempts are free, and how they come back. */
export interface AttemptLimits {
  /** Attempts in a row. */
  readonly attemptsMax: number;
  /** Time that gives one back, milliseconds. */
  readonly attemptMs: number;
  /** Keys remembered. */
  readonly keysMax: number;
}

/**
 * Attempts: a token bucket for each key, in bounded memory.
 *
 * A bucket is one number, the time at which it will be full again (the generic cell rate algorithm, ITU-T I.371): taking
 * an attempt moves that time away, and it may lie no further off than all attempts take to come back.
 *
 * Invariants
 * 1. A key gets no more than attemptsMax attempts at once, and one per attemptMs in the long run.
 * 2. No more than keysMax keys are remembered. The one not seen for longest goes first, and is as good as new then.
 */
export class Attempts {
  readonly #limits: AttemptLimits;
  /** In the order in which they were last asked for. */
  readonly #fullAtMs = new Map<string, number>();

  constructor(limits: AttemptLimits) {
    this.#limits = limits;
  }

  /** Takes an attempt. @returns 0 when it was there, else how long to wait for one, milliseconds; then nothing is taken. */
  take(key: string, nowMs: number): number {
    const { attemptsMax, attemptMs } = this.#limits;
    const knownMs = Math.max(this.#fullAtMs.get(key) ?? nowMs, nowMs);
    const waitMs = knownMs + attemptMs - nowMs - attemptsMax * attemptMs;
    // Also when there is none to take: a key that is hammered at is the last to be forgotten.
    this.#fullAtMs.delete(key);
    this.#fullAtMs.set(key, waitMs > 0 ? knownMs : knownMs + attemptMs); // invariant 1
    this.#forget();
    return Math.max(0, Math.ceil(waitMs));
  }

  /** Gives one back: it was no guess. */
  giveBack(key: string): void {
    const fullAtMs = this.#fullAtMs.get(key);
    if (fullAtMs !== undefined) this.#fullAtMs.set(key, fullAtMs - this.#limits.attemptMs);
  }

  /** Keys remembered. */
  get size(): number {
    return this.#fullAtMs.size;
  }

  #forget(): void {
    if (this.#fullAtMs.size <= this.#limits.keysMax) return;
    for (const stalest of this.#fullAtMs.keys()) {
      this.#fullAtMs.delete(stalest); // invariant 2
      return;
    }
  }
}
