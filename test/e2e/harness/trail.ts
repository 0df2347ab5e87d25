/** How a wait looks for what it waits for. */
export interface UntilOptions {
  /** Position in the trail to look from. Default 0: what is there already counts. */
  readonly since?: number;
  /** How many items must match. Default 1. */
  readonly times?: number;
  /** Longest wait, milliseconds. It only ends a test that has failed, so it is generous. Default 40 s. */
  readonly boundMs?: number;
}

interface Waiter<T> {
  readonly take: (item: T) => boolean;
  readonly fail: (why: string) => void;
}

const defaultBoundMs = 40_000;

/** Everything that came out of something, in order, and a way to wait for what is still to come. */
export class Trail<T> {
  readonly #items: T[] = [];
  readonly #waiters = new Set<Waiter<T>>();
  readonly #context: () => string;
  #ended: string | undefined;

  /** `context` is asked when a wait fails, and its answer becomes part of the error. */
  constructor(context: () => string) {
    this.#context = context;
  }

  /** The position after the newest item: pass it as `since` to wait for something new. */
  get end(): number {
    return this.#items.length;
  }

  /** What lies between two positions. */
  items(since = 0, end = this.#items.length): readonly T[] {
    return this.#items.slice(since, end);
  }

  push(item: T): void {
    this.#items.push(item);
    for (const waiter of this.#waiters) if (waiter.take(item)) this.#waiters.delete(waiter);
  }

  /** Nothing more will come: waits fail at once instead of at their bound. */
  close(why: string): void {
    this.#ended = why;
    for (const waiter of this.#waiters) waiter.fail(why);
    this.#waiters.clear();
  }

  /** More may come again. */
  reopen(): void {
    this.#ended = undefined;
  }

  /**
   * Resolves with the item that makes the wait complete: the `times`-th match since `since`.
   *
   * @throws Error that names what was waited for and shows the context, after the bound or when the trail is closed.
   */
  until(what: string, match: (item: T) => boolean, options: UntilOptions = {}): Promise<T> {
    const { since = 0, times = 1, boundMs = defaultBoundMs } = options;
    // The stack of the caller, not that of a timer, is what leads to the failing line.
    const failure = new Error(`waiting for ${what}`);
    let seen = 0;
    const completes = (item: T): boolean => match(item) && ++seen === times;

    for (const item of this.#items.slice(since)) if (completes(item)) return Promise.resolve(item);
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        failure.message = `${why}, waiting for ${what} (${seen} of ${times} seen)\n${this.#context()}`;
        reject(failure);
      };
      const take = (item: T): boolean => {
        if (!completes(item)) return false;
        clearTimeout(timer);
        resolve(item);
        return true;
      };
      const waiter = { take, fail };
      const timer = setTimeout(() => fail(`nothing within ${boundMs} ms`), boundMs);
      if (this.#ended === undefined) this.#waiters.add(waiter);
      else fail(this.#ended);
    });
  }
}
