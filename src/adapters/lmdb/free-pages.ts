import type { Field } from "./flaw.ts";

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
  /** How many there are. */
  size = 0;
  #wrong: readonly Field[] | undefined;

  constructor(last: number) {
    this.#last = last;
    this.#listedAt = new Float64Array(last + 1);
  }

  /** Adds a list. @param at where it stands in the file. */
  add(list: Buffer, at: number): void {
    const count = list.length < wordBytes ? 0n : list.readBigInt64LE(0);
    const words = Math.floor(list.length / wordBytes) - 1;
    if (count < 0n || count > BigInt(words)) return this.#note([{ at, bytes: wordBytes }]);
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

  /** Where a mistake may lie, when pages are listed twice or used as well. @param usedAt where; empty when a page is not used. */
  wrong(usedAt: (page: number) => readonly Field[]): readonly Field[] | undefined {
    if (this.#wrong !== undefined) return this.#wrong;
    for (const [page, listedAt] of this.#listedAt.entries()) {
      const used = listedAt === 0 ? [] : usedAt(page);
      if (used.length > 0) return [...entryAt(listedAt), ...used];
    }
    return undefined;
  }

  #addRun(first: number, count: number, fields: readonly Field[]): void {
    if (first < 2 || first + count - 1 > this.#last) return this.#note(fields);
    for (let page = first; page < first + count; page += 1) {
      const other = this.#listedAt[page] ?? 0;
      if (other > 0) return this.#note([...fields, ...entryAt(other)]);
      this.#listedAt[page] = fields[0]?.at ?? 0;
      this.size += 1;
    }
  }

  #note(fields: readonly Field[]): void {
    this.#wrong ??= fields;
  }
}

/** An entry: two words when it is a run. */
function entryAt(at: number): readonly Field[] {
  return [{ at, bytes: 2 * wordBytes }];
}
