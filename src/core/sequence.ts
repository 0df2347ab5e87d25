/**
 * Values under ascending numbers, from which mostly the front is taken.
 *
 *     blocks   [ . . 5 6 8 9 ]  [ 10 11 12 ... ]  [ 20 21 ]
 *                    ▲ taken from                        ▲ put to
 *
 * Things come and go by the million, so what holds them must not outlive them. A Map does: it is made anew every now and
 * then, and each one outgrown keeps what was in it, and the one after it, alive until a full garbage collection: that was
 * half of what a busy sender allocated, as measured. A block is dropped with the last that was in it.
 *
 * Invariants
 * 1. first(), after() and upTo() yield in ascending order what was put and not deleted.
 * 2. Costs: put at the end, delete and first are constant; get, after and upTo are so at both ends and where numbers follow
 *    one another, else logarithmic. A put or a delete in the middle moves one block's worth, and now and then the list of
 *    blocks, whatever the order.
 * 3. Memory is that of what is in it, whatever was put and deleted before.
 * 4. No block is empty; blocks are ascending, and so is what is in each.
 */
export class Sequence<T> {
  readonly #blocks: Block<T>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(number: number): T | undefined {
    const block = this.#blocks[this.#indexOf(number)];
    return block?.values[placeOf(block, number)];
  }

  has(number: number): boolean {
    const block = this.#blocks[this.#indexOf(number)];
    return block !== undefined && placeOf(block, number) >= 0;
  }

  put(number: number, value: T): void {
    const index = Math.max(0, this.#indexOf(number));
    const block = this.#blocks[index];
    if (block === undefined) {
      this.#blocks.push({ numbers: [number], values: [value], from: 0 });
      this.#size += 1;
      return;
    }
    const { numbers, values } = block;
    const place = placeAbove(block, number);
    if (place > block.from && numbers[place - 1] === number) {
      values[place - 1] = value;
      return;
    }
    this.#size += 1;
    const isLast = index === this.#blocks.length - 1;
    if (place === numbers.length && isLast && place >= blockMax) {
      this.#blocks.push({ numbers: [number], values: [value], from: 0 });
    } else if (place === numbers.length) {
      numbers.push(number);
      values.push(value);
    } else {
      numbers.splice(place, 0, number);
      values.splice(place, 0, value);
    }
    if (numbers.length > blockMax) this.#split(index);
  }

  delete(number: number): T | undefined {
    const index = this.#indexOf(number);
    const block = this.#blocks[index];
    const place = block === undefined ? -1 : placeOf(block, number);
    if (block === undefined || place < 0) return undefined;
    const value = block.values[place];
    this.#size -= 1;
    if (place === block.from) {
      block.values[place] = undefined;
      block.from += 1;
    } else {
      block.numbers.splice(place, 1);
      block.values.splice(place, 1);
    }
    if (block.from === block.numbers.length) this.#blocks.splice(index, 1); // invariant 4
    return value;
  }

  /** The lowest number. */
  first(): number | undefined {
    const block = this.#blocks[0];
    return block?.numbers[block.from];
  }

  /** The lowest number above the given one. */
  after(number: number): number | undefined {
    const index = this.#indexOf(number);
    const block = this.#blocks[index];
    if (block === undefined) return this.first();
    const place = placeAbove(block, number);
    if (place < block.numbers.length) return block.numbers[place];
    const next = this.#blocks[index + 1];
    return next?.numbers[next.from];
  }

  /** The highest number that is not above the given one. */
  upTo(number: number): number | undefined {
    const block = this.#blocks[this.#indexOf(number)];
    return block?.numbers[placeAbove(block, number) - 1];
  }

  /** Numbers from first to last, both included, ascending. Deleting while iterating is allowed. */
  *range(first: number, last: number): IterableIterator<number> {
    let next = (this.first() ?? Infinity) >= first ? this.first() : this.after(first - 1);
    while (next !== undefined && next <= last) {
      yield next;
      next = this.after(next);
    }
  }

  /** In ascending order of their numbers. Deleting while iterating is allowed. */
  *values(): IterableIterator<T> {
    for (const [, value] of this.entries()) yield value;
  }

  /** In ascending order. Deleting while iterating is allowed. */
  *entries(): IterableIterator<[number, T]> {
    for (const number of this.range(-Infinity, Infinity)) {
      const value = this.get(number);
      if (value !== undefined) yield [number, value];
    }
  }

  /** The last block that begins at or below the number; -1 when all begin above it. */
  #indexOf(number: number): number {
    const last = this.#blocks.length - 1;
    if (last < 0 || number < this.#begin(0)) return -1;
    // Mostly it is at one of the ends.
    if (number >= this.#begin(last)) return last;
    if (number < this.#begin(1)) return 0;
    let low = 1;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#begin(middle) <= number) low = middle;
      else high = middle;
    }
    return low;
  }

  #begin(index: number): number {
    const block = this.#blocks[index];
    return block?.numbers[block.from] ?? Infinity;
  }

  #split(index: number): void {
    const block = this.#blocks[index];
    if (block === undefined) return;
    const middle = (block.from + block.numbers.length) >>> 1;
    const numbers = block.numbers.splice(middle);
    const values = block.values.splice(middle);
    this.#blocks.splice(index + 1, 0, { numbers, values, from: 0 });
  }
}

/** Numbers and their values, from a place on; what was before it is deleted. */
interface Block<T> {
  readonly numbers: number[];
  readonly values: (T | undefined)[];
  from: number;
}

/** Things in a block: few enough to move, many enough for the list of blocks to be short. */
const blockMax = 512;

/** Where the number stands; -1 where it does not. */
function placeOf<T>(block: Block<T>, number: number): number {
  const place = placeAbove(block, number) - 1;
  return place >= block.from && block.numbers[place] === number ? place : -1;
}

/** The first place whose number is above this one; the length when there is none. */
function placeAbove<T>({ numbers, from }: Block<T>, number: number): number {
  // Where they follow one another, it is where it would be.
  const guess = from + number - (numbers[from] ?? 0);
  if (guess >= from && numbers[guess] === number) return guess + 1;
  let low = from;
  let high = numbers.length;
  const last = numbers[high - 1];
  if (last !== undefined && last <= number) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? Infinity) <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}
