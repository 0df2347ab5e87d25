import type { Explanation, Message, PeerEvent, PeerInfo, SearchAnswer, SendStatus } from "../peer/types.ts";
import type { Host } from "./host.ts";
import type { LineWriter } from "./line-writer.ts";
import type { Output, Ready, Search, Trouble } from "./output.ts";
import { momentOf, slashHelpText } from "./sentences.ts";

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
  | { readonly event: "status"; readonly to: string; readonly number: string; readonly status: SendStatus }
  | { readonly event: "peer"; readonly id: string; readonly name?: string; readonly state: "up" | "down" }
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
    }
  | { readonly event: "id"; readonly id: string; readonly reason: string }
  | { readonly event: "error"; readonly code: string; readonly message: string };

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
}

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

  ready({ id, listen, desired }: Ready): void {
    this.#print({ event: "ready", id: `${id}`, listen, desired });
  }

  message(message: Message): void {
    const { from, number, text, data } = message;
    const sender = { from: `${from}`, ...named(this.#nameOf(from)) };
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
      case "id":
        return this.#print({ event: "id", id: `${event.id}`, reason: event.reason });
      case "error":
        return this.error(event.error);
    }
  }

  error({ code, message }: Trouble): void {
    this.#print({ event: "error", code, message });
  }

  peers(peers: readonly PeerInfo[]): void {
    for (const { id, name, reachable } of peers) {
      this.#print({ event: "peer", id: `${id}`, ...named(name), state: reachable ? "up" : "down" });
    }
  }

  who(everybody: readonly PeerInfo[], self: bigint): void {
    for (const peer of everybody) this.#print({ event: "who", ...jsonPeer(peer, self) });
  }

  found({ word, answer, self }: Search): void {
    const found = answer.kind === "unknown" ? [] : answer.kind === "several" ? answer.peers : [answer.peer];
    const near = answer.kind === "unknown" ? answer.near : [];
    const peers = found.map((peer) => jsonPeer(peer, self));
    this.#print({ event: "search", word, answer: answer.kind, peers, near });
  }

  clear(): void {
    this.#host.writeError("nothing to clear: this is no screen\n");
  }

  explained(explanations: readonly Explanation[]): void {
    for (const { to, number, status } of explanations) {
      // What waits for its road is durable here: accepted, in the five words of the schema.
      this.#status(to, number, status === "waiting" ? "accepted" : status);
    }
  }

  /** Nothing: the link shows as a peer that comes up. */
  connecting(): void {}

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

  #status(to: bigint, number: bigint, status: SendStatus): void {
    this.#print({ event: "status", to: `${to}`, number: `${number}`, status });
  }

  #print(event: JsonEvent, cursor?: bigint): void {
    this.#writer.write(jsonLine(event), cursor);
  }
}

/** The name as a field, where there is one. */
function named(name: string): { readonly name?: string } {
  return name === "" ? {} : { name };
}

function jsonPeer({ id, name, reachable, hops, addresses, absentSince }: PeerInfo, self: bigint): JsonPeer {
  const state = id === self ? "self" : reachable ? "present" : "absent";
  const since = absentSince === undefined ? {} : { absentSince: absentSince.toISOString() };
  return { id: `${id}`, ...named(name), state, hops, addresses, ...since };
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
