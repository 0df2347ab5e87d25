import { TimerHeap, type HeapItem } from "./timer-heap.ts";

/** Where an item is. */
type Home = "nowhere" | "near" | "wheel" | "far";

/** What a wheel keeps of its items; it is the wheel's to change. */
export interface WheelItem<T> extends HeapItem {
  home: Home;
  /** Its neighbours in one slot of the wheel. */
  before: T | undefined;
  after: T | undefined;
}

/** Slots of a millisecond each; a power of two, and a multiple of the 32 that one word marks. */
const slotsMax = 4_096;

/**
 * TimerWheel: items in the order of their times, and of their setting at the same time.
 *
 *     near   what is due in the slot that has been reached, and before: a heap, small as a rule
 *     wheel  what is due within 4 s after it: a list for each millisecond, in no order
 *     far    what is due later: a heap
 *
 * So most items are put in and taken out without being compared to any other (Varghese and Lauck, 1987).
 */
export class TimerWheel<T extends WheelItem<T>> {
  readonly #near = new TimerHeap<T>();
  readonly #far = new TimerHeap<T>();
  readonly #slots: (T | undefined)[] = Array.from({ length: slotsMax }, () => undefined);
  /** A bit for each slot with something in it. */
  readonly #marks = new Int32Array(slotsMax / 32);
  /** How many items are in slots. */
  #turning = 0;
  /** The slot that has been reached, counted from 1970. */
  #reached: number;
  #order = 0;

  constructor(nowMs: number) {
    this.#reached = Math.floor(nowMs);
  }

  get size(): number {
    return this.#near.size + this.#turning + this.#far.size;
  }

  /** When the first is due; Infinity when there is none. */
  get nextMs(): number {
    const first = this.#near.first ?? this.#turn();
    return first === undefined ? Infinity : first.atMs;
  }

  /** Puts an item in, or elsewhere if it is in. */
  set(item: T, atMs: number): void {
    if (item.home !== "nowhere") this.remove(item);
    item.atMs = atMs;
    item.order = this.#order;
    this.#order += 1;
    const slot = Math.floor(atMs);
    if (slot <= this.#reached) this.#addNear(item);
    else if (slot - this.#reached < slotsMax) this.#addToSlot(item, slot & (slotsMax - 1));
    else {
      item.home = "far";
      this.#far.add(item);
    }
  }

  /** Takes an item out, if it is in. */
  remove(item: T): void {
    switch (item.home) {
      case "nowhere":
        return;
      case "near":
        this.#near.remove(item);
        break;
      case "wheel":
        this.#removeFromSlot(item);
        break;
      case "far":
        this.#far.remove(item);
    }
    item.home = "nowhere";
  }

  /** Takes the first one out. */
  take(): T | undefined {
    const first = this.#near.first ?? this.#turn();
    if (first !== undefined) this.remove(first);
    return first;
  }

  #addNear(item: T): void {
    item.home = "near";
    this.#near.add(item);
  }

  #addToSlot(item: T, index: number): void {
    const after = this.#slots[index];
    item.home = "wheel";
    item.after = after;
    if (after === undefined) this.#mark(index);
    else after.before = item;
    this.#slots[index] = item;
    this.#turning += 1;
  }

  #removeFromSlot(item: T): void {
    const { before, after } = item;
    this.#turning -= 1;
    item.before = undefined;
    item.after = undefined;
    if (after !== undefined) after.before = before;
    if (before !== undefined) before.after = after;
    else {
      const index = Math.floor(item.atMs) & (slotsMax - 1);
      this.#slots[index] = after;
      if (after === undefined) this.#mark(index);
    }
  }

  /** Goes on to the next slot with something in it. @returns the first, near now. */
  #turn(): T | undefined {
    const far = this.#far.first;
    const farSlot = far === undefined ? Infinity : Math.floor(far.atMs);
    const slot = Math.min(this.#turning === 0 ? Infinity : this.#nextSlot(), farSlot);
    if (slot === Infinity) return undefined;
    this.#reached = slot;
    this.#empty(slot & (slotsMax - 1));
    for (let item = this.#far.first; item !== undefined && item.atMs < slot + 1; item = this.#far.first) {
      this.#far.remove(item);
      this.#addNear(item);
    }
    return this.#near.first;
  }

  #empty(index: number): void {
    let item = this.#slots[index];
    if (item === undefined) return;
    this.#slots[index] = undefined;
    this.#mark(index);
    while (item !== undefined) {
      const { after }: T = item;
      item.before = undefined;
      item.after = undefined;
      this.#turning -= 1;
      this.#addNear(item);
      item = after;
    }
  }

  /** A slot became empty, or is no longer. */
  #mark(index: number): void {
    const at = index >> 5;
    this.#marks[at] = (this.#marks[at] ?? 0) ^ (1 << (index & 31));
  }

  /** The next slot with something in it; there is one. */
  #nextSlot(): number {
    const from = (this.#reached + 1) & (slotsMax - 1);
    // The word it begins in is looked at again at the end, for the slots before it.
    let at = from >> 5;
    let marks = (this.#marks[at] ?? 0) & (-1 << (from & 31));
    while (marks === 0) {
      at = (at + 1) & (slotsMax / 32 - 1);
      marks = this.#marks[at] ?? 0;
    }
    const index = (at << 5) + 31 - Math.clz32(marks & -marks);
    return this.#reached + 1 + ((index - from) & (slotsMax - 1));
  }
}
