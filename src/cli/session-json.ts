import type { SessionEvent } from "../peer/session-types.ts";

/** What happened to a session: a line of its own. */
export interface JsonSessionEvent {
  readonly event: "session";
  /** Id of the other end. */
  readonly peer: string;
  /** What it calls itself, if it does and that is known. */
  readonly name?: string;
  readonly state: SessionEvent["state"];
  /** Whose doing it is. */
  readonly by: SessionEvent["by"];
  /** Where one was given. */
  readonly reason?: string;
}

/** The event as a line of JSON. @param name what the other end calls itself; empty when it does not. */
export function jsonSession({ peer, state, by, reason }: SessionEvent, name: string): JsonSessionEvent {
  const named = name === "" ? {} : { name };
  return { event: "session", peer: `${peer}`, ...named, state, by, ...(reason === "" ? {} : { reason }) };
}
