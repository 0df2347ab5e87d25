import type { StoreEntry } from "../../core/store-op.ts";

/** Removed keys tolerated in the order before it is swept, in addition to as many as there are entries. */
const removedSpareMax = 64;

/**
 * A map that can be read in the order of its keys.
 *
 * Writing costs no ordering: ascending keys are appended, others wait until the next read merges them in, and removed
 * ones stay in the order until they outnumber the rest.
 *
 * Invariants
 * 1. #order is ascending and without repetitions; #late holds what is missing from it.
 * 2. A key is in #order or #late exactly if it is in #values; removed ones hold undefined there.
 */
export class SortedTable {
  readonly #values = new Map<string, Uint8Array | undefined>();
  #order: string[] = [];
  #late: string[] = [];
  #removed = 0;

  put(key: string, value: Uint8Array): void {
    const before = this.#values.get(key);
    const listed = before !== undefined || this.#values.has(key);
    if (listed && before === undefined) this.#removed -= 1;
    this.#values.set(key, value);
    if (listed) return;
    const last = this.#order.at(-1);
    if (last === undefined || key > last) this.#order.push(key);
    else this.#late.push(key);
  }

  remove(key: string): void {
    if (this.#values.get(key) === undefined) return;
    this.#values.set(key, undefined);
    this.#removed += 1;
    if (this.#removed > removedSpareMax && this.#removed * 2 > this.#values.size) this.#sweep();
  }

  /** Copies of the entries after the key (all when undefined), ascending, at most `limit`. */
  read(after: string | undefined, limit: number): readonly StoreEntry[] {
    this.#merge();
    const entries: StoreEntry[] = [];
    for (let at = after === undefined ? 0 : this.#positionAfter(after); entries.length < limit; at += 1) {
      const key = this.#order[at];
      if (key === undefined) break;
      const value = this.#values.get(key);
      if (value !== undefined) entries.push({ key, value: value.slice() });
    }
    return entries;
  }

  #positionAfter(key: string): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#order[middle] ?? "") > key) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #merge(): void {
    if (this.#late.length === 0) return;
    // The engine's sort finds the two ascending runs and merges them: linear, not a sort of the whole.
    this.#order = this.#order.concat(this.#late.sort(byCodeUnit)).sort(byCodeUnit);
    this.#late = [];
  }

  #sweep(): void {
    for (const [key, value] of this.#values) {
      if (value === undefined) this.#values.delete(key);
    }
    this.#order = this.#order.filter((key) => this.#values.has(key));
    this.#late = this.#late.filter((key) => this.#values.has(key));
    this.#removed = 0;
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
