import type { Field } from "./structure.ts";

const wordBytes = 8;

/**
 * The pages that an lmdb file lists as free.
 *
 * A list is a count and so many words: 0 for nothing, a page's number, or, less than 0, the length of a run whose first
 * page the next word names. Source: lmdb-js, mdb.c, mdb_page_alloc and mdb_freelist_save.
 */
export class FreePages {
  readonly #last: number;
  /** For each free page, where it is listed; 0 for others. */
  readonly #listedAt: Float64Array;
  /** Mistakes that are seen when the whole list is known. */
  #twice: { readonly page: number; readonly fields: readonly Field[] } | undefined;
  size = 0;

  constructor(last: number) {
    this.#last = last;
    this.#listedAt = new Float64Array(last + 1);
  }

  /** Adds a list. @param at where it stands in the file. */
  add(list: Buffer, at: number): void {
    const count = list.length < wordBytes ? 0n : list.readBigInt64LE(0);
    const words = Math.floor(list.length / wordBytes) - 1;
    if (count < 0n || count > BigInt(words)) return this.#wrong(-1, [{ at, bytes: wordBytes }]);
    for (let index = 1; index <= Number(count); index += 1) {
      const word = Number(list.readBigInt64LE(index * wordBytes));
      const field = { at: at + index * wordBytes, bytes: wordBytes };
      if (word === 0) continue;
      if (word > 0) this.#addRun(word, 1, [field]);
      else {
        index += 1;
        const first = index <= words ? Number(list.readBigInt64LE(index * wordBytes)) : 0;
        this.#addRun(first, -word, [field, { at: field.at + wordBytes, bytes: wordBytes }]);
      }
    }
  }

  /** A page that is listed twice or is used as well, or a list that makes no sense (-1). @param usedAt 0 when it is not. */
  overlap(usedAt: (page: number) => number): { readonly page: number; readonly fields: readonly Field[] } | undefined {
    if (this.#twice !== undefined) return this.#twice;
    for (let page = 2; page <= this.#last; page += 1) {
      const listedAt = this.#listedAt[page] ?? 0;
      if (listedAt === 0 || usedAt(page) === 0) continue;
      return { page, fields: [listedAt - wordBytes, listedAt, usedAt(page)].map((at) => ({ at, bytes: wordBytes })) };
    }
    return undefined;
  }

  #addRun(first: number, count: number, fields: readonly Field[]): void {
    if (first < 2 || first + count - 1 > this.#last) return this.#wrong(first, fields);
    for (let page = first; page < first + count; page += 1) {
      const other = this.#listedAt[page] ?? 0;
      if (other > 0)
        return this.#wrong(page, [...fields, ...[other - wordBytes, other].map((at) => ({ at, bytes: wordBytes }))]);
      this.#listedAt[page] = fields[0]?.at ?? 0;
      this.size += 1;
    }
  }

  #wrong(page: number, fields: readonly Field[]): void {
    this.#twice ??= { page, fields };
  }
}
