/**
 * ShownMark: up to where messages are on the screen. What comes after some of them, and is not one itself, waits for those: the
 * end of a session, say, for the last thing that was said in it.
 */
export class ShownMark {
  #cursor: bigint;
  #waiting: { readonly cursor: bigint; readonly reached: () => void }[] = [];

  /** @param cursor of the newest message before those that are to be waited for. */
  constructor(cursor: bigint) {
    this.#cursor = cursor;
  }

  /** Shown is everything up to the cursor. */
  reach(cursor: bigint): void {
    if (cursor <= this.#cursor) return;
    this.#cursor = cursor;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((each) => each.cursor > cursor);
    for (const each of waiting) if (each.cursor <= cursor) each.reached();
  }

  /** Resolves once all up to the cursor are shown; undefined when they are. */
  until(cursor: bigint): Promise<void> | undefined {
    if (cursor <= this.#cursor) return undefined;
    return new Promise((reached) => this.#waiting.push({ cursor, reached }));
  }
}
