import { E3Error } from "../../core/error.ts";
import type { Message } from "../../peer/types.ts";
import type { Client } from "./client.ts";
import type { Office } from "./office.ts";
import { textFault } from "./text-fault.ts";

/**
 * Gives a program a message: on its own port within a private chat with the sender, else by way of the registry.
 *
 * Resolves once the program has it, or never will; then its sender was told. Rejects when the program has gone.
 */
export async function handOver(message: Message, client: Client, { roster }: Office): Promise<void> {
  const { from, text, conversation, missing } = message;
  // What is no text and was not refused is for everyone: other programs', not people's.
  if (message.data !== undefined) return;
  const by = roster.label(from);
  if (missing > 0n)
    await client.deliver({ kind: "text", text: `messages of ${by} that are missing here, ${missing}` }, by);
  if (textFault(text) !== undefined) return tellSender(message, client);
  const { chat } = client;
  const isPrivate = conversation === "direct" && chat.kind === "private" && chat.peer === from;
  // Two programs of this wire talk without the registry: what comes by it, comes from before they did.
  if (isPrivate && roster.holding(from) === undefined && (await hasTaken(client, by, text))) return;
  await client.deliver({ kind: "message", from: by, text }, by);
}

async function hasTaken(client: Client, from: string, text: string): Promise<boolean> {
  try {
    await client.deliverPrivate(from, text);
    return true;
  } catch (error) {
    if (error instanceof E3Error) return false;
    throw error;
  }
}

/** What is for everyone is not refused: its sender is told in words. */
async function tellSender({ from, text }: Message, client: Client): Promise<void> {
  const told = `I cannot be shown what you said. ${textFault(text) ?? ""}`;
  try {
    const sent = await client.guest.sendWhenRoom(from, told, { signal: client.signal });
    await sent.accepted;
  } catch (error) {
    if (!(error instanceof E3Error) || error.code === "closed") throw error;
    // There is no more to be done for it.
  }
}
