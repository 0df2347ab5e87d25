import type { RegistryFinding, Standing } from "../registry/types.ts";
import type { RegistryNotice } from "./registry-sentences.ts";

/** What happened between the peer and its registry: a line of its own. */
export interface JsonRegistryEvent {
  readonly event: "registry";
  readonly state: "signed-in" | "away" | "back" | "ended";
  /** host:port */
  readonly registry: string;
  readonly user: string;
  /** When signed in: the registry knows of nobody else online. */
  readonly first?: boolean;
  /** When ended: the user signed in elsewhere, and this peer leaves. */
  readonly elsewhere?: boolean;
  /** When away or ended. */
  readonly reason?: string;
}

/** What the registry says of whom was searched for, in the answer to /search. */
export interface JsonFinding {
  readonly state: RegistryFinding["kind"];
  readonly user?: string;
  readonly id?: string;
  /** When online. */
  readonly addresses?: readonly string[];
  /** When online: in a session with another user. */
  readonly busy?: boolean;
  /** ISO 8601; when offline, if the registry knows it. */
  readonly since?: string;
}

/** The notice as a line of JSON. */
export function registryEvent({ news, registry, user }: RegistryNotice): JsonRegistryEvent {
  const { kind: state, ...more } = news;
  return { event: "registry", state, registry, user, ...more };
}

/** The finding in JSON: ids are decimal strings, as a JSON number is a double. */
export function jsonFinding(finding: RegistryFinding): JsonFinding {
  switch (finding.kind) {
    case "online":
    case "self": {
      const { kind: state, user, id, addresses, busy } = finding;
      return { state, user, id: `${id}`, addresses, busy };
    }
    case "offline": {
      const { kind: state, user, id, since } = finding;
      return { state, user, id: `${id}`, ...(since === undefined ? {} : { since: since.toISOString() }) };
    }
    case "unknown":
    case "silent":
    case "ended":
      return { state: finding.kind };
  }
}

/** Whether a peer is the user that it calls itself, as fields of it; none where that is no question. */
export function standingFields(standing: (Standing & { readonly isBusy?: boolean }) | undefined): {
  readonly user?: "verified" | "unverified";
  readonly busy?: boolean;
} {
  if (standing === undefined || standing.kind === "unknown") return {};
  return { user: standing.kind, ...(standing.isBusy === true ? { busy: true } : {}) };
}
