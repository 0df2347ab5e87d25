/** What is counted as it happens. */
export type Counted = "sent" | "delivered" | "exhausted" | "waited" | "read" | "wrong";

interface Waiter {
  readonly count: Counted;
  readonly least: number;
  readonly done: () => void;
}

/** Tally: counts, and whoever waits for one of them. */
export class Tally {
  readonly #counts: Record<Counted, number> = { sent: 0, delivered: 0, exhausted: 0, waited: 0, read: 0, wrong: 0 };
  #waiters: Waiter[] = [];

  get counts(): Readonly<Record<Counted, number>> {
    return this.#counts;
  }

  add(count: Counted): void {
    this.#counts[count] += 1;
    if (this.#waiters.length > 0) this.#wake();
  }

  /** Resolves once it is at least so high. */
  async reach(count: Counted, least: number): Promise<void> {
    if (this.#counts[count] >= least) return;
    await new Promise<void>((done) => this.#waiters.push({ count, least, done }));
  }

  #wake(): void {
    const isDue = ({ count, least }: Waiter): boolean => this.#counts[count] >= least;
    const due = this.#waiters.filter(isDue);
    if (due.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !isDue(waiter));
    for (const { done } of due) done();
  }
}
