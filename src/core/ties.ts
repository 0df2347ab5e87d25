/**
 * Ties: who is tied to whom, as numbers in one array: for each slot a block with the slots that it is tied to, in order of
 * preference. To walk all of it reads a few pages of memory, where objects would be all over the place.
 *
 * A block has room for some more; one that outgrows its room moves to the end. When the end is reached, the blocks are put
 * together in an array of twice what they need.
 */
export class Ties {
  #blocks = new Uint32Array(0);
  /** End of the last block. */
  #used = 0;
  /** Room of all blocks together. */
  #needed = 0;
  /** By slot: where its block starts, how many are in it, and how many fit. */
  #starts = new Uint32Array(0);
  #counts = new Uint32Array(0);
  #rooms = new Uint32Array(0);

  /** All blocks, to be read at once: the next change may put them elsewhere. */
  get blocks(): Uint32Array {
    return this.#blocks;
  }

  /** By slot: where its block starts. */
  get starts(): Uint32Array {
    return this.#starts;
  }

  /** By slot: how many it is tied to. */
  get counts(): Uint32Array {
    return this.#counts;
  }

  /** Replaces what a slot is tied to. */
  set(slot: number, others: readonly number[]): void {
    if (slot >= this.#starts.length) this.#growTo(Math.max(8, 2 * slot));
    if (others.length > (this.#rooms[slot] ?? 0)) this.#move(slot, others.length + (others.length >> 1) + 2);
    this.#blocks.set(others, this.#starts[slot]);
    this.#counts[slot] = others.length;
  }

  #growTo(slots: number): void {
    this.#starts = longer(this.#starts, slots);
    this.#counts = longer(this.#counts, slots);
    this.#rooms = longer(this.#rooms, slots);
  }

  #move(slot: number, room: number): void {
    this.#needed += room - (this.#rooms[slot] ?? 0);
    this.#counts[slot] = 0;
    this.#rooms[slot] = 0;
    if (this.#used + room > this.#blocks.length) this.#putTogether();
    this.#rooms[slot] = room;
    this.#starts[slot] = this.#used;
    this.#used += room;
  }

  #putTogether(): void {
    const blocks = new Uint32Array(2 * this.#needed);
    let used = 0;
    for (const [slot, room] of this.#rooms.entries()) {
      const start = this.#starts[slot] ?? 0;
      blocks.set(this.#blocks.subarray(start, start + (this.#counts[slot] ?? 0)), used);
      this.#starts[slot] = used;
      used += room;
    }
    this.#blocks = blocks;
    this.#used = used;
  }
}

function longer(numbers: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(length);
  copy.set(numbers);
  return copy;
}
