import { showName } from "../core/name.ts";
import type { GroupInfo } from "../peer/group-types.ts";
import type { PeerEvent } from "../peer/types.ts";
import { isDeserted } from "./groups.ts";
import { tableLines } from "./table.ts";

type GroupEvent = Extract<PeerEvent, { readonly kind: "group" }>;
type ReceiptEvent = Extract<PeerEvent, { readonly kind: "receipt" }>;

/** What became of somebody's place in a group. @param label how peers are called. */
export function groupSentence(event: GroupEvent, label: (id: bigint) => string): string {
  const { group, name, member, state, invitedBy, isSelf } = event;
  const which = `group ${showName(name)} (${group})`;
  if (isSelf && state === "invited") {
    const answer = `/accept ${showName(name)} or /reject ${showName(name)}`;
    return `${label(invitedBy)} invites you to ${which}: ${answer}`;
  }
  const who = isSelf ? "you" : label(member);
  switch (state) {
    case "invited":
      return `${who} is invited to ${which} by ${label(invitedBy)}`;
    case "joined":
      return `${who} ${isSelf ? "are" : "is"} in ${which}`;
    case "rejected":
      return `${who} rejected the invitation to ${which}`;
    case "left":
      return `${who} left ${which}`;
  }
}

/** How far a message to a group has come. @param label how peers and groups are called. */
export function receiptSentence(event: ReceiptEvent, label: (id: bigint) => string): string {
  const { number, group, member, status, recipients, delivered, waiting } = event;
  const failed = status === "delivered" ? "" : `; ${status} at ${label(member)}`;
  const left = waiting.length === 0 ? "" : `, waiting for ${waiting.map(label).join(", ")}`;
  return `#${number} to ${label(group)} delivered to ${delivered} of ${recipients}${left}${failed}`;
}

/** The groups known, a table: id, name, where one stands, who is in or invited. */
export function groupsTable(groups: readonly GroupInfo[], label: (id: bigint) => string): readonly string[] {
  if (groups.length === 0) return ["no group is known yet; /group NAME WHO... makes one"];
  const rows = groups.map((group) => {
    const { id, name, state, members } = group;
    if (state === "invited" && isDeserted(group)) return [`${id}`, showName(name), "over", "-"];
    const present = members.filter((member) => member.state === "joined" || member.state === "invited");
    const listed = present.map((member) => `${label(member.id)}${member.state === "invited" ? " (invited)" : ""}`);
    return [`${id}`, showName(name), state, listed.join(", ") || "-"];
  });
  return tableLines([["id", "name", "you", "members"], ...rows]);
}
