import type { Explanation, Message, PeerEvent, PeerInfo, SearchAnswer, SendStatus } from "../peer/types.ts";
import type { ConversationInfo } from "../peer/history-types.ts";
import type { Target } from "../peer/target.ts";
import type { GroupInfo, GroupState } from "../peer/group-types.ts";
import { jsonConversation, type JsonConversationEvent } from "./conversations.ts";
import { readersOf, type Listing } from "./history.ts";
import { jsonHistory, type JsonHistoryEvent } from "./history-json.ts";
import type { Host } from "./host.ts";
import type { LineWriter } from "./line-writer.ts";
import { jsonPeer, named, type JsonPeer } from "./peer-json.ts";
import type { Output, Ready, Search, Standings, Trouble } from "./output.ts";
import {
  jsonFinding,
  registryEvent,
  standingFields,
  type JsonFinding,
  type JsonRegistryEvent,
} from "./registry-json.ts";
import type { RegistryNotice } from "./registry-sentences.ts";
import { jsonSession, type JsonSessionEvent } from "./session-json.ts";
import { momentOf, slashHelpText } from "./sentences.ts";
import { peersOf } from "./whereabouts.ts";

/** One line on standard output. Ids and 64-bit numbers are decimal strings, as a JSON number is a double. */
export type JsonEvent =
  | {
      readonly event: "ready";
      readonly id: string;
      readonly listen: string;
      readonly desired: "granted" | "refused" | null;
    }
  | {
      readonly event: "message";
      readonly from: string;
      /** What the sender calls itself, if it does and that is known. */
      readonly name?: string;
      /** "everyone", or the id of a group; absent in what is for this peer alone. */
      readonly to?: string;
      readonly number: string;
      /** Empty when the message carries data. */
      readonly text: string;
      /** When its sender accepted it, by the sender's clock, ISO 8601. */
      readonly time: string;
      /** With data only. */
      readonly contentType?: string;
      /** The data in base64; with data only. */
      readonly data?: string;
    }
  /** To an id, or to "everyone". */
  | { readonly event: "status"; readonly to: string; readonly number: string; readonly status: SendStatus }
  | { readonly event: "peer"; readonly id: string; readonly name?: string; readonly state: "up" | "down" }
  /** There is a link with the peer at the address that /connect named. */
  | { readonly event: "connected"; readonly address: string; readonly peer: string; readonly name?: string }
  /** A line of the answer to /who. */
  | ({ readonly event: "who" } & JsonPeer)
  /** The answer to /search: no peer when unknown, and several namesakes when several. */
  | {
      readonly event: "search";
      /** As typed. */
      readonly word: string;
      readonly answer: SearchAnswer["kind"];
      readonly peers: readonly JsonPeer[];
      /** Names that were perhaps meant. */
      readonly near: readonly string[];
      /** With a registry only. */
      readonly registry?: JsonFinding;
    }
  | JsonRegistryEvent
  | JsonSessionEvent
  | JsonHistoryEvent
  /** Somebody's place in a group is another one; or, with `members`, a line of the answer to /group. */
  | {
      readonly event: "group";
      readonly group: string;
      readonly name: string;
      readonly member?: string;
      readonly state: GroupState;
      readonly invitedBy?: string;
      /** Where this peer itself stands with the group. */
      readonly own?: GroupState;
      readonly members?: readonly { readonly id: string; readonly state: GroupState }[];
    }
  /** A member has a message to a group, or will not get it. */
  | {
      readonly event: "receipt";
      readonly to: string;
      readonly number: string;
      readonly member: string;
      readonly status: SendStatus;
      readonly recipients: number;
      readonly delivered: number;
      readonly waiting: readonly string[];
    }
  /** The peer `by` has read what it got up to a number: of what is for it, or for the group `to`. */
  | { readonly event: "read"; readonly to: string; readonly number: string; readonly by: string }
  | JsonConversationEvent
  /** The answer to /name. */
  | { readonly event: "name"; readonly name: string }
  | { readonly event: "id"; readonly id: string; readonly reason: string }
  | { readonly event: "error"; readonly code: string; readonly message: string };

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
    for (const { id, name, reachable } of peers) {
      this.#print({ event: "peer", id: `${id}`, ...named(name), state: reachable ? "up" : "down" });
    }
  }

  groups(groups: readonly GroupInfo[]): void {
    for (const { id, name, state, members } of groups) {
      const listed = members.map((member) => ({ id: `${member.id}`, state: member.state }));
      this.#print({ event: "group", group: `${id}`, name, state, members: listed });
    }
  }

  history(listing: Listing): void {
    for (const message of listing.messages) {
      const readers = readersOf(listing, message).map(String);
      const readBy = readers.length === 0 ? {} : { readBy: readers };
      this.#print({ ...jsonHistory(listing.with, message, this.#nameOf(message.from)), ...readBy });
    }
  }

  conversations(conversations: readonly ConversationInfo[]): void {
    for (const conversation of conversations) this.#print(jsonConversation(conversation));
  }

  renamed(name: string): void {
    this.#print({ event: "name", name });
  }

  /** Nobody is known to read. */
  unread(): void {}

  who(everybody: readonly PeerInfo[], self: bigint, standings: Standings): void {
    for (const peer of everybody)
      this.#print({ event: "who", ...jsonPeer(peer, self), ...standingFields(standings.get(peer.id)) });
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
    for (const { to, number, status } of explanations) {
      // What waits for its road is durable here: accepted, in the words of the schema.
      this.#status(to, number, status === "waiting" ? "accepted" : status);
    }
  }

  /** Nothing: what comes of it is told. */
  connecting(): void {}

  connected(address: string, id: bigint): void {
    this.#print({ event: "connected", address, peer: `${id}`, ...named(this.#nameOf(id)) });
  }

  help(): void {
    this.#host.writeError(`${slashHelpText()}\n`);
  }

  inputEnded(): void {}

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
