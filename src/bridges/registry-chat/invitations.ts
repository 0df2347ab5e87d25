import type { Client } from "./client.ts";
import type { Office } from "./office.ts";

/** Tells a user who is in no chat of the groups that it is invited to, of each once. */
export function tellInvitations(client: Client, { roster, rooms }: Pick<Office, "roster" | "rooms">): void {
  if (client.chat.kind !== "none") return;
  const { groups, id } = client.guest;
  for (const group of groups.list()) {
    if (group.state !== "invited" || client.invitations.has(group.id)) continue;
    client.invitations.add(group.id);
    const by = roster.label(group.members.find((member) => member.id === id)?.invitedBy ?? 0n);
    const room = `group chat room ${rooms.numberOf(group.id)}`;
    client.tell({ kind: "text", text: `${by} would like to add you to ${room}? (OK/REJECT GROUP <room_number>)` }, by);
  }
}
