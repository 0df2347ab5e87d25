import { E3Error } from "../../core/error.ts";
import { quoteText } from "../../core/escape.ts";
import { dropRequest } from "./asking.ts";
import type { Client } from "./client.ts";
import type { Office } from "./office.ts";

/** Names in one command: as many as a group has members, its maker aside. */
const namesMax = 255;

/** Makes a group of a user and those it names, and invites them. */
export async function openRoom(words: readonly string[], client: Client, office: Office): Promise<void> {
  const { rooms } = office;
  const names = [...new Set(words)];
  if (names.length > namesMax)
    return client.tell({ kind: "text", text: `a group chat is for ${namesMax} others at most` });
  const invited = names.flatMap((word) => invitable(word, client, office) ?? []);
  if (invited.length === 0) return client.tell({ kind: "text", text: "there is nobody to chat with in a group" });
  const number = rooms.next();
  const group = await client.guest.groups.create(`room ${number} of ${client.name}`, invited);
  rooms.note(number, group);
  enter(group, client, office);
  const asked = "a request has been sent to your added friends. type EXIT GROUP to leave.";
  client.tell({ kind: "text", text: `you have added yourself to group chat ${number}. ${asked}` });
}

/** Accepts an invitation. @throws E3Error as the groups of a peer do. */
export function join(room: string, client: Client, office: Office): void {
  const group = office.rooms.groupOf(room);
  if (group === undefined) return client.tell({ kind: "text", text: `there is no group chat ${quoteText(room)}` });
  client.guest.groups.accept(group);
  enter(group, client, office);
}

/** Rejects an invitation. @throws E3Error as the groups of a peer do. */
export function decline(room: string, client: Client, { rooms }: Office): void {
  const group = rooms.groupOf(room);
  if (group === undefined) client.tell({ kind: "text", text: `there is no group chat ${quoteText(room)}` });
  else client.guest.groups.reject(group);
}

/** The user leaves its group chat. @throws E3Error as the groups of a peer do. */
export function leaveRoom(client: Client): void {
  const group = client.room;
  if (group === undefined) return;
  client.guest.groups.leave(group);
  client.room = undefined;
}

/** The id of somebody who can be invited; the user is told why not otherwise. */
function invitable(word: string, client: Client, { roster }: Office): bigint | undefined {
  const whom = roster.find(word);
  const name = quoteText(word);
  if (whom.kind === "nobody") client.tell({ kind: "not-found", text: `user ${name} not found` });
  else if (whom.kind === "several")
    client.tell({ kind: "not-found", text: `several users are called ${name}. they are ${whom.labels.join(", ")}` });
  else if (whom.kind === "here" && whom.client === client)
    client.tell({ kind: "invalid-search", text: "you can't add yourself. add other users" });
  else if (whom.kind === "here" && whom.client !== undefined && whom.client.chat.kind !== "none")
    client.tell({ kind: "busy", text: `${word} is busy. try again later.` });
  // Who is absent is invited when it comes back.
  else return whom.id;
  return undefined;
}

/** From now on the user chats in the group, and is busy for everybody else. */
function enter(group: bigint, client: Client, office: Office): void {
  client.room = group;
  dropRequest(client, office);
  for (const id of client.guest.sessions.requests) {
    try {
      client.guest.sessions.reject(id);
    } catch (error) {
      if (!(error instanceof E3Error)) throw error;
      // It asks no more.
    }
  }
}
