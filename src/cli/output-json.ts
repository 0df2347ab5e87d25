import type { Explanation, Message, PeerEvent, PeerInfo, SendStatus } from "../peer/types.ts";
import type { Host } from "./host.ts";
import type { LineWriter } from "./line-writer.ts";
import type { Output, Ready, Trouble } from "./output.ts";
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
  | { readonly event: "peer"; readonly id: string; readonly state: "up" | "down" }
  | { readonly event: "id"; readonly id: string; readonly reason: string }
  | { readonly event: "error"; readonly code: string; readonly message: string };

/** Shows a session as JSON lines, for programs. Standard output holds JsonEvents and nothing else. */
export class JsonOutput implements Output {
  readonly #writer: LineWriter;
  readonly #host: Pick<Host, "writeError">;

  constructor(writer: LineWriter, host: Pick<Host, "writeError">) {
    this.#writer = writer;
    this.#host = host;
  }

  ready({ id, listen, desired }: Ready): void {
    this.#print({ event: "ready", id: `${id}`, listen, desired });
  }

  message(message: Message): void {
    const { from, number, text, data } = message;
    const common = { event: "message", from: `${from}`, number: `${number}`, text, time: momentOf(message) } as const;
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
        return this.#print({ event: "peer", id: `${event.id}`, state: event.state });
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
    for (const { id, reachable } of peers) {
      this.#print({ event: "peer", id: `${id}`, state: reachable ? "up" : "down" });
    }
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
