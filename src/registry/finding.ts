import { E3Error } from "../core/error.ts";
import { parseWhom } from "../core/whom.ts";
import { Presence, type SearchResponse } from "../gen/e3/v1/registry_pb.ts";
import type { RegistryFinding } from "./types.ts";
import { parseUserName } from "./user-name.ts";

/** Whom to ask a registry for; undefined when the word can be no user's. */
export interface Sought {
  readonly target: string | bigint;
  /** What the id must end with: digits, or nothing. */
  readonly digits: string;
}

/** Reads a word as `Peer.search` does. @throws E3Error "bad-id" for a number that is no id. */
export function soughtOf(word: string): Sought | undefined {
  const whom = parseWhom(word);
  if (whom.kind === "id") return { target: whom.id, digits: "" };
  try {
    return { target: parseUserName(whom.name), digits: whom.digits };
  } catch (error) {
    if (error instanceof E3Error && error.code === "bad-option") return undefined;
    throw error;
  }
}

/** A registry's answer in the library's words. @param digits what the id must end with. */
export function findingOf(answer: SearchResponse, digits: string): RegistryFinding {
  const { name: user, id, addresses, busy, offlineSinceMs } = answer;
  if (!`${id}`.endsWith(digits)) return { kind: "unknown" };
  switch (answer.presence) {
    case Presence.ONLINE:
      return { kind: answer.self ? "self" : "online", user, id, addresses, busy };
    case Presence.OFFLINE:
      return { kind: "offline", user, id, since: offlineSinceMs === 0n ? undefined : new Date(Number(offlineSinceMs)) };
    case Presence.NOT_FOUND:
    case Presence.UNSPECIFIED:
      return { kind: "unknown" };
  }
}
