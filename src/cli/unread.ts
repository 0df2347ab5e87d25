import type { Message, Peer } from "../peer/types.ts";

/** Messages of a peer or a group that its user has not read. */
export interface UnreadFrom {
  /** Id of the peer or the group. */
  readonly with: bigint;
  readonly count: number;
}

interface Parts {
  readonly peer: Pick<Peer, "conversations" | "markRead" | "sessions" | "status">;
  /** When the chat began. */
  readonly beganAt: Date;
  /** Told whenever it is another picture: what is unread, the latest first. */
  readonly changed: (unread: readonly UnreadFrom[]) => void;
  /** Told when a mark could not be set. */
  readonly failed: (error: unknown) => void;
}

interface Waiting {
  count: number;
  /** What is to be marked once it is read: the cursor of the latest of each sender. */
  readonly upTo: Map<bigint | string, bigint>;
}

/**
 * Unread: what of that which a terminal has shown its user has not read.
 *
 *     shown while the user is there, in no session with another ──► read
 *     said before the chat began, or during a session with another ──► unread ── answered, listed, or in session ──► read
 *
 * What is for everyone is never unread. Marks are the peer's, so that all this outlives the chat.
 *
 * Invariants
 * 1. What comes behind something unread of the same conversation is unread, too: a mark covers all before it.
 * 2. Of many messages that are shown at once the last of each sender is marked, and no other.
 */
export class Unread {
  readonly #parts: Parts;
  readonly #waiting = new Map<bigint, Waiting>();
  /** Messages up to this cursor came before the chat began, and are counted already. */
  #counted = 0n;
  /** To be marked: the cursor, by conversation and sender. */
  #due = new Map<string, { readonly cursor: bigint; readonly before: boolean }>();
  /** Whose messages were told to be unread: by conversation and sender. */
  readonly #kept = new Set<string>();
  #marking: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Looks up what is unread. Comes before the first message is shown. */
  async begin(): Promise<void> {
    this.#counted = this.#parts.peer.status().cursor;
    for (const { with: target, unread, unreadUpTo } of await this.#parts.peer.conversations()) {
      if (target === "everyone" || unread === 0) continue;
      this.#waiting.set(target, { count: unread, upTo: new Map(unreadUpTo.map((cursor) => [`${cursor}`, cursor])) });
    }
    if (this.#waiting.size > 0) this.#tell();
  }

  /** A message is shown. */
  shown({ cursor, from, group, conversation, sentAt }: Message): void {
    if (conversation === "everyone") return;
    const target = group ?? from;
    const name = `${target}/${from}`;
    const waiting = this.#waiting.get(target);
    const isCounted = cursor <= this.#counted;
    // What was read elsewhere is not to be unread again.
    if (isCounted && waiting === undefined) return;
    const isSeen = sentAt >= this.#parts.beganAt && this.#isLooking(target);
    if (waiting === undefined && isSeen) return this.#mark(name, cursor, false);
    const entry = waiting ?? { count: 0, upTo: new Map() };
    entry.upTo.set(from, cursor);
    this.#waiting.set(target, entry);
    if (!this.#kept.has(name)) this.#mark(name, cursor, true);
    this.#kept.add(name);
    if (isCounted) return;
    entry.count += 1;
    this.#tell();
  }

  /** The user has seen the conversation with a peer or a group. */
  seen(target: bigint): void {
    const waiting = this.#waiting.get(target);
    if (waiting === undefined) return;
    this.#waiting.delete(target);
    for (const [from, cursor] of waiting.upTo) this.#mark(`${target}/${from}`, cursor, false);
    this.#tell();
  }

  /** Resolves once all marks are with the peer. Never rejects. */
  async idle(): Promise<void> {
    await this.#marking;
  }

  /** Whether the user looks at a conversation: at all, but in a session at that one alone. */
  #isLooking(target: bigint): boolean {
    const { current } = this.#parts.peer.sessions;
    return current?.state !== "open" || current.peer === target;
  }

  #mark(name: string, cursor: bigint, before: boolean): void {
    this.#due.set(before ? `before ${name}` : name, { cursor, before });
    this.#marking ??= this.#markAll();
  }

  async #markAll(): Promise<void> {
    while (this.#due.size > 0) {
      // Those that are shown together are known only now (invariant 2).
      await Promise.resolve();
      const due = this.#due;
      this.#due = new Map();
      for (const { cursor, before } of due.values()) {
        await this.#parts.peer.markRead(cursor, { before }).catch((error: unknown) => this.#parts.failed(error));
      }
    }
    this.#marking = undefined;
  }

  #tell(): void {
    const unread = [...this.#waiting].map(([target, { count }]) => ({ with: target, count }));
    this.#parts.changed(unread.toReversed());
  }
}
