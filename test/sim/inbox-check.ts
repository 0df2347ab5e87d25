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
   * @param isUnlogged whether a number is of something that comes into no log: it need not be missing, and may.
   * @returns what is wrong with the next message of the log; undefined when nothing is.
   */
  logged(message: InboxMessage, first = 1, isUnlogged: (number: number) => boolean = () => false): string | undefined {
    const fault = this.follow(message.cursor);
    if (fault !== undefined) return fault;
    const { epoch, conversation, number, missing } = message;
    const key = `${epoch}/${conversation}`;
    const seen = this.#conversations.get(key) ?? { last: first - 1, gaps: new Set() };
    this.#conversations.set(key, seen);
    if (number > seen.last) return inTurn(seen, { number, missing, isUnlogged });
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
  changed(marks: Iterable<Omit<StoredMark, "refused">>, cursorMin: number): void {
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
}

interface Next extends Pick<InboxMessage, "number" | "missing"> {
  readonly isUnlogged: (number: number) => boolean;
}

function inTurn(seen: Seen, { number, missing, isUnlogged }: Next): string | undefined {
  let [passed, unlogged] = [0, 0];
  for (let gap = seen.last + 1; gap < number; gap += 1) {
    seen.gaps.add(gap);
    passed += 1;
    if (isUnlogged(gap)) unlogged += 1;
  }
  seen.last = number;
  const isSo = passed - unlogged <= missing && missing <= passed;
  return isSo ? undefined : `${passed - unlogged} are missing before it, and it says ${missing}`;
}
