import type { Explanation, Message, PeerEvent, PeerInfo, SendStatus } from "../peer/types.ts";
import type { ConversationInfo } from "../peer/history-types.ts";
import type { Target } from "../peer/target.ts";
import type { GroupInfo } from "../peer/group-types.ts";
import { jsonConversation } from "./conversations.ts";
import { jsonExplanation } from "./explanation-json.ts";
import { readersOf, type Listing } from "./history.ts";
import { jsonHistory } from "./history-json.ts";
import type { Host } from "./host.ts";
import type { LineWriter } from "./line-writer.ts";
import type { JsonEvent } from "./json-event.ts";
import type { JsonListingEnd } from "./listing-end.ts";
import { jsonPeer, named } from "./peer-json.ts";
import type { Output, Ready, Search, Standings, Trouble } from "./output.ts";
import { jsonFinding, registryEvent, standingFields } from "./registry-json.ts";
import type { RegistryNotice } from "./registry-sentences.ts";
import { jsonSession } from "./session-json.ts";
import { momentOf, slashHelpText } from "./sentences.ts";
import { peersOf } from "./whereabouts.ts";

type EventOf<Kind extends PeerEvent["kind"]> = Extract<PeerEvent, { readonly kind: Kind }>;

/** Shows a session as JSON lines, for programs. Standard output holds JsonEvents and nothing else. */
export class JsonOutput implements Output {
  readonly #writer: LineWriter;
  readonly #host: Pick<Host, "writeError">;
  readonly #nameOf: (id: bigint) => string;

  /** @param nameOf what a peer calls itself; empty when it does not, or is not known. */
  constructor(writer: LineWriter, host: Pick<Host, "writeError">, nameOf: (id: bigint) => string) {
    this.#writer = writer;
    this.#host = host;
    this.#nameOf = nameOf;
  }

  ready({ id, listen, desired, bridges = [] }: Ready): void {
    const opened = bridges.map((bridge) => ({ wire: bridge.wire, listen: bridge.listen }));
    const beside = opened.length === 0 ? {} : { bridges: opened };
    this.#print({ event: "ready", id: `${id}`, listen, desired, ...beside });
  }

  message(message: Message): void {
    const { from, conversation, number, text, data } = message;
    const to = conversation === "direct" ? {} : { to: conversation === "group" ? `${message.group}` : conversation };
    const sender = { from: `${from}`, ...named(this.#nameOf(from)), ...to };
    const common = { event: "message", ...sender, number: `${number}`, text, time: momentOf(message) } as const;
    if (data === undefined) return this.#print(common, message.cursor);
    const base64 = Buffer.from(data.data).toString("base64");
    this.#print({ ...common, contentType: data.contentType, data: base64 }, message.cursor);
  }

  cork(): void {
    this.#writer.cork();
  }

  uncork(): void {
    this.#writer.uncork();
  }

  event(event: PeerEvent): void {
    switch (event.kind) {
      case "status":
        return this.#status(event.to, event.number, event.status);
      case "peer":
        return this.#print({ event: "peer", id: `${event.id}`, ...named(this.#nameOf(event.id)), state: event.state });
      case "group":
        return this.#group(event);
      case "session":
        return this.#print(jsonSession(event, this.#nameOf(event.peer)));
      case "receipt":
        return this.#receipt(event);
      case "read":
        return this.#print({ event: "read", to: `${event.to}`, number: `${event.number}`, by: `${event.by}` });
      case "id":
        return this.#print({ event: "id", id: `${event.id}`, reason: event.reason });
      case "error":
        return this.error(event.error);
    }
  }

  registry(notice: RegistryNotice): void {
    this.#print(registryEvent(notice));
  }

  error({ code, message }: Trouble): void {
    this.#print({ event: "error", code, message });
  }

  peers(peers: readonly PeerInfo[]): void {
    // This peer is not among them.
    for (const peer of peers) this.#print({ event: "known", ...jsonPeer(peer, 0n), neighbour: peer.neighbour });
    this.#end("peers", peers.length);
  }

  groups(groups: readonly GroupInfo[]): void {
    for (const { id, name, state, members } of groups) {
      const listed = members.map((member) => ({ id: `${member.id}`, state: member.state }));
      this.#print({ event: "group", group: `${id}`, name, state, members: listed });
    }
    this.#end("groups", groups.length);
  }

  history(listing: Listing): void {
    for (const message of listing.messages) {
      const readers = readersOf(listing, message).map(String);
      const readBy = readers.length === 0 ? {} : { readBy: readers };
      this.#print({ ...jsonHistory(listing.with, message, this.#nameOf(message.from)), ...readBy });
    }
    const before = listing.before === undefined ? {} : { before: listing.before };
    this.#end("history", listing.messages.length, { with: `${listing.with}`, ...before });
  }

  conversations(conversations: readonly ConversationInfo[]): void {
    for (const conversation of conversations) this.#print(jsonConversation(conversation));
    this.#end("conversations", conversations.length);
  }

  renamed(name: string): void {
    this.#print({ event: "name", name });
  }

  /** Nobody is known to read. */
  unread(): void {}

  who(everybody: readonly PeerInfo[], self: bigint, standings: Standings): void {
    for (const peer of everybody)
      this.#print({ event: "who", ...jsonPeer(peer, self), ...standingFields(standings.get(peer.id)) });
    this.#end("who", everybody.length);
  }

  found({ word, answer, self, registry }: Search): void {
    const near = answer.kind === "unknown" ? answer.near : [];
    const peers = peersOf(answer).map((peer) => {
      return { ...jsonPeer(peer, self), ...standingFields(registry?.standings.get(peer.id)) };
    });
    const finding = registry === undefined ? {} : { registry: jsonFinding(registry.finding) };
    this.#print({ event: "search", word, answer: answer.kind, peers, near, ...finding });
  }

  clear(): void {
    this.#host.writeError("nothing to clear: this is no screen\n");
  }

  explained(explanations: readonly Explanation[]): void {
    for (const explanation of explanations) this.#print(jsonExplanation(explanation));
    this.#end("explain", explanations.length);
  }

  /** Nothing: what comes of it is told. */
  connecting(): void {}

  connected(address: string, id: bigint): void {
    this.#print({ event: "connected", address, peer: `${id}`, ...named(this.#nameOf(id)) });
  }

  help(): void {
    this.#host.writeError(`${slashHelpText()}\n`);
  }

  leaving(): void {}

  /** Standard error has the log. */
  log(): void {}

  flushed(): boolean | Promise<boolean> {
    return this.#writer.flushed();
  }

  room(): Promise<void> {
    return this.#writer.room();
  }

  close(): void {}

  /** Nothing more of an answer comes. */
  #end(of: JsonListingEnd["of"], count: number, more: Pick<JsonListingEnd, "with" | "before"> = {}): void {
    this.#print({ event: "end", of, count, ...more });
  }

  #status(to: Target, number: bigint, status: SendStatus): void {
    this.#print({ event: "status", to: `${to}`, number: `${number}`, status });
  }

  #group({ group, name, member, state, invitedBy, own }: EventOf<"group">): void {
    const by = invitedBy === 0n ? {} : { invitedBy: `${invitedBy}` };
    this.#print({ event: "group", group: `${group}`, name, member: `${member}`, state, ...by, own });
  }

  #receipt({ group, number, member, status, recipients, delivered, waiting }: EventOf<"receipt">): void {
    const names = { to: `${group}`, number: `${number}`, member: `${member}` };
    this.#print({ event: "receipt", ...names, status, recipients, delivered, waiting: waiting.map(String) });
  }

  #print(event: JsonEvent, cursor?: bigint): void {
    this.#writer.write(jsonLine(event), cursor);
  }
}

/**
 * The event in JSON, on one line whoever reads it: what some readers take for the end of a line, and what could steer a
 * terminal or reorder what it shows, is written as \uXXXX, which any parser turns back.
 */
export function jsonLine(event: JsonEvent): string {
  return JSON.stringify(event).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
