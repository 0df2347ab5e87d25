import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import { foldName } from "../core/name.ts";
import type { GroupInfo } from "../peer/group-types.ts";
import type { Peer } from "../peer/types.ts";
import type { Command } from "./line.ts";

/** What can be typed about groups. */
export type GroupCommand = Extract<Command, { readonly kind: "group" | "invite" | "leave" }>;

/** Those groups that a typed word means: an id, or a name, in double quotes where it has blanks. */
export function groupsCalled(word: bigint | string, groups: readonly GroupInfo[]): readonly GroupInfo[] {
  if (typeof word === "bigint") return groups.filter(({ id }) => id === word);
  const typed = word.startsWith('"') ? word.replaceAll(/^"|"$/g, "") : word;
  const exact = groups.filter(({ name }) => name === typed);
  const alike = exact.length > 0 ? exact : groups.filter(({ name }) => foldName(name) === foldName(typed));
  // One that is over does not stand in the way of one that is not.
  const open = alike.filter(({ state }) => state === "joined" || state === "invited");
  return open.length > 0 ? open : alike;
}

/**
 * The group that a typed word means.
 * @throws E3Error "unknown-group" when there is none, "ambiguous-name" when there are several.
 */
export function groupOf(word: bigint | string, groups: readonly GroupInfo[]): GroupInfo {
  const [found, other] = groupsCalled(word, groups);
  const typed = typeof word === "bigint" ? `${word}` : quoteText(word);
  if (found === undefined)
    throw new E3Error("unknown-group", `${typed} is no group; /group lists those that are known`);
  if (other === undefined) return found;
  const several = groupsCalled(word, groups);
  const listed = several.map(({ id, state, members }) => {
    const others = members.filter((member) => member.state === "joined").map((member) => `${member.id}`);
    return `${id} (${state}, ${others.length === 0 ? "nobody in it" : `with ${others.slice(0, listedMax).join(" ")}`})`;
  });
  throw new E3Error("ambiguous-name", `${typed} is the name of ${several.length} groups: write ${listed.join(" or ")}`);
}

/**
 * Carries out a command about groups.
 * @param recipient the id of whom a typed word means. @throws E3Error as the peer's groups do.
 */
export async function performGroup(
  command: GroupCommand,
  peer: Pick<Peer, "groups">,
  recipient: (typed: bigint | string) => bigint,
): Promise<void> {
  const groups = peer.groups.list();
  const invited = (typed: bigint | string): bigint => {
    const id = recipient(typed);
    if (groups.every((group) => group.id !== id)) return id;
    const shown = typeof typed === "bigint" ? `${typed}` : quoteText(typed);
    throw new E3Error("bad-option", `${shown} is a group, which cannot be invited; name peers`);
  };
  switch (command.kind) {
    case "group":
      await peer.groups.create(command.name, command.members.map(invited));
      return;
    case "invite":
      return peer.groups.invite(groupOf(command.group, groups).id, command.members.map(invited));
    case "leave":
      return peer.groups.leave(groupOf(command.group, groups).id);
  }
}

/** Members named of a group, so that it can be told from another of its name. */
const listedMax = 3;
