import { escapeText } from "../core/escape.ts";
import { showName } from "../core/name.ts";
import type { SessionEvent } from "../peer/session-types.ts";
import type { PeerInfo } from "../peer/types.ts";
import { cutColumns } from "./columns.ts";

/** What happened to a session, in one line. @param label how peers are called. */
export function sessionSentence(event: SessionEvent, label: (id: bigint) => string): string {
  const { state, by, peer, reason } = event;
  const who = label(peer);
  const said = by === "self" ? own[state](who) : others[state](who);
  return reason === "" ? said : `${said}: ${escapeText(reason)}`;
}

/** A peer in a word, as it stands in a prompt. */
export function shortLabel({ id, name }: Pick<PeerInfo, "id" | "name">): string {
  return name === "" ? `${id}` : showName(cutColumns(name, nameColumnsMax));
}

type Words = Readonly<Record<SessionEvent["state"], (who: string) => string>>;

/** What this peer, or its user, did. */
const own: Words = {
  asking: (who) => `you asked ${who} for a session; /end takes that back`,
  asked: (who) => `you asked ${who} for a session`,
  accepted: begun,
  rejected: (who) => `you rejected the session that ${who} asked for`,
  busy: (who) => `${who} asked you for a session, and was told that you are busy`,
  unanswered: (who) => `you did not answer ${who}`,
  withdrawn: (who) => `you no longer ask ${who} for a session`,
  ended: (who) => `you ended the session with ${who}`,
};

/** What the other one did. */
const others: Words = {
  asking: (who) => `${who} asks for a session`,
  asked: (who) => `${who} asks you for a session: /accept or /reject`,
  accepted: begun,
  rejected: (who) => `${who} rejected the session you asked for`,
  busy: (who) => `${who} is busy: try again later`,
  unanswered: (who) => `${who} did not accept the session you asked for`,
  withdrawn: (who) => `${who} no longer asks you for a session`,
  ended: (who) => `the session with ${who} is over`,
};

function begun(who: string): string {
  return `you are in a session with ${who}: what you type goes there; /end ends it`;
}

/** Columns for a name. */
const nameColumnsMax = 24;
