import type { Message, Peer } from "../peer/types.ts";

/** What is carried, and how. */
export interface Carrying {
  /** The guest. */
  readonly peer: Peer;
  /** Gives a message to the program; resolves once that has taken it, or never will (then its sender was told). */
  readonly write: (message: Message) => Promise<void>;
  /** Whether a message is not for the program, since it was said to everyone before the guest came. Default: none is. */
  readonly isOld?: (message: Message) => Promise<boolean>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Hands a guest's messages to its program, in order, one at a time. Each is dealt with once write has resolved: a message
 * whose write rejects, and all after it, are handed over by the next courier of this guest.
 *
 * Resolves when it has ended: by the signal, because the guest closed, or because write rejected. Never rejects.
 */
export async function carry({ peer, write, isOld, signal }: Carrying): Promise<void> {
  try {
    for await (const message of peer.messages({ acknowledge: "manual", signal })) {
      if ((await isOld?.(message)) !== true) await write(message);
      peer.acknowledge(message.cursor);
    }
  } catch {
    // What was not acknowledged is not lost: the guest has it in its inbox, and the program is gone.
  }
}
