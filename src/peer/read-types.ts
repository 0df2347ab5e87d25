/** A peer has read what this one said to it, or to a group that it is in. Told after the messages were delivered. */
export interface ReadEvent {
  readonly kind: "read";
  /** Id of the reader. */
  readonly by: bigint;
  /** The peer or the group that it was for. */
  readonly to: bigint;
  /** It has read all up to this number that it got. */
  readonly number: bigint;
}

/** How far somebody has read. */
export interface ReadBy {
  /** Id of the reader. */
  readonly by: bigint;
  /** It has read all up to this number that it got. */
  readonly number: bigint;
  /** Of what has a lower number it says nothing: that was for another peer that had the id before. Left out for 1. */
  readonly first?: bigint;
}

/** What is said of a message that was received. */
export interface MarkReadOptions {
  /**
   * The message is yet to be read. Where its sender has no mark, one is set just before it: from then on it counts as unread
   * until it is marked, also once it was shown. Default false.
   */
  readonly before?: boolean;
}

/** What was read: by the user of this peer, and by those it sent to. */
export interface Readings {
  /**
   * Says that a message was read, and with it all that its sender said before, to this peer or in the same group. The
   * sender learns it, now or when it is there, unless the option `readReceipts` is false; a program that never calls this
   * tells nobody anything. Marks only move forward. What is for everyone has no marks, and nothing comes of it.
   *
   * @param cursor of the message, in the inbox.
   * @throws E3Error "unknown-number" when nothing is kept at the cursor, "store-failed" or "closed".
   */
  markRead(cursor: bigint, options?: MarkReadOptions): Promise<void>;
  /** Who has read how far of what this peer said to a peer, or to a group; ascending by id. */
  readBy(to: bigint): readonly ReadBy[];
}
