import type { Field } from "./flaw.ts";

const wordBytes = 8;

/** The pages of an lmdb file that are in use, and what leads to each of them. */
export class UsedPages {
  readonly #pageBytes: number;
  /** For each page, where in the file its number stands; 0 for those that are not in use. */
  readonly #usedAt: Float64Array;
  /** How many there are. */
  size = 0;

  /** @param last number of the last page. */
  constructor(last: number, pageBytes: number) {
    this.#pageBytes = pageBytes;
    this.#usedAt = new Float64Array(last + 1);
  }

  /** Adds a page that was not in use. @param at where its number stands in the file. */
  add(page: number, at: number): void {
    this.#usedAt[page] = at;
    this.size += 1;
  }

  /** A field in a page that is in use, and all that leads there, the nearest first: each may be what is wrong. */
  leadsBy(field: Field): readonly Field[] {
    return [field, ...this.leadsTo(Math.floor(field.at / this.#pageBytes))];
  }

  /** The same for a page; empty when it is not in use, or a meta page, where all begins. */
  leadsTo(page: number): readonly Field[] {
    const at = this.#usedAt[page] ?? 0;
    return at === 0 ? [] : this.leadsBy({ at, bytes: wordBytes });
  }
}
