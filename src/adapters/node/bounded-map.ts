/**
 * A map that forgets the entry untouched for longest once it is full.
 *
 * Invariant: it never holds more than the given number of entries.
 */
export class BoundedMap<Key, Value> {
  readonly #entriesMax: number;
  // A Map iterates in insertion order; touching an entry moves it to the end, so the first one is the stalest.
  readonly #entries = new Map<Key, Value>();

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#entriesMax) return;
    for (const stalest of this.#entries.keys()) {
      this.#entries.delete(stalest);
      return;
    }
  }
}
