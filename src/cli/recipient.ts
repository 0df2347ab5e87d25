import { E3Error } from "../core/error.ts";
import { escapeText, quoteText } from "../core/escape.ts";
import { parseId } from "../core/ids.ts";
import { wordsFor } from "../core/namesakes.ts";
import { showName } from "../core/name.ts";
import { parseWhom } from "../core/whom.ts";
import type { Peer, PeerInfo } from "../peer/types.ts";
import type { Standing } from "../registry/types.ts";
import { sendForm } from "./slash-commands.ts";

/** Whether a peer is the user whose name it bears; undefined without a registry. */
export type StandingOf = (peer: PeerInfo) => Standing["kind"] | undefined;

/** How a typed word is looked up. */
export interface Lookup {
  /** Default: nobody is known to be a user or not. */
  readonly standingOf?: StandingOf;
  /** What is to be written instead of a word that means nobody. Default: how a message begins. */
  readonly hint?: string;
}

/**
 * The id of whom a typed word means; an id is what it is.
 *
 * Of several with one name the one that a registry vouches for is meant: who else takes a user's name does not make it
 * useless. Nor does it get what is meant for the user while that one is away: there the id is needed, or digits of it.
 *
 * @throws E3Error "unknown-peer" for a name that nobody known has, with names that may have been meant; "ambiguous-name" for
 * one of several, with the word for each, and for a user's that somebody else bears; "bad-id" for what looks like a number
 * and is no id.
 */
export function recipientOf(
  typed: bigint | string,
  peer: Pick<Peer, "search" | "id">,
  { standingOf = () => undefined, hint = messageHint }: Lookup = {},
): bigint {
  if (typeof typed === "bigint") return typed;
  const answer = peer.search(typed);
  switch (answer.kind) {
    case "online":
    case "absent":
      if (standingOf(answer.peer) === "unverified") checkMeant(typed, answer.peer);
      return answer.peer.id;
    case "self":
      return answer.peer.id;
    case "several": {
      const [only, ...others] = answer.peers.filter((each) => standingOf(each) === "verified");
      if (only !== undefined && others.length === 0) return only.id;
      throw new E3Error("ambiguous-name", severalSentence(typed, answer.peers, peer.id));
    }
    case "unknown":
      return nobody(typed, othersOf(answer.near, peer), hint);
  }
}

/** The peer itself and everybody it knows, present or lately absent. */
export function everybody(peer: Pick<Peer, "peers" | "search" | "id">): readonly PeerInfo[] {
  const own = peer.search(`${peer.id}`);
  return [...(own.kind === "self" ? [own.peer] : []), ...peer.peers({ lately: true })];
}

/** @throws E3Error "ambiguous-name" unless digits of the id say that this very peer is meant. */
function checkMeant(typed: string, { id, addresses }: PeerInfo): void {
  const whom = parseWhom(typed);
  if (whom.kind === "id" || whom.digits !== "") return;
  const bearer = `the peer that bears it (id ${id}, ${escapeText(addresses.join(" ")) || "no address"}) is not verified`;
  throw new E3Error(
    "ambiguous-name",
    `${quoteWord(typed)} is a user's name, and ${bearer}; write its id if you mean it`,
  );
}

/** Names without one's own: nobody means to write to himself. One that another bears, too, stays. */
function othersOf(near: readonly string[], peer: Pick<Peer, "search" | "id">): readonly string[] {
  return near.filter((name) => peer.search(nameWord(name)).kind !== "self");
}

function nobody(typed: string, near: readonly string[], hint: string): never {
  const found = `${quoteWord(typed)} is neither an id nor the name of a known peer`;
  if (near.length > 0) throw new E3Error("unknown-peer", `${found}; did you mean ${near.map(showName).join(" or ")}?`);
  if (/^[+-]?[0-9]/.test(typed)) parseId(typed);
  throw new E3Error("unknown-peer", `${found}; ${hint}`);
}

function severalSentence(typed: string, peers: readonly PeerInfo[], self: bigint): string {
  const words = wordsFor(peers);
  const listed = peers.slice(0, listedMax).map(({ id, addresses }, index) => {
    const where = id === self ? "you" : escapeText(addresses.join(" ")) || "no address";
    return `${words[index] ?? `${id}`} (id ${id}, ${where})`;
  });
  const more = peers.length > listedMax ? ` and ${peers.length - listedMax} more` : "";
  return `${quoteWord(typed)} is the name of ${peers.length} peers: write ${listed.join(" or ")}${more}`;
}

/** A word that was typed in quotes keeps those. */
function quoteWord(typed: string): string {
  return typed.startsWith('"') ? escapeText(typed.slice(0, 2 * shownMax)) : quoteText(typed, shownMax);
}

/** A name as a word that means nothing else. */
function nameWord(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

const messageHint = `a message begins with one of these, for example "${sendForm}"`;

/** Characters shown of a word. */
const shownMax = 40;

/** Namesakes listed in one sentence; /search lists all. */
const listedMax = 5;
