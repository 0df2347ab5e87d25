/**
 * A set of whole numbers from 1 to 2^53-1 that are spread evenly, such as hashes: a table of doubles, without an object
 * for each. Takes 16 to 32 bytes a number, and what the fullest it ever was took.
 */
export class NumberSet {
  /** 0 where there is none; as many as a power of 2, never more than half of them taken. */
  #slots = new Float64Array(slotsMin);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(number: number): boolean {
    return this.#slots[this.#slotOf(number)] === number;
  }

  add(number: number): void {
    const slot = this.#slotOf(number);
    if (this.#slots[slot] === number) return;
    this.#slots[slot] = number;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#grow();
  }

  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  /** Where the number is, or would be. */
  #slotOf(number: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = number & mask;
    for (let held = slots[slot]; held !== number && held !== 0; held = slots[slot]) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    for (const number of before) if (number !== 0) this.#slots[this.#slotOf(number)] = number;
  }
}

const slotsMin = 64;
