import type { InboxMessage } from "./records.ts";

interface Seen {
  last: number;
  /** Numbers passed over, and said to be missing. */
  readonly gaps: Set<number>;
}

/** InboxCheck: whether one inbox log is in order, conversation by conversation, or says where it is not. */
export class InboxCheck {
  readonly #conversations = new Map<string, Seen>();
  readonly #epochs = new Set<InboxMessage["epoch"]>();
  #cursor = 0;
  /** Messages that came after they were said to be missing. */
  late = 0;

  /** @returns what is wrong with the next message of the log; undefined when nothing is. */
  logged(message: InboxMessage): string | undefined {
    if (message.cursor !== this.#cursor + 1) return `its cursor ${message.cursor} does not follow ${this.#cursor}`;
    this.#cursor = message.cursor;
    const key = `${message.epoch}/${message.conversation}`;
    const { number, missing } = message;
    const seen = this.#conversations.get(key) ?? { last: this.#begin(message), gaps: new Set() };
    this.#conversations.set(key, seen);
    this.#epochs.add(message.epoch);
    if (number > seen.last) return this.#inTurn(seen, number, missing);
    if (!seen.gaps.delete(number)) return `it is behind ${seen.last}, and was not said to be missing`;
    this.late += 1;
    return missing === 0 ? undefined : `it is late and says that ${missing} are missing before it`;
  }

  /** A sender's numbers go on from one of its conversations to the next: how far they had come it says by what is missing. */
  #begin({ epoch, number, missing }: InboxMessage): number {
    return this.#epochs.has(epoch) ? Math.max(0, number - 1 - missing) : 0;
  }

  #inTurn(seen: Seen, number: number, missing: number): string | undefined {
    const passed = number - seen.last - 1;
    for (let gap = seen.last + 1; gap < number; gap += 1) seen.gaps.add(gap);
    seen.last = number;
    return passed === missing ? undefined : `${passed} are missing before it, and it says ${missing}`;
  }
}
