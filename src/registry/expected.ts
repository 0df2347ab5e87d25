/**
 * Expected: users whose sessions outlived a restart of the registry. Who was there before it is not to lose its place to a
 * newcomer who calls first: the places are kept until they had time to call.
 *
 * Invariant: nobody is expected for longer than waitMs after the first expire.
 */
export class Expected {
  readonly #names: Set<string>;
  readonly #waitMs: number;
  #untilMs: number | undefined;

  constructor(names: Iterable<string>, waitMs: number) {
    this.#names = new Set(names);
    this.#waitMs = waitMs;
  }

  get count(): number {
    return this.#names.size;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** It came, or it is known that it will not. */
  remove(name: string): void {
    this.#names.delete(name);
  }

  /** Lets time pass. */
  expire(nowMs: number): void {
    this.#untilMs ??= nowMs + this.#waitMs;
    if (nowMs >= this.#untilMs) this.#names.clear();
  }
}
