/** Turns: pieces of work of one key go on one after the other, in the order they came; those of other keys beside them. */
export class Turns {
  /** By key: resolves once the last piece of work is over. */
  readonly #last = new Map<string, Promise<void>>();

  /** Does the work when its turn has come; resolves and rejects as it does. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(key) ?? Promise.resolve()).then(work);
    const over = mine.then(
      () => {},
      () => {},
    );
    this.#last.set(key, over);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === over) this.#last.delete(key);
    }
  }
}
