interface Waiter {
  readonly condition: () => boolean;
  readonly finish: (held: boolean) => void;
}

/** Longest wait for anything, milliseconds: it ends only what has gone wrong, so it is generous. */
const boundMs = 60_000;

/** Wakes whoever waits for a condition, whenever something happened. */
export class Pulse {
  readonly #waiters = new Set<Waiter>();

  /** Something happened. */
  beat(): void {
    for (const waiter of [...this.#waiters]) if (waiter.condition()) waiter.finish(true);
  }

  /** Resolves with true once the condition holds, with false when it did not in time. Never rejects. */
  until(condition: () => boolean, forMs = boundMs): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (held: boolean): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(held);
      };
      const timer = setTimeout(() => finish(condition()), forMs);
      const waiter = { condition, finish };
      this.#waiters.add(waiter);
    });
  }

  /** Lets time pass. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
}
