/**
 * Weights: how much each of many holds, and who holds the most.
 *
 * To add, to take away and to find the heaviest costs the same however many there are, but for the steps from one weight that
 * somebody has down to the next: and those were steps up before.
 */
export class Weights {
  readonly #weights = new Map<bigint, number>();
  /** Who has which weight; who came to it first comes first. */
  readonly #holders = new Map<number, Set<bigint>>();
  /** Nobody has more. */
  #top = 0;

  /** @param weight a whole number, below 0 to take away. */
  add(holder: bigint, weight: number): void {
    const before = this.#weights.get(holder) ?? 0;
    const now = before + weight;
    const peers = this.#holders.get(before);
    peers?.delete(holder);
    if (peers?.size === 0) this.#holders.delete(before);
    if (now <= 0) {
      this.#weights.delete(holder);
      return;
    }
    this.#weights.set(holder, now);
    this.#holders.set(now, (this.#holders.get(now) ?? new Set()).add(holder));
    this.#top = Math.max(this.#top, now);
  }

  /** The heaviest first. Nothing may be added meanwhile. */
  *heaviest(): Generator<bigint> {
    while (this.#top > 0 && !this.#holders.has(this.#top)) this.#top -= 1;
    for (let weight = this.#top; weight > 0; weight -= 1) yield* this.#holders.get(weight) ?? [];
  }
}
