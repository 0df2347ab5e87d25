import type { ChatNode } from "./chat-node.ts";

/**
 * Resolves with why the guest of a node is not its user any more: it has closed by itself, or has lost its id to another peer, as
 * it does when the user signs in elsewhere. With undefined when the node ends before. Never rejects.
 */
export async function lossOf({ peer, ending }: Pick<ChatNode, "peer" | "ending">): Promise<string | undefined> {
  const { signal } = ending;
  for await (const event of peer.events({ signal }))
    if (event.kind === "id") return `its guest has another id: ${event.reason}`;
  return signal.aborted ? undefined : "its guest has closed";
}
