import { escapeText } from "../core/escape.ts";
import { showName } from "../core/name.ts";
import type { Membership, RegistryFinding, RegistryNews, Standing } from "../registry/types.ts";
import { absentSentence } from "./absent-sentence.ts";

/** What happened between the peer of a session and its registry. */
export interface RegistryNotice extends Pick<Membership, "registry" | "user"> {
  readonly news: RegistryNews;
}

/** The notice for people, in one line. */
export function noticeSentence({ news, registry, user }: RegistryNotice): string {
  switch (news.kind) {
    case "signed-in":
      return `signed in as ${showName(user)} at ${registry}${news.first ? "; it knows of nobody else online" : ""}`;
    case "away":
      return `${escapeText(news.reason)}; messages go on without it`;
    case "back":
      return `the registry at ${registry} answers again`;
    case "ended":
      if (news.elsewhere) return `${escapeText(news.reason)}, and this peer leaves`;
      return `no longer signed in at ${registry}: ${escapeText(news.reason)}; messages go on without it. To sign in, leave and start again`;
  }
}

/** What a registry says of whom was searched for, in one line. */
export function findingSentence(finding: RegistryFinding): string {
  switch (finding.kind) {
    case "online":
      return `registry: ${showName(finding.user)} is ${finding.busy ? "online and busy" : "online"}: ${placeOf(finding)}`;
    case "self":
      return `registry: ${showName(finding.user)} is online: that is you, ${placeOf(finding)}`;
    case "offline":
      return `registry: ${showName(finding.user)} is ${absentSentence(finding.since, "offline")}: id ${finding.id}`;
    case "unknown":
      return "registry: no such user";
    case "silent":
      return "registry: no answer";
    case "ended":
      return "registry: not asked, as you are not signed in any more";
  }
}

/** Whether a peer is the user that it calls itself, as the end of a sentence; nothing where that is no question. */
export function standingSentence(standing: (Standing & { readonly isBusy?: boolean }) | undefined): string {
  switch (standing?.kind) {
    case "verified":
      return `, verified by the registry${standing.isBusy === true ? ", busy" : ""}`;
    case "unverified":
      return ", not verified: it bears a user's name, and nothing shows that it is that user";
    case "unknown":
    case undefined:
      return "";
  }
}

/** The same for a table. */
export function standingCell(standing: (Standing & { readonly isBusy?: boolean }) | undefined): string {
  if (standing === undefined || standing.kind === "unknown") return "-";
  return standing.isBusy === true ? `${standing.kind}, busy` : standing.kind;
}

function placeOf({ id, addresses }: Extract<RegistryFinding, { readonly kind: "online" | "self" }>): string {
  return `id ${id}, ${addresses.length === 0 ? "no address" : `at ${escapeText(addresses.join(" "))}`}`;
}
