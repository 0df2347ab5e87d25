import { E3Error } from "../core/error.ts";
import type { Peer, Sent } from "../peer/types.ts";
import type { Target } from "../peer/target.ts";
import type { Deadlines } from "./deadlines.ts";

/** How long what a program says waits for room at its guest, milliseconds; the connection is not read meanwhile. */
export const roomMs = 30_000;

/** What is sent, and until when. */
export interface SendingInTime {
  readonly peer: Pick<Peer, "sendWhenRoom">;
  readonly to: Target;
  readonly text: string;
  readonly deadlines: Deadlines;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/**
 * Sends as sendWhenRoom does, but does not wait for ever: a program that has gone meanwhile is noticed only when it is read.
 * Rejects with E3Error "resource-exhausted" when there was no room in time.
 */
export async function sendInTime({ peer, to, text, deadlines, signal }: SendingInTime): Promise<Sent> {
  const late = new AbortController();
  const why = "too much of what was said before is not delivered yet; try again later";
  deadlines.set(late, roomMs, () => late.abort(new E3Error("resource-exhausted", why)));
  try {
    return await peer.sendWhenRoom(to, text, { signal: AbortSignal.any([signal, late.signal]) });
  } finally {
    deadlines.clear(late);
  }
}
