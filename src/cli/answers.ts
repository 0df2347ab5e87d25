import { E3Error } from "../core/error.ts";
import { escapeText } from "../core/escape.ts";
import { showName } from "../core/name.ts";
import type { GroupInfo } from "../peer/group-types.ts";
import type { Peer } from "../peer/types.ts";
import { groupsCalled, isDeserted } from "./groups.ts";
import { labelOf, peersOf } from "./whereabouts.ts";

/** What can be accepted and rejected: a session that a peer asks for, or the invitation to a group. */
type Offer =
  { readonly kind: "session"; readonly peer: bigint } | { readonly kind: "group"; readonly group: GroupInfo };

/** A word that was typed after /accept or /reject. */
export interface Answer {
  readonly answer: "accept" | "reject";
  /** A peer or a group, by id or by name; undefined for the only offer there is. */
  readonly word: bigint | string | undefined;
}

/**
 * Accepts or rejects what is meant.
 * @throws E3Error "no-session" when nothing of the kind is offered, "ambiguous-name" when several are; as the peer's sessions
 * and groups do.
 */
export function give({ answer, word }: Answer, peer: Pick<Peer, "sessions" | "groups" | "search">): void {
  const all = offersTo(peer);
  // One that is named is meant, also where nobody is left to meet.
  const offers = word === undefined ? all.filter((offer) => offer.kind === "session" || !isDeserted(offer.group)) : all;
  const several = offers.filter((offer) => isMeant(offer, word, peer));
  const [meant, other] = several;
  const list = (some: readonly Offer[]): string =>
    some.map((offer) => `/${answer} ${wordOf(offer, all, peer)} (${sourceOf(offer, peer)})`).join(" or ");
  if (other !== undefined)
    throw new E3Error("ambiguous-name", `there are several to ${answer}: write ${list(several)}`);
  if (meant === undefined) {
    const nothing = `nothing to ${answer}: nobody asks you for a session, or invites you to a group`;
    const typed = word === undefined ? "" : escapeText(`${word}`.slice(0, shownMax));
    const others = `${typed} neither asks you for a session nor is a group you are invited to; write ${list(offers)}`;
    throw new E3Error("no-session", offers.length === 0 ? nothing : others);
  }
  if (meant.kind === "session") return peer.sessions[answer](meant.peer);
  peer.groups[answer](meant.group.id);
}

function offersTo({ sessions, groups }: Pick<Peer, "sessions" | "groups">): readonly Offer[] {
  const asked = sessions.requests.map((peer) => ({ kind: "session", peer }) as const);
  const invited = groups.list().filter(({ state }) => state === "invited");
  return [...asked, ...invited.map((group) => ({ kind: "group", group }) as const)];
}

function isMeant(offer: Offer, word: bigint | string | undefined, peer: Pick<Peer, "search">): boolean {
  if (word === undefined) return true;
  if (offer.kind === "group") return groupsCalled(word, [offer.group]).length > 0;
  if (typeof word === "bigint") return offer.peer === word;
  return peersOf(peer.search(word)).some(({ id }) => id === offer.peer);
}

/** What means this offer and no other: a name, or an id; those of peers and of groups differ. */
function wordOf(offer: Offer, all: readonly Offer[], peer: Pick<Peer, "search">): string {
  const name = offer.kind === "group" ? offer.group.name : peersOf(peer.search(`${offer.peer}`))[0]?.name;
  const id = `${offer.kind === "session" ? offer.peer : offer.group.id}`;
  if (name === undefined || name === "" || escapeText(name) !== name) return id;
  const word = showName(name);
  return all.some((other) => other !== offer && isMeant(other, word, peer)) ? id : word;
}

function sourceOf(offer: Offer, peer: Pick<Peer, "search">): string {
  if (offer.kind === "group") return `group ${showName(offer.group.name)}`;
  const [known] = peersOf(peer.search(`${offer.peer}`));
  if (known === undefined) return `session with ${offer.peer}`;
  return `session with ${labelOf(known)}, ${escapeText(known.addresses.join(" ")) || "no address"}`;
}

/** Characters shown of a word. */
const shownMax = 40;
