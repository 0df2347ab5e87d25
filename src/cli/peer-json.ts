import type { PeerInfo } from "../peer/types.ts";

/** A peer, present or not. */
export interface JsonPeer {
  readonly id: string;
  /** What it calls itself, if it does. */
  readonly name?: string;
  readonly state: "present" | "absent" | "self";
  /** Links on the shortest road; 0 when there is none. */
  readonly hops: number;
  readonly addresses: readonly string[];
  /** ISO 8601; with the absent only. */
  readonly absentSince?: string;
  /** For which program of another kind it speaks; absent with a peer like any other. */
  readonly via?: string;
  /** With a registry only, and with those who bear the name of a user. */
  readonly user?: "verified" | "unverified";
  /** With a registry only, in the answers to /who and /search: in a session with another user. */
  readonly busy?: boolean;
}

/** The name as a field, where there is one. */
export function named(name: string): { readonly name?: string } {
  return name === "" ? {} : { name };
}

/** The peer as it stands in events. @param self id of the peer that is asked. */
export function jsonPeer({ id, name, reachable, hops, addresses, absentSince, via }: PeerInfo, self: bigint): JsonPeer {
  const state = id === self ? "self" : reachable ? "present" : "absent";
  const since = absentSince === undefined ? {} : { absentSince: absentSince.toISOString() };
  return { id: `${id}`, ...named(name), state, hops, addresses, ...since, ...(via === "" ? {} : { via }) };
}
