/**
 * Chance from a seed: xoshiro128** (Blackman and Vigna, 2018), its state filled by SplitMix32. The same seed gives the
 * same numbers on every machine.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /** @param seed a whole number; its lower 32 bits count. */
  constructor(seed: number) {
    let filler = seed >>> 0;
    for (let index = 0; index < 4; index += 1) {
      filler = (filler + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(filler ^ (filler >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      this.#state[index] = mixed ^ (mixed >>> 15);
    }
  }

  /** 0 to 2^32-1. */
  word(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const third = c ^ a;
    const fourth = d ^ b;
    this.#state.set([a ^ fourth, b ^ third, third ^ (b << 9), rotate(fourth, 11)]);
    return result;
  }

  /** From 0, below 1. */
  fraction(): number {
    return this.word() / 2 ** 32;
  }

  /** A number from min to below max; min when they are the same. */
  between([min, max]: Span): number {
    return min + this.fraction() * (max - min);
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

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
