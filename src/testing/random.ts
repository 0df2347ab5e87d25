/**
 * Chance from a seed: xoshiro128** (Blackman and Vigna, 2018), its state filled by SplitMix32. The same seed gives the
 * same numbers on every machine.
 */
export class Random {
  // Four fields rather than an array: a world draws millions of these, and fields cost a third.
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed a whole number; its lower 32 bits count. */
  constructor(seed: number) {
    const low = seed >>> 0;
    this.#a = splitMix(low + 0x9e3779b9);
    this.#b = splitMix(low + 2 * 0x9e3779b9);
    this.#c = splitMix(low + 3 * 0x9e3779b9);
    this.#d = splitMix(low + 4 * 0x9e3779b9);
  }

  /** 0 to 2^32-1. */
  word(): number {
    const b = this.#b;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const third = this.#c ^ this.#a;
    const fourth = this.#d ^ b;
    this.#b = b ^ third;
    this.#c = third ^ (b << 9);
    this.#d = rotate(fourth, 11);
    this.#a ^= fourth;
    return result >>> 0;
  }

  /** From 0, below 1. */
  fraction(): number {
    return this.word() / 4_294_967_296;
  }

  /** A number from min to below max; min when they are the same. */
  between(span: Span): number {
    return span[0] + this.fraction() * (span[1] - span[0]);
  }

  /** A whole number from min to max, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  /** True that often, 0 to 1. */
  chance(ratio: number): boolean {
    return this.fraction() < ratio;
  }

  /** One of them. @throws RangeError when there is none. */
  pick<T>(among: readonly T[]): T {
    const index = this.whole(0, among.length - 1);
    for (const picked of among.slice(index, index + 1)) return picked;
    throw new RangeError("there is nothing to pick from");
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.word() >>> 24);
  }

  /** Another stream of chance: what is drawn from one does not shift the other. */
  fork(): Random {
    return new Random(this.word());
  }
}

/** From and to, milliseconds as a rule. */
export type Span = readonly [min: number, max: number];

/** One number of SplitMix32 from a state; its lower 32 bits count. */
function splitMix(state: number): number {
  const word = state | 0;
  let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
