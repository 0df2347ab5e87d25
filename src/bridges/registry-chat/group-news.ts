import type { GroupEvent } from "../../peer/group-types.ts";
import type { Client } from "./client.ts";
import { tellInvitations } from "./invitations.ts";
import type { Office } from "./office.ts";

/** A change of somebody's place in a group. */
type Change = Extract<GroupEvent, { readonly kind: "group" }>;

/** Tells a program who is invited to a group, joins it and leaves it. */
export function tellGroup(event: Change, client: Client, office: Office): void {
  if (event.isSelf) tellOwn(event, client, office);
  else tellOther(event, client, office.roster.label(event.member));
}

function tellOwn({ group, state, invitedBy }: Change, client: Client, office: Office): void {
  if (state === "invited") return tellInvitations(client, office);
  client.invitations.delete(group);
  if (state === "rejected") client.tell({ kind: "text", text: "you have rejected the group chat request!" });
  else if (state === "left") {
    client.tell({ kind: "text", text: youLeft });
    tellInvitations(client, office);
  }
  // Who made the group was told so.
  else if (invitedBy !== 0n) client.tell({ kind: "text", text: joined(client.name) });
}

function tellOther({ group, state, invitedBy }: Change, client: Client, whom: string): void {
  if (state === "rejected" && invitedBy === client.guest.id)
    client.tell({ kind: "text", text: `${whom} rejected the group chat request!` }, whom);
  if (client.room !== group) return;
  if (state === "joined") client.tell({ kind: "text", text: joined(whom) }, whom);
  else if (state === "left") client.tell({ kind: "text", text: `${whom} left the chat room.` }, whom);
}

const youLeft = "you left the chat room.";

function joined(whom: string): string {
  return `${whom} joined the group chat`;
}
