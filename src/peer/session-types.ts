import type { Effect } from "../core/effect.ts";

/** A session, or this peer's own request for one. */
export interface SessionInfo {
  /** Id of the other end. */
  readonly peer: bigint;
  /** Asked for and not answered yet, or begun. */
  readonly state: "asking" | "open";
  /** Since when it is in that state. */
  readonly since: Date;
}

/**
 * What happens to a session or a request for one. "asking" (by "self") and "asked" (by "peer") end as one of the next five:
 * "accepted", which begins the session; "rejected"; "busy", as who was asked is in another one; "unanswered", as the other end
 * was late or is gone; "withdrawn". A session ends as "ended". `by` says whose doing it is, `reason` may be the other's words.
 */
export type SessionEvent = Readonly<Extract<Effect, { kind: "session" }>> & {
  /** Messages received before this came about have cursors up to here: whoever shows both shows those first. */
  readonly cursor: bigint;
};

/**
 * Sessions: a peer is in one with another, or in none. In a session its messages go over a link of their own, where the
 * other's address can be dialled, else through the mesh. What comes of all this is told by events of the kind "session".
 */
export interface Sessions {
  /** The session, or the request, of this peer; undefined for none. */
  readonly current: SessionInfo | undefined;
  /** Ids of the peers that ask this one, the first one first. Each waits for about a minute. */
  readonly requests: readonly bigint[];
  /**
   * Asks a peer for a session; one that asks this peer is accepted thereby. The answer is an event, 60 s later at the most.
   * @throws E3Error "bad-id", "bad-option" for this peer itself, "unknown-peer", "absent", "in-session" while there is one or
   * is asked for one, "resource-exhausted" or "closed".
   */
  request(to: bigint): void;
  /** Accepts a peer that asks. @throws E3Error "no-session" when it does not, "in-session", "resource-exhausted" or "closed". */
  accept(from: bigint): void;
  /** Rejects a peer that asks. @throws E3Error "no-session" when it does not, "resource-exhausted" or "closed". */
  reject(from: bigint): void;
  /**
   * Ends the session, or takes the request back.
   * @param reason told to the other end, at most 1,024 bytes. Default none.
   * @throws E3Error "no-session" when there is neither, "too-large", "bad-content", "resource-exhausted" or "closed".
   */
  end(reason?: string): void;
}
