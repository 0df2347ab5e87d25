/** Bounds of sessions: a part of Limits. */
export interface SessionLimits {
  /** How long a peer that asks for a session waits for the answer of a person, milliseconds. */
  readonly sessionAskMs: number;
  /**
   * How much longer the asked one keeps the request, milliseconds: it ends with the word of who asked, and by itself only if
   * that is gone.
   */
  readonly sessionAskSlackMs: number;
  /** How long the other end of a session may be out of reach before it is over, milliseconds: time for a road around a break. */
  readonly sessionGoneMs: number;
  /** Requests that wait for an answer; who asks beyond hears that this peer is busy. */
  readonly sessionRequestsMax: number;
  /** Longest reason for an end, bytes of UTF-8. */
  readonly sessionReasonBytesMax: number;
  /** How long a link that was dialled for a session outlives it, milliseconds: for the receipts of its last words. */
  readonly sessionLingerMs: number;
}

const seconds = 1_000;

/** The bounds of a peer unless a test shrinks them. */
export const sessionLimits: SessionLimits = {
  sessionAskMs: 60 * seconds,
  sessionAskSlackMs: 10 * seconds,
  sessionGoneMs: 10 * seconds,
  sessionRequestsMax: 64,
  sessionReasonBytesMax: 1_024,
  sessionLingerMs: 2 * seconds,
};
