import { E3Error } from "../../core/error.ts";
import type { Client } from "./client.ts";
import type { Office } from "./office.ts";

/** How long a user's peer is given to hear of somebody that the host knows, milliseconds, and how often it is tried. */
const patience = { forMs: 5_000, everyMs: 100 } as const;

/**
 * Asks somebody who is here for a private chat, in place of whom the user asked before.
 *
 * The peer of a user is a leaf: it may have to ask its host about somebody it has not had to do with.
 */
export function askFor(id: bigint, client: Client, office: Office): void {
  dropRequest(client, office);
  attempt({ id, untilMs: office.world.deadlines.nowMs + patience.forMs }, client, office);
}

/** The user asks nobody any more. */
export function dropRequest(client: Client, { world }: Office): void {
  world.deadlines.clear(client.signal);
  if (client.guest.sessions.current?.state === "asking") client.guest.sessions.end();
}

interface Asked {
  readonly id: bigint;
  readonly untilMs: number;
}

function attempt(asked: Asked, client: Client, office: Office): void {
  const { deadlines } = office.world;
  if (client.signal.aborted) return;
  try {
    client.guest.sessions.request(asked.id);
  } catch (error) {
    if (!(error instanceof E3Error)) throw error;
    const isUnheardOf = error.code === "unknown-peer" || error.code === "absent";
    // The signal is this client's own, and nothing else's key.
    if (isUnheardOf && deadlines.nowMs < asked.untilMs)
      deadlines.set(client.signal, patience.everyMs, () => attempt(asked, client, office));
    else if (isUnheardOf) client.tell({ kind: "not-found", text: "user not found" });
    else client.tell({ kind: "text", text: `you cannot ask for a chat, ${error.message}` });
  }
}
