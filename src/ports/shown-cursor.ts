/**
 * The cursor of the last message this peer showed, so that a restart shows nothing twice. Pinned by
 * test/contract/shown-cursor.ts.
 *
 * - get answers the cursor set last, 0n before the first;
 * - set takes effect before it returns: the death of the process at any later instant does not undo it (where the adapter
 *   keeps anything at all);
 * - what cannot be read as a cursor counts as the one before it, or 0n: a message is then shown twice rather than never.
 */
export interface ShownCursor {
  get(): bigint;
  /**
   * @param cursor 0n to 2n**64n-1n.
   * @throws E3Error "store-failed" when it cannot be kept, "closed" after close; RangeError for any other cursor.
   */
  set(cursor: bigint): void;
  /** Allowed twice. get goes on answering. */
  close(): void;
}
