import { E3Error } from "../../core/error.ts";
import type { SessionEvent } from "../../peer/session-types.ts";
import type { Client } from "./client.ts";
import { tellInvitations } from "./invitations.ts";
import type { Office } from "./office.ts";
import { portOf } from "./port-of.ts";

/** Tells a program what happens to a private chat, or to a request for one. */
export async function tellSession(event: SessionEvent, client: Client, office: Office): Promise<void> {
  const { state, peer } = event;
  const whom = office.roster.label(peer);
  const isOwn = event.by === "self";
  const by = isOwn ? client.name : whom;
  switch (state) {
    case "asked":
      return ask(client, peer, whom);
    case "accepted":
      return begin(event, client, office);
    case "rejected":
      // Those who ask during another chat are rejected without a word.
      if (isOwn && client.chat.kind !== "none") return;
      return client.tell(
        { kind: "text", text: isOwn ? "you have rejected the chat request!" : `${whom} rejected the chat request!` },
        by,
      );
    case "busy":
      if (!isOwn) client.tell({ kind: "busy", text: "the user is busy. try again later." });
      return;
    case "unanswered":
    case "withdrawn":
      return client.tell({ kind: "text", text: outcomeOf(state, isOwn, whom) }, by);
    case "ended":
      client.tell({ kind: "client-exit", text: isOwn ? youLeft : `${whom} left the chat room. ${closed}` }, by);
      return tellInvitations(client, office);
    case "asking":
      return;
  }
}

/** Those who asked for a private chat before the program could be told. */
export function tellRequests(client: Client, { roster }: Office): void {
  for (const peer of client.guest.sessions.requests) ask(client, peer, roster.label(peer));
}

const youLeft = "you left the chat room.";
const closed = "the chat room has been closed";

function outcomeOf(state: "unanswered" | "withdrawn", isOwn: boolean, whom: string): string {
  if (state === "unanswered") return `the chat request of you and ${whom} was not answered`;
  return isOwn ? `you do not ask ${whom} any more` : `${whom} does not ask you any more`;
}

/** In a chat that is no session a user is busy, which the mesh does not know. */
function ask(client: Client, peer: bigint, whom: string): void {
  if (client.chat.kind === "none")
    return client.tell({ kind: "text", text: `${whom} would like to chat with you? (OK/REJECT)` }, whom);
  try {
    client.guest.sessions.reject(peer);
  } catch (error) {
    if (!(error instanceof E3Error)) throw error;
    // It does not ask any more.
  }
}

async function begin({ peer, by }: SessionEvent, client: Client, { roster, windows }: Office): Promise<void> {
  const whom = roster.label(peer);
  const can = "you can send your message now!";
  const text =
    by === "self"
      ? `you have entered into a private chat with ${whom}. ${can}`
      : `${whom} accepted the chat request. ${can}`;
  try {
    const port = roster.holding(peer)?.port ?? portOf(await windows.of(peer));
    client.tell({ kind: "client-ok", text, port }, by === "self" ? client.name : whom);
  } catch (error) {
    if (!(error instanceof E3Error)) throw error;
    client.tell({ kind: "text", text: `the chat cannot begin, ${error.message}` });
    if (client.chat.kind === "private") client.guest.sessions.end("its program cannot be reached");
  }
}
