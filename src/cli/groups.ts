import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import { foldName, showName } from "../core/name.ts";
import { wordsFor } from "../core/namesakes.ts";
import { parseWhom } from "../core/whom.ts";
import type { GroupEvent, GroupInfo } from "../peer/group-types.ts";
import type { Peer } from "../peer/types.ts";
import type { Command } from "./line.ts";
import { ownNameFault } from "./own-name.ts";

/** What can be typed about groups. */
export type GroupCommand = Extract<Command, { readonly kind: "group" | "invite" | "leave" }>;

/**
 * Those groups that a typed word means: an id, or a name, in double quotes where it has blanks; with digits behind an @ those
 * whose id ends so, as with peers.
 */
export function groupsCalled(word: bigint | string, groups: readonly GroupInfo[]): readonly GroupInfo[] {
  if (typeof word === "bigint") return groups.filter(({ id }) => id === word);
  const whom = parseWhom(word);
  if (whom.kind === "id") return groups.filter(({ id }) => id === whom.id);
  const ending = groups.filter(({ id }) => `${id}`.endsWith(whom.digits));
  const exact = ending.filter(({ name }) => name === whom.name);
  const alike = exact.length > 0 ? exact : ending.filter(({ name }) => foldName(name) === foldName(whom.name));
  // One that is over does not stand in the way of one that is not.
  const open = alike.filter(isOpen);
  return open.length > 0 ? open : alike;
}

/** Whether one is in the group, or invited to it and would meet somebody there. */
export function isOpen(group: GroupInfo): boolean {
  return group.state === "joined" || (group.state === "invited" && !isDeserted(group));
}

/** Of a group that one is invited to: whether all others have left it, or do not want to be in it. */
export function isDeserted({ members }: Pick<GroupInfo, "members">): boolean {
  const [open] = members.filter(({ state }) => state === "joined");
  const invited = members.filter(({ state }) => state === "invited");
  // The one that is invited is whoever is asked.
  return open === undefined && invited.length === 1 && members.length > 1;
}

type Invitation = Extract<GroupEvent, { readonly kind: "group" }>;

/** The invitations that wait for an answer, as they were told when they came: perhaps in a life of this peer that was cut short. */
export function openInvitations(groups: readonly GroupInfo[], self: bigint): readonly Invitation[] {
  const open = groups.filter((group) => group.state === "invited" && !isDeserted(group));
  return open.map(({ id, name, members }) => {
    const invitedBy = members.find((member) => member.id === self)?.invitedBy ?? 0n;
    return { kind: "group", group: id, name, member: self, state: "invited", invitedBy, own: "invited", isSelf: true };
  });
}

/** How members are named. */
export interface Members {
  /** Id of the peer that asks, which is not named. */
  readonly id: bigint;
  /** How the others are called. */
  readonly label: (id: bigint) => string;
}

/**
 * The group that a typed word means.
 * @throws E3Error "unknown-group" when there is none, "ambiguous-name" when there are several, with the word for each.
 */
export function groupOf(word: bigint | string, groups: readonly GroupInfo[], named: Members): GroupInfo {
  const several = groupsCalled(word, groups);
  const [found, other] = several;
  const typed = typeof word === "bigint" ? `${word}` : quoteText(word);
  if (found === undefined)
    throw new E3Error("unknown-group", `${typed} is no group; /group lists those that are known`);
  if (other === undefined) return found;
  const words = wordsFor(several);
  const listed = several.map((group, index) => `${words[index] ?? `${group.id}`} (${standOf(group, named)})`);
  throw new E3Error("ambiguous-name", `${typed} is the name of ${several.length} groups: write ${listed.join(" or ")}`);
}

/** What a command about groups needs of its peer and its caller. */
export interface GroupDesk {
  readonly peer: Pick<Peer, "groups" | "search" | "id">;
  /** The id of whom a typed word means. */
  readonly recipient: (typed: bigint | string) => bigint;
  /** How peers are called. */
  readonly label: (id: bigint) => string;
}

/** Carries out a command about groups. @throws E3Error as the peer's groups do, and for a name that would mean something else. */
export async function performGroup(command: GroupCommand, { peer, recipient, label }: GroupDesk): Promise<void> {
  const groups = peer.groups.list();
  const named = { id: peer.id, label };
  const invited = (typed: bigint | string): bigint => {
    const id = recipient(typed);
    if (groups.every((group) => group.id !== id)) return id;
    const shown = typeof typed === "bigint" ? `${typed}` : quoteText(typed);
    throw new E3Error("bad-option", `${shown} is a group, which cannot be invited; name peers`);
  };
  switch (command.kind) {
    case "group":
      checkMeaning(command.name);
      checkFree(command.name, groups.filter(isOpen), named);
      checkNobody(command.name, peer);
      await peer.groups.create(command.name, command.members.map(invited));
      return;
    case "invite":
      return peer.groups.invite(groupOf(command.group, groups, named).id, command.members.map(invited));
    case "leave":
      return peer.groups.leave(groupOf(command.group, groups, named).id);
  }
}

/** @throws E3Error "bad-option" for a name that means something else wherever it is typed. */
function checkMeaning(name: string): void {
  const fault = ownNameFault(name);
  if (fault !== undefined) throw new E3Error("bad-option", `the name of the group ${fault}`);
}

/** @throws E3Error "bad-option" where one is in a group called so, or invited to one: its name would mean neither. */
function checkFree(name: string, groups: readonly GroupInfo[], named: Members): void {
  const namesake = groups.find((group) => foldName(group.name) === foldName(name));
  if (namesake === undefined) return;
  const stand = namesake.state === "invited" ? "invited to" : "in";
  const which = `${showName(namesake.name)} already (${namesake.id}, ${standOf(namesake, named)})`;
  throw new E3Error("bad-option", `you are ${stand} a group called ${which}; give the new one another name`);
}

/** @throws E3Error "bad-option" where a peer is called so: what is written to the name goes to the peer. */
function checkNobody(name: string, peer: Pick<Peer, "search">): void {
  const word = showName(name);
  if (name === "" || peer.search(word.startsWith('"') ? word : `"${word}"`).kind === "unknown") return;
  const usage = "a group needs a name of its own: write /group NAME PEER...";
  throw new E3Error("bad-option", `${word} is the name of a peer, and ${usage}, for example /group team ${word}`);
}

/** Where one stands with a group, and who is in it. */
function standOf({ state, members }: GroupInfo, { id: self, label }: Members): string {
  const others = members.filter((member) => member.state === "joined" && member.id !== self).map(({ id }) => label(id));
  const more = others.length > listedMax ? ` and ${others.length - listedMax} more` : "";
  return `${state}, ${others.length === 0 ? "nobody else in it" : `with ${others.slice(0, listedMax).join(", ")}${more}`}`;
}

/** Members named of a group, so that it can be told from another of its name. */
const listedMax = 3;
