import { shellLimits } from "../core/limits.ts";

/**
 * Fanout: one source, any number of readers, each with a bounded queue of its own.
 *
 * Invariants
 * 1. A reader sees what is told after it began to read, in order; one that is too slow loses the oldest, never the newest.
 * 2. end lets readers finish what they have, then ends them.
 */
export class Fanout<T> {
  readonly #readers = new Set<Reader<T>>();
  #ended = false;

  /** Somebody would hear what is told now. */
  get isRead(): boolean {
    return this.#readers.size > 0;
  }

  tell(item: T): void {
    for (const reader of this.#readers) reader.push(item);
  }

  end(): void {
    this.#ended = true;
    for (const reader of this.#readers) reader.end();
  }

  /** A reader that starts now. The signal ends it at once: what it has is forgotten. */
  read(signal?: AbortSignal): AsyncIterableIterator<T> {
    const abort = (): void => void reader.return();
    const reader = new Reader<T>((gone) => {
      this.#readers.delete(gone);
      // A signal may outlive many readers.
      signal?.removeEventListener("abort", abort);
    });
    this.#readers.add(reader);
    signal?.addEventListener("abort", abort);
    if (this.#ended || signal?.aborted === true) reader.end();
    return reader;
  }
}

class Reader<T> implements AsyncIterableIterator<T> {
  readonly #gone: (reader: Reader<T>) => void;
  #items: T[] = [];
  #waiting: ((result: IteratorResult<T>) => void)[] = [];
  #ended = false;

  constructor(gone: (reader: Reader<T>) => void) {
    this.#gone = gone;
  }

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting({ done: false, value: item });
    if (this.#items.length >= shellLimits.eventsBehindMax) this.#items.shift();
    this.#items.push(item);
  }

  end(): void {
    this.#ended = true;
    this.#gone(this);
    for (const waiting of this.#waiting) waiting({ done: true, value: undefined });
    this.#waiting = [];
  }

  next(): Promise<IteratorResult<T>> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve({ done: false, value: item });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<T>> {
    this.#items = [];
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
