import { quoteText } from "../../core/escape.ts";
import { carry } from "../courier.ts";
import type { Client } from "./client.ts";
import { tellGroup } from "./group-news.ts";
import { tellInvitations } from "./invitations.ts";
import { handOver } from "./mail.ts";
import type { Office } from "./office.ts";
import { tellRequests, tellSession } from "./session-news.ts";

/** Begins to tell a program what happens to its user, and to hand over what comes for it, until the user leaves. */
export function attend(client: Client, office: Office): void {
  void watch(client, office);
  resume(client, office);
  void handAll(client, office);
}

/** Hands over what comes. A program that is handed nothing any more is not left to wait for it: its connection ends. */
async function handAll(client: Client, office: Office): Promise<void> {
  const { guests, log } = office.world;
  await carry({
    peer: client.guest,
    write: (message) => handOver(message, client, office),
    // Of what was said to everyone before a user came for the first time, it is told nothing.
    isOld: (message) => guests.isOld(keyOf(client.name), message),
    ...{ log, signal: client.signal },
  });
  if (!client.signal.aborted) cutOff(client);
}

/** Its peer has ended, or takes no note: the program is to begin anew. */
function cutOff(client: Client): void {
  client.tell({ kind: "text", text: cutOffText });
  client.hangUp();
}

const cutOffText =
  "you are not registered any more, what comes for you cannot be handed over. start your program again";

/** A user that left without leaving its group chat is in it still, and its peer may have been asked for a chat already. */
function resume(client: Client, office: Office): void {
  const { groups } = client.guest;
  const room = groups.list().findLast(({ state }) => state === "joined");
  client.room = room?.id;
  if (room !== undefined) {
    const number = office.rooms.numberOf(room.id);
    client.tell({ kind: "text", text: `you are in group chat ${number} still. type EXIT GROUP to leave.` });
  }
  tellInvitations(client, office);
  tellRequests(client, office);
}

async function watch(client: Client, office: Office): Promise<void> {
  const { log } = office.world;
  try {
    for await (const event of client.guest.events({ signal: client.signal })) {
      if (event.kind === "session") await tellSession(event, client, office);
      else if (event.kind === "group") tellGroup(event, client, office);
    }
  } catch (error) {
    // By its own signal it ends in good order.
    if (!client.signal.aborted) log.warn("a user is told nothing any more", { user: quoteText(client.name), error });
  }
  // Its peer is closed: without one it is not here.
  if (!client.signal.aborted) cutOff(client);
}

/** The user leaves: whoever is in a chat with it is told by its peer, which the mesh keeps mail for. */
export async function dismiss(client: Client, office: Office): Promise<void> {
  office.world.deadlines.clear(client.signal);
  office.roster.remove(client);
  client.leave();
  await office.world.guests.close(keyOf(client.name));
}

/** By what the peer of a user is known. */
export function keyOf(name: string): string {
  return `user ${name}`;
}
