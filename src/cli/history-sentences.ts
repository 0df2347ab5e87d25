import { escapeText } from "../core/escape.ts";
import type { HistoryMessage } from "../peer/history-types.ts";
import { readersOf, type Listing } from "./history.ts";
import { tableLines } from "./table.ts";

/** What was said in a conversation, a table: when, by whom, its number, the text. @param label how peers are called. */
export function historyTable(listing: Listing, label: (id: bigint) => string): readonly string[] {
  const { self, messages, before } = listing;
  if (messages.length === 0) return ["nothing is kept of that conversation"];
  const target = listing.with === "everyone" ? "*" : `${listing.with}`;
  const more = before === undefined ? [] : [`more: /history ${target} ${messages.length} before ${before}`];
  const rows = messages.map((message) => {
    const { from, number, sentAt } = message;
    return [
      momentOf(sentAt),
      from === self ? "you" : label(from),
      `#${number}${readOf(listing, message)}`,
      saidOf(message),
    ];
  });
  return [...tableLines([["when (UTC)", "from", "#", "text"], ...rows]), ...more];
}

/** Who has read it: whom it was for, or those of a group who have. */
function readOf(listing: Listing, message: HistoryMessage): string {
  const readers = readersOf(listing, message);
  if (readers.length === 0) return "";
  return message.conversation === "group" ? ` read by ${readers.length}` : " read";
}

function momentOf(date: Date): string {
  return date.toISOString().slice(0, 19).replace("T", " ");
}

function saidOf({ text, data, missing, unordered }: HistoryMessage): string {
  const shown = data === undefined ? text : `(${data.data.length} bytes of ${data.contentType || "data"})`;
  const gap = missing === 0n ? "" : `(${missing} missing before) `;
  return `${gap}${unordered ? "(before what it answers) " : ""}${escapeText(shown)}`;
}
