import { escapeText } from "../core/escape.ts";
import { showName } from "../core/name.ts";
import type { Message, PeerInfo, Settled } from "../peer/types.ts";
import type { Outcome } from "./menu-courier.ts";
import { entryOf, whoIs, type MenuEntry } from "./menu-table.ts";
import type { Recipient } from "./menu.ts";
import type { Trouble } from "./output.ts";
import { because, gapSentence, toWhom } from "./sentences.ts";

/** Where this peer listens. @param listen host:port. */
export function listeningLine(listen: string): string {
  return `Server listening on port ${listen.slice(listen.lastIndexOf(":") + 1)}`;
}

/**
 * A message as it is shown: the address at which its sender listens, team, text. A sender that states no address goes by its
 * id, and one without a name has its id in the place of it. No other line begins with either. In front of what is not for
 * this peer alone it is said, in brackets, whom it is for.
 */
export function messageText(
  { text, data, conversation, group }: Message,
  sender: Pick<PeerInfo, "id" | "name" | "addresses">,
): string {
  const entry = entryOf(sender);
  const nameless = entry.address === undefined ? "-" : `${sender.id}`;
  const shown = data === undefined ? text : `(${data.data.length} bytes of ${data.contentType || "data"})`;
  const whom = toWhom(conversation, `group ${group}`).trim();
  const audience = whom === "" ? "" : `(${whom}) `;
  return `${audience}${whoIs(entry)} ${sender.name === "" ? nameless : showName(sender.name)} ${escapeText(shown)}`;
}

/** What is missing before a message; undefined when nothing is. */
export function gapText(message: Message): string | undefined {
  const gap = gapSentence(message);
  return gap === undefined ? undefined : `Note: ${gap}`;
}

/** A peer said that it goes. */
export function goneLine(peer: MenuEntry): string {
  return `Peer ${whoIs(peer)} disconnected`;
}

/** Whether one is connected to a peer now. */
export function connectedLine(peer: MenuEntry, isConnected: boolean): string {
  return isConnected ? `Connected to ${whoIs(peer)}` : `error: ${whoIs(peer)} does not answer; not connected`;
}

/** What came of a message. */
export function outcomeLine(outcome: Outcome): string {
  switch (outcome.kind) {
    case "settled":
      return settledLine(outcome.to, outcome.settled);
    case "kept": {
      const state = outcome.isThere ? "has not confirmed it yet" : "is away";
      return `Message kept: ${whoIs(outcome.to)} ${state}; it is delivered as soon as it can be`;
    }
    case "nobody":
      return `error: nobody answers at ${placeOf(outcome.to)}; the message was not sent`;
  }
}

/** How a message ended. */
export function settledLine(to: MenuEntry, { status, reason }: Settled): string {
  if (status === "delivered") return `Message delivered to ${whoIs(to)}`;
  return `error: the message to ${whoIs(to)} is ${status}${because(reason)}`;
}

/** A greeting that is late. */
export function notYetLine(to: Recipient): string {
  return `Nobody answers at ${placeOf(to)} yet; the greeting follows once somebody does`;
}

/** What went wrong. */
export function errorLine({ message }: Pick<Trouble, "message">): string {
  return `error: ${escapeText(message)}`;
}

function placeOf(to: Recipient): string {
  return to.kind === "address" ? to.address : `${to.id}`;
}
