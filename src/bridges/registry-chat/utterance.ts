import { E3Error } from "../../core/error.ts";
import type { Target } from "../../peer/target.ts";
import type { Sent } from "../../peer/types.ts";
import type { Client } from "./client.ts";
import { textFault } from "./text-fault.ts";

/**
 * Sends what a user says to a peer or a group. The program is told when it is not sent, and when it does not arrive.
 *
 * @param whom what the program calls the target.
 * @returns whether it was sent; nothing is when there is no text.
 */
export async function utter(
  client: Client,
  to: Target,
  said: { readonly text: string; readonly whom: string },
): Promise<boolean> {
  const { text, whom } = said;
  if (text.trim() === "") return false;
  try {
    const sent = await client.guest.sendWhenRoom(to, text, { signal: client.signal });
    await sent.accepted;
    void follow(client, sent, whom);
    return true;
  } catch (error) {
    if (error instanceof E3Error && error.code !== "closed")
      client.tell({ kind: "text", text: `your message was not sent, ${error.message}` });
    return false;
  }
}

/** Programs show what their own user says to a group when the registry says it. */
export function echo(client: Client, text: string): void {
  if (textFault(text) === undefined) client.tell({ kind: "message", from: client.name, text });
  else client.tell({ kind: "text", text: "your message was sent, and cannot be shown here" });
}

async function follow(client: Client, sent: Sent, whom: string): Promise<void> {
  try {
    const { status, reason } = await sent.settled;
    if (status === "expired" || status === "refused")
      client.tell({ kind: "text", text: `a message of yours did not reach ${whom}, ${reason || status}` });
  } catch {
    // The user has left: what was sent goes on without being watched.
  }
}
