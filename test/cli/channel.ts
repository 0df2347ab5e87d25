/** A queue read by one async iterator, with a record of how far it was read. */
export class Channel<T> implements AsyncIterableIterator<T> {
  /** Items handed out, and how often the next one was asked for. */
  taken = 0;
  asked = 0;
  readonly #items: T[] = [];
  readonly #waiting: ((result: IteratorResult<T, undefined>) => void)[] = [];
  #ended = false;

  push(...items: readonly T[]): void {
    this.#items.push(...items);
    this.#serve();
  }

  end(): void {
    this.#ended = true;
    this.#serve();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    this.asked += 1;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return this;
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const [item] = this.#items;
      if (item !== undefined) {
        this.#items.shift();
        this.taken += 1;
        this.#waiting.shift()?.({ done: false, value: item });
      } else if (this.#ended) this.#waiting.shift()?.({ done: true, value: undefined });
      else return;
    }
  }
}
