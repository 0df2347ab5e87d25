/**
 * Tellings: of which epochs the neighbours are to hear that there is more of them here, and when.
 *
 * News that came by a push is told once it is repairMs old, and up to the number that is: what is newer is likely to be on
 * its way to them. What was asked for is told at once: nobody pushes it.
 */
export class Tellings {
  readonly #repairMs: number;
  readonly #due = new Map<bigint, { readonly number: number; readonly atMs: number }>();
  /** Nothing is to be told before; may be early, never late. */
  #nextMs = Infinity;

  constructor(repairMs: number) {
    this.#repairMs = repairMs;
  }

  get nextDeadlineMs(): number {
    return this.#nextMs;
  }

  /** There is more of the epoch, up to the number, all of it durable. */
  news(epoch: bigint, number: number, by: { readonly asked: boolean; readonly nowMs: number }): void {
    const { asked, nowMs } = by;
    const before = this.#due.get(epoch);
    // Epochs that change one soon after the other are told together.
    const atMs = asked ? nowMs : Math.ceil((nowMs + this.#repairMs) / togetherMs) * togetherMs;
    if (before !== undefined && before.atMs <= atMs) return;
    this.#due.set(epoch, { number, atMs });
    this.#nextMs = Math.min(this.#nextMs, atMs);
  }

  /** What is to be told now. @param reached how far the epoch has come meanwhile: the rest is told later. */
  take(
    reached: (epoch: bigint) => number,
    nowMs: number,
  ): readonly { readonly epoch: bigint; readonly number: number }[] {
    if (nowMs < this.#nextMs) return [];
    this.#nextMs = Infinity;
    const told: { epoch: bigint; number: number }[] = [];
    for (const [epoch, { number, atMs }] of [...this.#due]) {
      if (atMs > nowMs) {
        this.#nextMs = Math.min(this.#nextMs, atMs);
        continue;
      }
      told.push({ epoch, number });
      this.#due.delete(epoch);
      if (reached(epoch) > number) this.news(epoch, reached(epoch), { asked: false, nowMs });
    }
    return told;
  }
}

/** Tellings fall on multiples of this, milliseconds. */
const togetherMs = 100;
