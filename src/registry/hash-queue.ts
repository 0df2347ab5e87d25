import { E3Error } from "../core/error.ts";

/** How much is done at a time. */
export interface HashQueueLimits {
  /** Jobs that run. */
  readonly hashesMax: number;
  /** Jobs that wait to. */
  readonly hashesWaitingMax: number;
}

/**
 * A queue for slow hashes: each takes memory and a thread, so only so many run, so many wait, and more are refused.
 *
 * Invariant: no more than hashesMax jobs run and hashesWaitingMax wait; they begin in the order in which they came.
 */
export class HashQueue {
  readonly #limits: HashQueueLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: HashQueueLimits) {
    this.#limits = limits;
  }

  /**
   * Runs a job when it is its turn.
   *
   * @param signal aborted when nobody wants the outcome any more: then the job does not begin.
   * @throws E3Error "resource-exhausted" when too many wait, "closed" when it was aborted before its turn.
   */
  async run<T>(job: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#running < this.#limits.hashesMax) this.#running += 1;
    else await this.#turn();
    try {
      if (signal.aborted) throw new E3Error("closed", "the caller hung up");
      return await job();
    } finally {
      this.#next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#limits.hashesWaitingMax) {
      throw new E3Error("resource-exhausted", "too many sign-ups and sign-ins at once; try again in some seconds");
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Hands this job's place on, so that none that comes meanwhile gets in between. */
  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
