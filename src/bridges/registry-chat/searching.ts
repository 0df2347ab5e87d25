import type { Client } from "./client.ts";
import type { Office } from "./office.ts";
import type { Reply } from "./reply.ts";
import type { Whom } from "./roster.ts";

/** What a user is told who looks for somebody. */
export function searchReply(word: string, client: Client, { roster }: Office): Reply {
  const whom = roster.find(word);
  const absence = absenceOf(whom);
  if (absence !== undefined) return absence;
  if (whom.kind !== "here") return notFound;
  if (whom.client === client)
    return { kind: "invalid-search", text: "you can't search yourself. search for other users" };
  // Of others nobody knows whether they are in a chat.
  if (whom.client !== undefined && whom.client.chat.kind !== "none") return busy;
  const { address, id } = whom;
  const where = address === undefined ? `id is ${id}` : `address is ${asPair(address)}`;
  return { kind: "found", text: `${roster.label(id)} found. its ${where}` };
}

/** What a user is told of somebody who is not here, or not one; undefined of anybody else. */
export function absenceOf(whom: Whom): Reply | undefined {
  switch (whom.kind) {
    case "here":
      return undefined;
    case "several":
      return { kind: "not-found", text: `several users are called that. they are ${whom.labels.join(", ")}` };
    case "absent":
    case "nobody":
      return notFound;
  }
}

/** What is told of a user who is in a chat. */
export const busy: Reply = { kind: "busy", text: "the user is busy. try again later." };
const notFound: Reply = { kind: "not-found", text: "user not found" };

/** An address as programs of this wire show it: ('127.0.0.1', 4920). */
function asPair(address: string): string {
  const colon = address.lastIndexOf(":");
  return `('${address.slice(0, colon)}', ${address.slice(colon + 1)})`;
}
