import type { Notebook } from "../../ports/notebook.ts";

/** Counters that are reserved at a time: so many messages cost one note. */
const step = 1_000;

const key = "counter mark";

/**
 * CounterMark: above all counters that this bridge ever stated for peers of the mesh. They begin there after a restart, so
 * that none goes back, for nodes that are still there would sort what is said later before what was said earlier.
 */
export class CounterMark {
  /** Where counters begin in this run: 0 in the first. */
  readonly base: number;
  readonly #notebook: Notebook;
  #mark: number;

  constructor(notebook: Notebook) {
    const noted = Number(notebook.get(key) ?? 0);
    this.base = Number.isSafeInteger(noted) && noted >= 0 ? noted : 0;
    this.#mark = this.base;
    this.#notebook = notebook;
  }

  /** A counter above all that were stated before. */
  next(): number {
    const counter = this.#mark + 1;
    this.pass(counter);
    return counter;
  }

  /** A counter is stated. */
  pass(counter: number): void {
    if (counter < this.#mark) return;
    this.#mark = counter + step;
    // A note that cannot be kept costs the order after the next restart, not the message.
    this.#notebook.set(key, `${this.#mark}`).catch(() => {});
  }
}

/** A counter that a node states is believed so far above the one known: none can be made to end all counting. */
const leapMax = 1_000_000;

/** The higher one of a counter known and one that a node states of somebody else. */
export function raised(known: number, stated: number): number {
  return Math.max(known, Math.min(stated, known + leapMax));
}
