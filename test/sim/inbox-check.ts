import type { InboxMessage, StoredMark } from "./records.ts";

interface Seen {
  last: number;
  /** Numbers passed over, and said to be missing. */
  readonly gaps: Set<number>;
}

/** InboxCheck: whether one inbox log is in order, conversation by conversation, or says where it is not. */
export class InboxCheck {
  readonly #conversations = new Map<string, Seen>();
  /** The newest cursor; undefined when the next message may have any above what the log holds. */
  #cursor: number | undefined = 0;
  #cursorMin = 0;
  /** Messages that came after they were said to be missing. */
  late = 0;

  /**
   * @param first the first number that the sender gave in the conversation: what is below is not missing.
   * @returns what is wrong with the next message of the log; undefined when nothing is.
   */
  logged(message: InboxMessage, first = 1): string | undefined {
    const fault = this.follow(message.cursor);
    if (fault !== undefined) return fault;
    const { epoch, conversation, number, missing } = message;
    const key = `${epoch}/${conversation}`;
    const seen = this.#conversations.get(key) ?? { last: first - 1, gaps: new Set() };
    this.#conversations.set(key, seen);
    if (number > seen.last) return this.#inTurn(seen, number, missing);
    if (!seen.gaps.delete(number)) return `it is behind ${seen.last}, and was not said to be missing`;
    this.late += 1;
    return missing === 0 ? undefined : `it is late and says that ${missing} are missing before it`;
  }

  /** The next message has this cursor. @returns what is wrong with that; undefined when nothing is. */
  follow(cursor: number): string | undefined {
    const before = this.#cursor;
    this.#cursor = cursor;
    if (before === undefined)
      return cursor > this.#cursorMin ? undefined : `its cursor ${cursor} is not above ${this.#cursorMin}`;
    return cursor === before + 1 ? undefined : `its cursor ${cursor} does not follow ${before}`;
  }

  /**
   * The disk that holds the log is another one now, with these marks.
   * @param cursorMin the newest cursor in the log.
   */
  changed(marks: Iterable<StoredMark>, cursorMin: number): void {
    this.#conversations.clear();
    this.#cursor = undefined;
    this.#cursorMin = cursorMin;
    for (const { epoch, conversation, next, holes, missing } of marks) {
      const gaps = new Set<number>();
      for (const { first, last } of holes) for (let gap = first; gap <= last; gap += 1) gaps.add(gap);
      // What was passed over since the last message of the log is yet to be said.
      this.#conversations.set(`${epoch}/${conversation}`, { last: next - 1 - missing, gaps });
    }
  }

  #inTurn(seen: Seen, number: number, missing: number): string | undefined {
    const passed = number - seen.last - 1;
    for (let gap = seen.last + 1; gap < number; gap += 1) seen.gaps.add(gap);
    seen.last = number;
    return passed === missing ? undefined : `${passed} are missing before it, and it says ${missing}`;
  }
}
