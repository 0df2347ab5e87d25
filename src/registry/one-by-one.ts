/**
 * Does jobs one after the other, in the order of the calls, however they end. Not bounded: callers are.
 */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** Does a job once those before are done. */
  run<T>(job: () => Promise<T>): Promise<T> {
    const done = this.#last.then(job);
    this.#last = done.catch(() => {});
    return done;
  }

  /** Resolves when all that were asked for are done. Never rejects. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
