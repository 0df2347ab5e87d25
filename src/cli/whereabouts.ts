import { escapeText } from "../core/escape.ts";
import { showName } from "../core/name.ts";
import { wordsFor } from "../core/namesakes.ts";
import type { PeerInfo, SearchAnswer } from "../peer/types.ts";
import { absentSentence } from "./absent-sentence.ts";
import { cutColumns } from "./columns.ts";
import type { Search, Standings } from "./output.ts";
import { findingSentence, standingCell, standingSentence } from "./registry-sentences.ts";
import { tableLines } from "./table.ts";

/** How a peer is called in a line for people: its id, and its name beside it if it has one. */
export function labelOf({ id, name }: Pick<PeerInfo, "id" | "name">): string {
  return name === "" ? `${id}` : `${id} ${shortName(name)}`;
}

/** A name in a table. */
export function nameCell(name: string): string {
  return name === "" ? "-" : shortName(name);
}

/**
 * Who is there and who was: a table of name, id, distance in links, address and state. This peer first, then the nearest.
 * With standings there is a column for who is a user of the registry.
 */
export function whoTable(peers: readonly PeerInfo[], self: bigint, standings?: Standings): readonly string[] {
  const sorted = peers.toSorted((a, b) => rankOf(a, self) - rankOf(b, self));
  const cells = nameCells(sorted);
  const rows = sorted.map((peer, index) => {
    const standing = standings === undefined || standings.size === 0 ? [] : [standingCell(standings.get(peer.id))];
    return [cells[index] ?? "", ...rowOf(peer, self), ...standing];
  });
  const heads = ["name", "id", "hops", "address", "state", "user"];
  return tableLines([heads.slice(0, rows[0]?.length ?? 0), ...rows]);
}

/** The answer to a search, in lines: the mesh's, then the registry's, if one was asked. */
export function searchLines({ word, answer, self, registry }: Search): readonly string[] {
  const standing = (peer: PeerInfo): string => standingSentence(registry?.standings.get(peer.id));
  const found = meshLines({ word, answer, self }, standing);
  return registry === undefined ? found : [...found, findingSentence(registry.finding)];
}

/** The peers that a search found. */
export function peersOf(answer: SearchAnswer): readonly PeerInfo[] {
  if (answer.kind === "unknown") return [];
  return answer.kind === "several" ? answer.peers : [answer.peer];
}

function meshLines({ word, answer, self }: Search, standing: (peer: PeerInfo) => string): readonly string[] {
  switch (answer.kind) {
    case "online":
    case "absent":
    case "self":
      return [`${subjectOf(answer.peer)} ${stateSentence(answer.peer, self)}${standing(answer.peer)}`];
    case "several": {
      const words = wordsFor(answer.peers);
      const lines = answer.peers.map(
        (peer, index) => `  ${words[index] ?? ""} ${stateSentence(peer, self)}${standing(peer)}`,
      );
      return [`${answer.peers.length} peers have this name:`, ...lines];
    }
    case "unknown":
      return [unknownSentence(word, answer.near)];
  }
}

function stateSentence({ id, name, addresses, reachable, hops, absentSince, via }: PeerInfo, self: bigint): string {
  const who = name === "" ? "" : ` id ${id},`;
  const at = addresses.length === 0 ? "no address" : `at ${escapeText(addresses.join(" "))}`;
  const where = via === "" ? at : `via ${escapeText(via)}`;
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
  const { id, addresses, reachable, hops, absentSince, via } = peer;
  const isSelf = id === self;
  const state = isSelf ? "you" : reachable ? "present" : absentSentence(absentSince);
  return [
    `${id}`,
    reachable && !isSelf ? `${hops}` : "-",
    escapeText(via === "" ? addresses.join(" ") : `via ${via}`) || "-",
    state,
  ];
}

/** Names in a table; those of namesakes as they are to be written, where there is room for that. */
function nameCells(peers: readonly PeerInfo[]): readonly string[] {
  const bearers = new Map<string, number>();
  for (const { name } of peers) bearers.set(name, (bearers.get(name) ?? 0) + 1);
  const words = wordsFor(peers);
  return peers.map(({ name }, index) => {
    const isNamesake = name !== "" && (bearers.get(name) ?? 0) > 1 && name === cutColumns(name, nameColumnsMax);
    return isNamesake ? (words[index] ?? name) : nameCell(name);
  });
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
