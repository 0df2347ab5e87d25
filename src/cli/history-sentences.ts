import { escapeText } from "../core/escape.ts";
import type { HistoryMessage } from "../peer/history-types.ts";
import type { Listing } from "./history.ts";
import { tableLines } from "./table.ts";

/** What was said in a conversation, a table: when, by whom, its number, the text. @param label how peers are called. */
export function historyTable({ self, messages }: Listing, label: (id: bigint) => string): readonly string[] {
  if (messages.length === 0) return ["nothing is kept of that conversation"];
  const rows = messages.map((message) => {
    const { from, number, sentAt } = message;
    return [momentOf(sentAt), from === self ? "you" : label(from), `#${number}`, saidOf(message)];
  });
  return tableLines([["when (UTC)", "from", "#", "text"], ...rows]);
}

function momentOf(date: Date): string {
  return date.toISOString().slice(0, 19).replace("T", " ");
}

function saidOf({ text, data, missing, unordered }: HistoryMessage): string {
  const shown = data === undefined ? text : `(${data.data.length} bytes of ${data.contentType || "data"})`;
  const gap = missing === 0n ? "" : `(${missing} missing before) `;
  return `${gap}${unordered ? "(before what it answers) " : ""}${escapeText(shown)}`;
}
