/**
 * Values under ascending numbers, from which mostly the front is taken.
 *
 *     slots   . . [ 5 6 - 8 9 ] . .    - was deleted, between others that are there
 *                 ▲ head
 *
 * The slots are a ring that stays as it is while things come and go. A Map would be made anew every now and then, and each
 * one outgrown keeps what was in it alive until a full garbage collection: half of what a busy sender allocates, as
 * measured.
 *
 * Invariants
 * 1. first(), after() and upTo() yield in ascending order what was put and not deleted.
 * 2. Costs, amortised: put at the end, delete and first are constant; so are get, after and upTo where numbers follow
 *    one another, else they are logarithmic.
 * 3. Memory is that of what is in it, whatever was put and deleted before.
 * 4. The first and the last slot in use hold something that is there.
 */
export class Sequence<T> {
  #numbers = new Float64Array(0);
  #values: (T | undefined)[] = [];
  #head = 0;
  /** Slots in use, those of deleted ones included. */
  #length = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(number: number): T | undefined {
    const place = this.#placeAbove(number) - 1;
    return place >= 0 && this.#numberAt(place) === number ? this.#values[this.#slot(place)] : undefined;
  }

  has(number: number): boolean {
    return this.get(number) !== undefined;
  }

  put(number: number, value: T): void {
    if (this.#length === this.#numbers.length) this.#rehouse();
    let place = this.#placeAbove(number) - 1;
    if (place < 0 || this.#numberAt(place) !== number) {
      place += 1;
      this.#open(place);
      this.#numbers[this.#slot(place)] = number;
    }
    const slot = this.#slot(place);
    if (this.#values[slot] === undefined) this.#size += 1;
    this.#values[slot] = value;
  }

  delete(number: number): T | undefined {
    const place = this.#placeAbove(number) - 1;
    if (place < 0 || this.#numberAt(place) !== number) return undefined;
    const slot = this.#slot(place);
    const value = this.#values[slot];
    if (value === undefined) return undefined;
    this.#values[slot] = undefined;
    this.#size -= 1;
    this.#trim(); // invariant 4
    const isThin = this.#length > 2 * this.#size + passedMax;
    const isWide = this.#length * 8 < this.#numbers.length && this.#numbers.length > wideRing;
    const isEmpty = this.#size === 0 && this.#numbers.length > smallRing;
    if (isThin || isWide || isEmpty) this.#rehouse();
    return value;
  }

  /** The lowest number. */
  first(): number | undefined {
    return this.#length === 0 ? undefined : this.#numberAt(0);
  }

  /** The lowest number above the given one. */
  after(number: number): number | undefined {
    const start = this.#placeAbove(number);
    let place = start;
    while (place < this.#length && this.#values[this.#slot(place)] === undefined) place += 1;
    if (place === this.#length) return undefined;
    const found = this.#numberAt(place);
    // Deleted ones are passed over once, or whoever asks again and again would walk through them each time.
    if (place - start > passedMax) this.#close(start, place - start);
    return found;
  }

  /** The highest number that is not above the given one. */
  upTo(number: number): number | undefined {
    const end = this.#placeAbove(number);
    let place = end - 1;
    while (place >= 0 && this.#values[this.#slot(place)] === undefined) place -= 1;
    if (place < 0) return undefined;
    const found = this.#numberAt(place);
    // As above.
    if (end - 1 - place > passedMax) this.#close(place + 1, end - 1 - place);
    return found;
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

  #slot(place: number): number {
    return (this.#head + place) & (this.#numbers.length - 1);
  }

  #numberAt(place: number): number {
    return this.#numbers[this.#slot(place)] ?? NaN;
  }

  /** The first place whose number is above this one; the length when there is none. */
  #placeAbove(number: number): number {
    if (this.#length === 0) return 0;
    // Where they follow one another, it is where it would be.
    const guess = number - this.#numberAt(0) + 1;
    if (guess <= 0) return 0;
    if (guess <= this.#length && this.#numberAt(guess - 1) === number) return guess;
    let low = 0;
    let high = this.#length;
    if (this.#numberAt(high - 1) <= number) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#numberAt(middle) <= number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Makes a slot at this place, of those that are free: those in use on its shorter side move. */
  #open(at: number): void {
    this.#length += 1;
    if (at * 2 < this.#length) {
      this.#head = this.#slot(this.#numbers.length - 1);
      for (let place = 0; place < at; place += 1) this.#move(place + 1, place);
    } else for (let place = this.#length - 1; place > at; place -= 1) this.#move(place - 1, place);
    this.#values[this.#slot(at)] = undefined;
  }

  /** Takes so many slots out from this place on: those on their shorter side move. */
  #close(at: number, count: number): void {
    if (at * 2 < this.#length) {
      for (let place = at - 1; place >= 0; place -= 1) this.#move(place, place + count);
      this.#head = this.#slot(count);
    } else for (let place = at + count; place < this.#length; place += 1) this.#move(place, place - count);
    this.#length -= count;
  }

  #move(from: number, to: number): void {
    const slot = this.#slot(from);
    this.#numbers[this.#slot(to)] = this.#numbers[slot] ?? NaN;
    this.#values[this.#slot(to)] = this.#values[slot];
    this.#values[slot] = undefined;
  }

  /** Gives up slots of deleted ones at both ends. */
  #trim(): void {
    while (this.#length > 0 && this.#values[this.#slot(0)] === undefined) {
      this.#head = this.#slot(1);
      this.#length -= 1;
    }
    while (this.#length > 0 && this.#values[this.#slot(this.#length - 1)] === undefined) this.#length -= 1;
  }

  /** Moves what is there into a ring with as many slots again: invariant 3. */
  #rehouse(): void {
    const numbers = new Float64Array(ringOf(2 * this.#size));
    const values: (T | undefined)[] = [];
    for (let slot = 0; slot < numbers.length; slot += 1) values.push(undefined);
    let length = 0;
    for (let place = 0; place < this.#length; place += 1) {
      const value = this.#values[this.#slot(place)];
      if (value === undefined) continue;
      numbers[length] = this.#numberAt(place);
      values[length] = value;
      length += 1;
    }
    this.#numbers = numbers;
    this.#values = values;
    this.#head = 0;
    this.#length = length;
  }
}

/** Deleted numbers that may stand in the list in a row: few enough to pass over, enough to be worth moving the rest. */
const passedMax = 32;

/** Slots that are not worth giving up, of one that is empty and of one that is not. */
const smallRing = 16;
const wideRing = 1_024;

/** Slots of a ring for so many at least: a power of two, so that a place becomes a slot with one operation. */
function ringOf(count: number): number {
  let slots = smallRing;
  while (slots < count) slots *= 2;
  return slots;
}
