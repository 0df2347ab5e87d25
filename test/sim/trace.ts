/** Lines kept for people; all are hashed. */
const keptMax = 4_000;

/** Trace: what happened in a world, a short line each, and a hash over all of it. */
export class Trace {
  #lines: string[] = [];
  #count = 0;
  // FNV-1a, two lanes of 32 bits.
  #high = 0x811c9dc5;
  #low = 0x01234567;

  add(line: string): void {
    this.#count += 1;
    for (let at = 0; at < line.length; at += 1) {
      const unit = line.charCodeAt(at);
      this.#high = Math.imul(this.#high ^ unit, 0x01000193);
      this.#low = Math.imul(this.#low ^ unit ^ (this.#high >>> 13), 0x01000193);
    }
    this.#lines.push(line);
    if (this.#lines.length > 2 * keptMax) this.#lines = this.#lines.slice(-keptMax);
  }

  /** Lines ever added. */
  get count(): number {
    return this.#count;
  }

  /** Sixteen hexadecimal digits: two traces with the same hash are the same. */
  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }

  /** The last lines, the newest at the end. */
  last(count: number): readonly string[] {
    return this.#lines.slice(-count);
  }
}
