/** Lines kept for people. */
const keptMax = 4_000;

/**
 * Trace: a hash over all that happens in a world, and what happened last in words.
 *
 * The hash takes in bytes, numbers and names as they come; words are made only when somebody keeps them.
 */
export class Trace {
  readonly #keeps: boolean;
  readonly #told: ((line: string) => void) | undefined;
  #lines: string[] = [];
  #count = 0;
  // FNV-1a, two lanes of 32 bits.
  #high = 0x811c9dc5;
  #low = 0x01234567;

  /** @param keeps whether the last lines are kept. @param told each line at once, if somebody wants them. */
  constructor(keeps: boolean, told?: (line: string) => void) {
    this.#keeps = keeps;
    this.#told = told;
  }

  /** One thing that happened: when, what, and its bytes if it has any. */
  mix(atMs: number, what: string, bytes?: Uint8Array): void {
    this.#count += 1;
    // Times are multiples of 1/1024 ms.
    const ticks = atMs * 1_024;
    this.#take(ticks >>> 0);
    this.#take(Math.floor(ticks / 2 ** 32));
    for (let at = 0; at < what.length; at += 1) this.#take(what.charCodeAt(at));
    if (bytes === undefined) return;
    this.#take(bytes.length);
    this.#takeAll(bytes);
  }

  /** The same in words. */
  note(line: () => string): void {
    if (!this.#keeps && this.#told === undefined) return;
    const words = line();
    this.#told?.(words);
    if (!this.#keeps) return;
    this.#lines.push(words);
    if (this.#lines.length > 2 * keptMax) this.#lines = this.#lines.slice(-keptMax);
  }

  /** Things taken in. */
  get count(): number {
    return this.#count;
  }

  /** Sixteen hexadecimal digits: worlds with the same hash went the same way. */
  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }

  /** The last lines, the newest at the end. */
  last(count: number): readonly string[] {
    return this.#lines.slice(-count);
  }

  /** Each byte in turn: all that ever travels passes here, so both lanes stay in local variables. */
  #takeAll(bytes: Uint8Array): void {
    let [high, low] = [this.#high, this.#low];
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      high = Math.imul(high ^ byte, 0x01000193);
      low = Math.imul(low ^ byte ^ (high >>> 13), 0x01000193);
    }
    this.#high = high;
    this.#low = low;
  }

  #take(unit: number): void {
    this.#high = Math.imul(this.#high ^ unit, 0x01000193);
    this.#low = Math.imul(this.#low ^ unit ^ (this.#high >>> 13), 0x01000193);
  }
}
