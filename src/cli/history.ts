import type { HistoryMessage } from "../peer/history-types.ts";
import type { ReadBy } from "../peer/read-types.ts";
import type { Peer } from "../peer/types.ts";
import type { Target } from "../peer/target.ts";
import type { Command } from "./line.ts";

/** What was found of a conversation: its last messages, the latest last. */
export interface Listing {
  readonly with: Target;
  /** Id of the peer of this session. */
  readonly self: bigint;
  readonly messages: readonly HistoryMessage[];
  /** How far others have read what this peer said in it. */
  readonly readers: readonly ReadBy[];
  /** Where to go on, with what was said before; left out where there is nothing more. */
  readonly before?: string;
}

/** Ids of those who have read a message of a listing; it is one of this peer's own, or nobody tells. */
export function readersOf({ self, readers }: Listing, { from, number }: HistoryMessage): readonly bigint[] {
  return from === self
    ? readers.filter(({ first = 1n, number: last }) => first <= number && number <= last).map(({ by }) => by)
    : [];
}

/** Asks for a conversation. */
export type HistoryCommand = Extract<Command, { readonly kind: "history" }>;

/**
 * The end of the conversation that a command asks for.
 * @param recipient the id of whom a typed word means. @throws E3Error as it does, and as the history does.
 */
export async function readHistory(
  { of, count, before }: HistoryCommand,
  peer: Pick<Peer, "id" | "history" | "readBy">,
  recipient: (typed: bigint | string) => bigint,
): Promise<Listing> {
  const target = of === "*" ? "everyone" : recipient(of);
  const after = before === undefined ? {} : { after: before };
  const { messages, next } = await peer.history({ with: target, limit: count, newestFirst: true, ...after });
  return {
    with: target,
    self: peer.id,
    messages: messages.toReversed(),
    readers: target === "everyone" ? [] : peer.readBy(target),
    ...(next === undefined ? {} : { before: next }),
  };
}
