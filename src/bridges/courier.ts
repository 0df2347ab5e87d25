import { E3Error } from "../core/error.ts";
import type { Message, Peer } from "../peer/types.ts";
import type { Log } from "../ports/log.ts";
import { legible } from "./legible.ts";

/** What is carried, and how. */
export interface Carrying {
  /** The guest. */
  readonly peer: Peer;
  /** Gives a message to the program; resolves once that has taken it, or never will (then its sender was told). */
  readonly write: (message: Message) => Promise<void>;
  /** Whether a message is not for the program, since it was said to everyone before the guest came. Default: none is. */
  readonly isOld?: (message: Message) => Promise<boolean>;
  readonly log: Log;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Hands a guest's messages to its program, in order, one at a time. Each is dealt with once write has resolved: a message
 * whose write rejects, and all after it, are handed over by the next courier of this guest. A record that cannot be read is
 * logged and passed over: nobody could hand it over.
 *
 * Resolves when it has ended: by the signal, because the guest closed, or because a message could not be written or noted, which
 * is logged. Whoever began it sees to it then that the program is not left waiting. Never rejects.
 */
export async function carry({ peer, write, isOld, log, signal }: Carrying): Promise<void> {
  const id = peer.id.toString();
  const onUnreadable = (error: unknown): void =>
    log.error("a record that came for a program cannot be read, and is passed over", { id, why: String(error) });
  try {
    for await (const message of legible(peer.messages({ acknowledge: "manual", signal }), onUnreadable)) {
      if ((await isOld?.(message)) !== true) await write(message);
      peer.acknowledge(message.cursor);
    }
  } catch (error) {
    // What was not acknowledged is not lost: the guest has it in its inbox.
    if (signal.aborted) return;
    const isGone = error instanceof E3Error && error.code === "closed";
    const why = error instanceof E3Error ? error.message : String(error);
    log[isGone ? "info" : "warn"]("what comes for a program is not handed over any more; it is kept", { id, why });
  }
}
