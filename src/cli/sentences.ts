import type { Bridge } from "../bridges/types.ts";
import { escapeText } from "../core/escape.ts";
import { showName } from "../core/name.ts";
import type { ReadEvent } from "../peer/read-types.ts";
import type { Explanation, Message, PeerEvent, PeerInfo } from "../peer/types.ts";
import { groupSentence, receiptSentence } from "./group-sentences.ts";
import type { Ready } from "./output.ts";
import { sessionSentence } from "./session-sentences.ts";
import { slashHelp } from "./slash-commands.ts";
import { tableLines } from "./table.ts";
import { nameCell } from "./whereabouts.ts";

/** What is said to people, in plain text or on a terminal. None of these begins with "[", the mark of a message. */

/** Who this peer is. */
export function readySentence({ id, listen, wished, desired }: Ready): string {
  return `ready: id ${id}, listening on ${listen}${wishSentence(wished, desired)}`;
}

/** What this peer is called now. */
export function renamedSentence(name: string): string {
  return name === "" ? "this peer has no name any more" : `this peer is now called ${showName(name)}`;
}

/** Where the programs of a wire find a bridge. */
export function bridgeSentence({ wire, listen }: Pick<Bridge, "wire" | "listen">): string {
  return `bridge ${wire} listens at ${listen}`;
}

function wishSentence(wished: bigint | undefined, desired: Ready["desired"]): string {
  if (desired === null) return "";
  // Its user has wished for none: it is the one that a registry has for him, and that he gets it is no news.
  if (wished === undefined) return desired === "granted" ? "" : "; another peer holds the id of this peer's user";
  return desired === "granted"
    ? "; the desired id is granted"
    : `; the desired id ${wished} is refused, as another peer holds it`;
}

/** Whether a message is between programs, such as the announcements of bridges: people are not shown it. */
export function isForPrograms({ conversation, data }: Message): boolean {
  return conversation === "everyone" && data?.contentType.startsWith("application/vnd.e3.") === true;
}

/** A message: `[sender] text`, or `[sender to everyone] text`, or to the id of a group. */
export function messageLine({ from, conversation, group, text, data }: Message): string {
  const shown = data === undefined ? text : `(${data.data.length} bytes of ${data.contentType || "data"})`;
  return `[${from}${toWhom(conversation, `${group}`)}] ${escapeText(shown)}`;
}

/** What stands after the sender of a message that is not for this peer alone. */
export function toWhom(conversation: Message["conversation"], group: string): string {
  if (conversation === "direct") return "";
  return conversation === "everyone" ? " to everyone" : ` to ${group}`;
}

type PresenceEvent = Extract<PeerEvent, { readonly kind: "peer" }>;

/** The gap before a message; undefined when there is none. */
export function gapSentence({ from, missing }: Message): string | undefined {
  if (missing === 0n) return undefined;
  return `${missing} ${missing === 1n ? "message" : "messages"} of ${from} will not come: expired or refused before this one`;
}

/** An event, errors excepted. */
export function eventSentence(event: Exclude<PeerEvent, { readonly kind: "error" }>): string {
  if (event.kind === "status") return `${event.status} #${event.number} to ${event.to}${because(event.reason)}`;
  if (event.kind === "peer") return presenceSentence(event, `${event.id}`);
  if (event.kind === "session") return sessionSentence(event, String);
  if (event.kind === "group") return groupSentence(event, String);
  if (event.kind === "receipt") return receiptSentence(event, String);
  if (event.kind === "read") return readSentence(event, String);
  return `this peer's id is now ${event.id}${because(event.reason)}`;
}

/** Who came, went, or is called otherwise. @param label how it is called now. */
export function presenceSentence({ state }: PresenceEvent, label: string): string {
  return `peer ${label} ${state === "renamed" ? "has another name than before" : `is ${state}`}`;
}

/** How far somebody has read what this peer said. @param label how peers and groups are called. */
export function readSentence({ by, to, number }: ReadEvent, label: (id: bigint) => string): string {
  return `read #${number} to ${label(to)}${by === to ? "" : ` by ${label(by)}`}`;
}

/** `: reason`, or nothing. */
export function because(reason: string): string {
  return reason === "" ? "" : `: ${escapeText(reason)}`;
}

/** When the sender accepted a message, ISO 8601; when it came here, should the sender's clock make no sense. */
export function momentOf({ sentAt, receivedAt }: Message): string {
  return (Number.isNaN(sentAt.getTime()) ? receivedAt : sentAt).toISOString();
}

/** The peers known, a table: id, name, state, addresses. */
export function peersTable(peers: readonly PeerInfo[]): readonly string[] {
  if (peers.length === 0) return ["no other peer is known yet"];
  const rows = peers.map((peer) => [
    `${peer.id}`,
    nameCell(peer.name),
    stateOf(peer),
    escapeText(peer.addresses.join(" ")) || "-",
  ]);
  return tableLines([["id", "name", "state", "address"], ...rows]);
}

function stateOf({ reachable, neighbour, hops }: PeerInfo): string {
  if (neighbour) return "neighbour";
  return reachable ? `${hops} hops` : "away";
}

/** Where a send is and what happens next. */
export function explanationSentences(explanation: Explanation): readonly string[] {
  const { to, number, status, reason, road, custodians, readBy, attempts, next } = explanation;
  return [
    `#${number} to ${to}: ${status}${because(reason)}`,
    road.length === 0 ? "  road: none now" : `  road: ${road.join(" > ")}`,
    ...(custodians.length === 0 ? [] : [`  copies held by: ${custodians.join(", ")}`]),
    ...(readBy.length === 0 ? [] : [`  read by: ${readBy.join(", ")}`]),
    `  accepted ${shortMoment(explanation.sentAt)}, sent ${attempts} ${attempts === 1 ? "time" : "times"}`,
    ...(next === "" ? [] : [`  next: ${escapeText(next)}`]),
  ];
}

/** A moment as people write it, in universal time. */
export function shortMoment(date: Date): string {
  return Number.isNaN(date.getTime())
    ? "at an unknown time"
    : `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** What can be typed. */
export function slashHelpText(): string {
  return slashHelp().join("\n");
}
