/**
 * Values under ascending numbers, from which mostly the front is taken.
 *
 * Invariants
 * 1. first() and after() yield in ascending order what was put and not deleted.
 * 2. Costs, amortised: put at the end, get, delete and first are constant; after is logarithmic.
 * 3. Memory is that of what is in it, whatever was put and deleted before.
 */
export class Sequence<T> {
  #numbers: number[] = [];
  #head = 0;
  readonly #values = new Map<number, T>();

  get size(): number {
    return this.#values.size;
  }

  get(number: number): T | undefined {
    return this.#values.get(number);
  }

  has(number: number): boolean {
    return this.#values.has(number);
  }

  put(number: number, value: T): void {
    if (!this.#values.has(number)) {
      const last = this.#numbers.at(-1);
      if (last === undefined || number > last) this.#numbers.push(number);
      else this.#insert(number);
    }
    this.#values.set(number, value);
  }

  delete(number: number): T | undefined {
    const value = this.#values.get(number);
    if (value !== undefined && this.#values.delete(number)) this.#thin();
    return value;
  }

  /** The lowest number. */
  first(): number | undefined {
    for (;;) {
      const number = this.#numbers[this.#head];
      if (number === undefined) {
        this.#numbers = [];
        this.#head = 0;
        return undefined;
      }
      if (this.#values.has(number)) return number;
      this.#head += 1;
      this.#compact();
    }
  }

  /** The lowest number above the given one. */
  after(number: number): number | undefined {
    const start = this.#indexAbove(number);
    for (let index = start; index < this.#numbers.length; index += 1) {
      const candidate = this.#numbers[index];
      if (candidate === undefined || !this.#values.has(candidate)) continue;
      // Deleted ones are passed over once, or whoever asks again and again would walk through them each time.
      if (index - start > passedMax) this.#numbers.splice(start, index - start);
      return candidate;
    }
    this.#numbers.length = start;
    return undefined;
  }

  /** Numbers from first to last, both included, ascending. Deleting while iterating is allowed. */
  *range(first: number, last: number): IterableIterator<number> {
    let next = (this.first() ?? Infinity) >= first ? this.first() : this.after(first - 1);
    while (next !== undefined && next <= last) {
      yield next;
      next = this.after(next);
    }
  }

  values(): IterableIterator<T> {
    return this.#values.values();
  }

  entries(): IterableIterator<[number, T]> {
    return this.#values.entries();
  }

  #insert(number: number): void {
    const index = this.#indexAbove(number);
    // A number deleted and put again may still stand in the list.
    if (this.#numbers[index - 1] === number && index - 1 >= this.#head) return;
    this.#numbers.splice(index, 0, number);
  }

  #indexAbove(number: number): number {
    let low = this.#head;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] ?? Infinity) <= number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets the deleted once they are more than the others: invariant 3. */
  #thin(): void {
    if (this.#numbers.length - this.#head <= 2 * this.#values.size + passedMax) return;
    this.#numbers = this.#numbers.slice(this.#head).filter((number) => this.#values.has(number));
    this.#head = 0;
  }

  #compact(): void {
    if (this.#head < 1_024 || this.#head * 2 < this.#numbers.length) return;
    this.#numbers = this.#numbers.slice(this.#head);
    this.#head = 0;
  }
}

/** Deleted numbers that may stand in the list in a row: few enough to pass over, enough to be worth moving the rest. */
const passedMax = 32;
