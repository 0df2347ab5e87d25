import { E3Error } from "../../core/error.ts";
import type { Client } from "./client.ts";
import { tellInvitations } from "./invitations.ts";
import type { Office } from "./office.ts";
import { portOf } from "./port-of.ts";
import { busy } from "./searching.ts";

/** Wires whose programs know no requests: nobody there could answer one. */
const plainWires = /^(?:cs2|line|udp-chat) /;

/** Whether a peer speaks for a program that knows no requests; via is what it says of that. */
export function isPlain(via: string): boolean {
  return plainWires.test(via);
}

/** Begins a private chat without asking: the other end is said things like anybody who is in no session. */
export async function beginAside(id: bigint, client: Client, { roster, windows }: Office): Promise<void> {
  for (const { chat } of roster.clients) if (chat.kind === "private" && chat.peer === id) return client.tell(busy);
  const whom = roster.label(id);
  client.aside = id;
  try {
    const port = portOf(await windows.of(id));
    const text = `${whom} is not asked, its program knows no requests. you can send your message now!`;
    client.tell({ kind: "client-ok", text, port }, whom);
  } catch (error) {
    if (!(error instanceof E3Error)) throw error;
    client.aside = undefined;
    client.tell({ kind: "text", text: `the chat cannot begin, ${error.message}` });
  }
}

/** Ends such a chat; nobody else knows of it. */
export function endAside(client: Client, office: Pick<Office, "roster" | "rooms">): void {
  if (client.aside === undefined) return;
  client.aside = undefined;
  client.tell({ kind: "client-exit", text: "you left the chat room." });
  tellInvitations(client, office);
}
