import type { Explanation, SendStatus } from "../peer/types.ts";

/** A line of the answer to /explain: where a message is and what happens next. */
export interface JsonExplanation {
  readonly event: "explain";
  /** To an id, or to "everyone". */
  readonly to: string;
  readonly number: string;
  /** What waits for its road is durable here: accepted. */
  readonly status: SendStatus;
  /** Where there is one. */
  readonly reason?: string;
  /** Ids of the peers on the road, this one first; empty when there is none now. */
  readonly road: readonly string[];
  /** Ids of the peers that hold copies, and of those that say that they have read it. */
  readonly custodians: readonly string[];
  readonly readBy: readonly string[];
  readonly attempts: number;
  /** When it was accepted, and when it expires, ISO 8601. */
  readonly time: string;
  readonly expires: string;
  /** What happens next, a sentence; absent where nothing does. */
  readonly next?: string;
}

/** The explanation as an event. */
export function jsonExplanation(explanation: Explanation): JsonExplanation {
  const { to, number, status, reason, road, custodians, readBy, attempts, sentAt, expiresAt, next } = explanation;
  return {
    ...{ event: "explain", to: `${to}`, number: `${number}`, status: status === "waiting" ? "accepted" : status },
    ...(reason === "" ? {} : { reason }),
    ...{ road: road.map(String), custodians: custodians.map(String), readBy: readBy.map(String), attempts },
    ...{ time: sentAt.toISOString(), expires: expiresAt.toISOString() },
    ...(next === "" ? {} : { next }),
  };
}
