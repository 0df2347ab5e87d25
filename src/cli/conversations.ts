import type { ConversationInfo } from "../peer/history-types.ts";
import { shortMoment } from "./sentences.ts";
import { tableLines } from "./table.ts";

/** A line of the answer to /history without a name: a conversation. */
export interface JsonConversationEvent {
  readonly event: "conversation";
  /** Id of the peer or the group, or "everyone". */
  readonly with: string;
  readonly kind: ConversationInfo["conversation"];
  /** Messages kept, and those received that were not read. */
  readonly count: number;
  readonly unread: number;
  /** When the last of them was said, ISO 8601. */
  readonly last: string;
}

/** The conversations, a table, those with something unread first. @param label how peers and groups are called. */
export function conversationsTable(
  conversations: readonly ConversationInfo[],
  label: (id: bigint) => string,
): readonly string[] {
  if (conversations.length === 0) return ["nothing is kept of any conversation"];
  const sorted = conversations.toSorted((a, b) => Number(b.unread > 0) - Number(a.unread > 0));
  const rows = sorted.map(({ with: target, count, unread, lastAt }) => {
    const who = target === "everyone" ? "everyone" : label(target);
    return [who, unread === 0 ? "-" : `${unread}`, `${count}`, shortMoment(lastAt)];
  });
  return tableLines([["with", "unread", "messages", "last"], ...rows]);
}

/** The conversation as an event. */
export function jsonConversation({
  with: target,
  conversation,
  count,
  unread,
  lastAt,
}: ConversationInfo): JsonConversationEvent {
  return { event: "conversation", with: `${target}`, kind: conversation, count, unread, last: lastAt.toISOString() };
}
