import { escapeText } from "../core/escape.ts";
import { showName } from "../core/name.ts";
import { wordsFor } from "../core/namesakes.ts";
import type { PeerInfo, SearchAnswer } from "../peer/types.ts";
import { cutColumns } from "./columns.ts";
import { tableLines } from "./table.ts";

/** How a peer is called in a line for people: its id, and its name beside it if it has one. */
export function labelOf({ id, name }: Pick<PeerInfo, "id" | "name">): string {
  return name === "" ? `${id}` : `${id} ${shortName(name)}`;
}

/** A name in a table. */
export function nameCell(name: string): string {
  return name === "" ? "-" : shortName(name);
}

/** Who is there and who was: a table of name, id, distance in links, address and state. This peer first, then the nearest. */
export function whoTable(peers: readonly PeerInfo[], self: bigint): readonly string[] {
  const rows = peers.toSorted((a, b) => rankOf(a, self) - rankOf(b, self)).map((peer) => rowOf(peer, self));
  return tableLines([["name", "id", "hops", "address", "state"], ...rows]);
}

/** The answer to a search, in lines. `word` is what was searched for, as typed. */
export function searchLines(word: string, answer: SearchAnswer, self: bigint): readonly string[] {
  switch (answer.kind) {
    case "online":
    case "absent":
    case "self":
      return [`${subjectOf(answer.peer)} ${stateSentence(answer.peer, self)}`];
    case "several": {
      const words = wordsFor(answer.peers);
      const lines = answer.peers.map((peer, index) => `  ${words[index] ?? ""} ${stateSentence(peer, self)}`);
      return [`${answer.peers.length} peers have this name:`, ...lines];
    }
    case "unknown":
      return [unknownSentence(word, answer.near)];
  }
}

/** What somebody who is not there is said to be: absent, and since when, in universal time. */
export function absentSentence(since: Date | undefined): string {
  if (since === undefined) return "absent";
  const moment = since.toISOString();
  return `absent since ${moment.slice(11, 16)} UTC on ${moment.slice(0, 10)}`;
}

function stateSentence({ id, name, addresses, reachable, hops, absentSince }: PeerInfo, self: bigint): string {
  const who = name === "" ? "" : ` id ${id},`;
  const where = addresses.length === 0 ? "no address" : `at ${escapeText(addresses.join(" "))}`;
  if (id === self) return `is online: that is you,${who} ${where}`;
  if (reachable) return `is online:${who} ${where}, ${hops} ${hops === 1 ? "hop" : "hops"} away`;
  return `is ${absentSentence(absentSince)}:${who} ${where}`;
}

function unknownSentence(word: string, near: readonly string[]): string {
  const sought = escapeText(cutColumns(word, nameColumnsMax));
  const hint = near.length === 0 ? "/who lists the peers known" : `did you mean ${near.map(showName).join(" or ")}?`;
  return `not found: ${sought}; ${hint}`;
}

function subjectOf({ id, name }: PeerInfo): string {
  return name === "" ? `${id}` : shortName(name);
}

function rowOf(peer: PeerInfo, self: bigint): readonly string[] {
  const { id, name, addresses, reachable, hops, absentSince } = peer;
  const isSelf = id === self;
  const state = isSelf ? "you" : reachable ? "present" : absentSentence(absentSince);
  return [
    nameCell(name),
    `${id}`,
    reachable && !isSelf ? `${hops}` : "-",
    escapeText(addresses.join(" ")) || "-",
    state,
  ];
}

/** The absent come last, the latest of them first. */
function rankOf({ id, reachable, hops, absentSince }: PeerInfo, self: bigint): number {
  if (id === self) return -1;
  return reachable ? hops : Number.MAX_SAFE_INTEGER - (absentSince?.getTime() ?? 0);
}

function shortName(name: string): string {
  return showName(cutColumns(name, nameColumnsMax));
}

/** Columns for a name. */
const nameColumnsMax = 24;
