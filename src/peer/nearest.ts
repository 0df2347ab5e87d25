/**
 * Nearest: the first few of many that come in any order, each once. Holds no more than those.
 */
export class Nearest<T> {
  readonly #max: number;
  readonly #compare: (a: T, b: T) => number;
  /** Ascending. */
  readonly #items: T[] = [];

  /** @param compare for sort; 0 for the same one. */
  constructor(max: number, compare: (a: T, b: T) => number) {
    this.#max = max;
    this.#compare = compare;
  }

  /** Ascending. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** Whether it would be among them as it is now. */
  takes(item: T): boolean {
    const last = this.#items.at(-1);
    return last === undefined || this.#items.length < this.#max || this.#compare(item, last) < 0;
  }

  add(item: T): void {
    if (!this.takes(item)) return;
    const at = this.#placeFor(item);
    const there = this.#items[at];
    if (there !== undefined && this.#compare(there, item) === 0) return;
    this.#items.splice(at, 0, item);
    if (this.#items.length > this.#max) this.#items.pop();
  }

  /** Index of the first that does not come before it. */
  #placeFor(item: T): number {
    let [low, high] = [0, this.#items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#items[middle];
      if (there !== undefined && this.#compare(there, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
