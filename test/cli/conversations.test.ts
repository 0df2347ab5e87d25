import { expect, test } from "vitest";
import { conversationsTable, jsonConversation } from "../../src/cli/conversations.ts";
import type { ConversationInfo } from "../../src/peer/history-types.ts";

const lastAt = new Date("2026-03-04T05:06:07Z");
const read = { with: 5n, conversation: "direct", count: 12, unread: 0, unreadUpTo: [], lastAt } as const;
const conversations: readonly ConversationInfo[] = [
  read,
  { ...read, with: "everyone", conversation: "everyone" },
  { ...read, with: 900n, conversation: "group", unread: 3 },
];

test("those with something unread come first", () => {
  expect(conversationsTable(conversations, (id) => (id === 5n ? "5 ali" : `${id}`))).toEqual([
    "with      unread  messages  last",
    "900       3       12        2026-03-04 05:06:07 UTC",
    "5 ali     -       12        2026-03-04 05:06:07 UTC",
    "everyone  -       12        2026-03-04 05:06:07 UTC",
  ]);
  expect(conversationsTable([], String)).toEqual(["nothing is kept of any conversation"]);
});

test("as an event it has the same", () => {
  expect(conversations.map(jsonConversation)).toMatchObject([
    { event: "conversation", with: "5", kind: "direct", count: 12, unread: 0, last: "2026-03-04T05:06:07.000Z" },
    { with: "everyone", kind: "everyone" },
    { with: "900", kind: "group", unread: 3 },
  ]);
});
