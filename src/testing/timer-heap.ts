/** What a heap keeps of its items. */
export interface HeapItem {
  /** When it is due. */
  atMs: number;
  /** Breaks ties: what was set first comes first. */
  order: number;
  /** Where it is in its heap; the heap's to change. */
  place: number;
}

/** Two to the power of this is the number of children of an item: four are cheap to compare, and halve the depth. */
const arityBits = 2;
const arity = 1 << arityBits;

/** TimerHeap: items in order of their times. Each knows its place, so that taking one out leaves nothing behind. */
export class TimerHeap<T extends HeapItem> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  /** Puts in an item that is in no heap. */
  add(item: T): void {
    this.#rise(this.#items.length, item);
  }

  /** Takes out an item that is in. */
  remove(item: T): void {
    const { place } = item;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    const above = this.#items[(place - 1) >> arityBits];
    if (place > 0 && above !== undefined && isBefore(last, above)) this.#rise(place, last);
    else this.#sink(place, last);
  }

  #rise(from: number, item: T): void {
    const items = this.#items;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> arityBits;
      const parent = items[above];
      if (parent === undefined || !isBefore(item, parent)) break;
      items[place] = parent;
      parent.place = place;
      place = above;
    }
    items[place] = item;
    item.place = place;
  }

  #sink(from: number, item: T): void {
    const items = this.#items;
    let place = from;
    for (;;) {
      const below = this.#firstBelow(place);
      const child = items[below];
      if (child === undefined || !isBefore(child, item)) break;
      items[place] = child;
      child.place = place;
      place = below;
    }
    items[place] = item;
    item.place = place;
  }

  /** Where the first of an item's children is; beyond the end when it has none. */
  #firstBelow(place: number): number {
    const items = this.#items;
    const from = place * arity + 1;
    const end = Math.min(from + arity, items.length);
    let first = from;
    let least = from < end ? items[from] : undefined;
    for (let at = from + 1; at < end; at += 1) {
      const item = items[at];
      if (item === undefined || least === undefined || !isBefore(item, least)) continue;
      least = item;
      first = at;
    }
    return first;
  }
}

function isBefore(a: HeapItem, b: HeapItem): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
