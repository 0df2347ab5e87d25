import * as readline from "node:readline";
import { escapeText } from "../core/escape.ts";
import type { Explanation, Message, PeerEvent, PeerInfo } from "../peer/types.ts";
import type { OutputStream } from "./host.ts";
import { tellRow } from "./read-terminal.ts";
import type { Output, Ready, Search, Trouble } from "./output.ts";
import {
  because,
  eventSentence,
  explanationSentences,
  gapSentence,
  messageLine,
  momentOf,
  peersTable,
  readySentence,
  shortMoment,
  slashHelpText,
} from "./sentences.ts";
import { labelOf, searchLines, whoTable } from "./whereabouts.ts";

/** What a terminal output draws with. */
export interface TerminalParts {
  /** The prompt and what is typed at it. */
  readonly editor: readline.Interface;
  readonly screen: OutputStream;
  readonly colours: boolean;
  /** The peer with this id, if one is known. */
  readonly peerOf: (id: bigint) => PeerInfo | undefined;
  /** Told the cursor up to which messages count as shown. */
  readonly acknowledge: (cursor: bigint) => void;
}

/** Select Graphic Rendition: the codes that begin and end a style (ECMA-48, 8.3.117). */
const styles = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Shows a session to a person. Lines arrive above the prompt; what is being typed stays as it is. */
export class TerminalOutput implements Output {
  readonly #editor: readline.Interface;
  readonly #screen: OutputStream;
  readonly #colours: boolean;
  readonly #peerOf: TerminalParts["peerOf"];
  readonly #acknowledge: (cursor: bigint) => void;
  #isEditing = true;

  constructor({ editor, screen, colours, peerOf, acknowledge }: TerminalParts) {
    this.#editor = editor;
    this.#screen = screen;
    this.#colours = colours;
    this.#peerOf = peerOf;
    this.#acknowledge = acknowledge;
    editor.once("close", () => {
      this.#isEditing = false;
      screen.write("\n");
    });
  }

  ready(ready: Ready): void {
    this.#print(this.#style("bold", readySentence(ready)));
    this.#print(this.#style("dim", 'write "NAME TEXT" or "ID TEXT" to send TEXT; /help lists the commands'));
  }

  message(message: Message): void {
    const gap = gapSentence(message);
    if (gap !== undefined) this.#print(this.#style("yellow", gap));
    const line = messageLine(message);
    const text = line.slice(line.indexOf("]") + 1);
    this.#acknowledge(message.cursor);
    this.#print(`${this.#style("cyan", `[${this.#label(message.from)}]`)}${text}${this.#age(message)}`);
  }

  cork(): void {}

  uncork(): void {}

  event(event: PeerEvent): void {
    switch (event.kind) {
      case "status":
        return this.#status(event);
      case "peer":
        return this.#print(
          this.#style("dim", `${event.state === "up" ? "+" : "-"} peer ${this.#label(event.id)} is ${event.state}`),
        );
      case "id":
        return this.#print(this.#style("yellow", eventSentence(event)));
      case "error":
        return this.error(event.error);
    }
  }

  error({ message }: Trouble): void {
    this.#print(this.#style("red", `! ${escapeText(message)}`));
  }

  peers(peers: readonly PeerInfo[]): void {
    for (const line of peersTable(peers)) this.#print(line);
  }

  who(everybody: readonly PeerInfo[], self: bigint): void {
    for (const line of whoTable(everybody, self)) this.#print(line);
  }

  found({ word, answer, self }: Search): void {
    for (const line of searchLines(word, answer, self)) this.#print(line);
  }

  clear(): void {
    if (!this.#isEditing) return;
    readline.cursorTo(this.#screen, 0, 0);
    readline.clearScreenDown(this.#screen);
    tellRow(this.#editor, 0);
    this.#editor.prompt(true);
  }

  explained(explanations: readonly Explanation[]): void {
    for (const line of explanations.flatMap(explanationSentences)) this.#print(line);
  }

  connecting(address: string): void {
    this.#print(this.#style("dim", `connecting to ${escapeText(address)}`));
  }

  help(): void {
    this.#print(slashHelpText());
  }

  inputEnded(): void {
    this.#print(this.#style("dim", "input ended; Ctrl-C leaves"));
  }

  leaving(): void {
    this.#editor.close();
    this.#print(this.#style("dim", "leaving"));
  }

  log(line: string): void {
    this.#print(line);
  }

  /** A terminal takes what it is given. */
  flushed(): boolean {
    return true;
  }

  room(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#editor.close();
  }

  #label(id: bigint): string {
    return labelOf(this.#peerOf(id) ?? { id, name: "" });
  }

  #status({ status, number, to: id, reason }: Extract<PeerEvent, { readonly kind: "status" }>): void {
    const to = this.#label(id);
    switch (status) {
      case "accepted":
        // To a peer that is there "delivered" follows at once, and one line is enough.
        if (this.#peerOf(id)?.reachable === true) return;
        return this.#print(this.#style("dim", `… #${number} waits for ${to}, which is away`));
      case "stored":
        return this.#print(this.#style("dim", `⋯ #${number} to ${to} is held by others too: this peer may leave`));
      case "delivered":
        return this.#print(this.#style("green", `✓ #${number} delivered to ${to}`));
      case "expired":
      case "refused":
        return this.#print(this.#style("red", `✗ #${number} to ${to} ${status}${because(reason)}`));
    }
  }

  /** When the message was sent, if it was long on its way. */
  #age(message: Message): string {
    const sent = new Date(momentOf(message));
    if (message.receivedAt.getTime() - sent.getTime() < oldMs) return "";
    return this.#style("dim", ` (sent ${shortMoment(sent)})`);
  }

  #style(style: keyof typeof styles, text: string): string {
    const [begin, end] = styles[style];
    return this.#colours ? `\x1b[${begin}m${text}\x1b[${end}m` : text;
  }

  /** Prints above the prompt: from the prompt's first row on the screen is cleared, written, and the prompt drawn anew. */
  #print(text: string): void {
    if (!this.#isEditing) {
      this.#screen.write(`${text}\n`);
      return;
    }
    const { rows } = this.#editor.getCursorPos();
    readline.moveCursor(this.#screen, 0, -rows);
    readline.cursorTo(this.#screen, 0);
    readline.clearScreenDown(this.#screen);
    this.#screen.write(`${text}\n`);
    tellRow(this.#editor, 0);
    this.#editor.prompt(true);
  }
}

/** A message this long on its way was waiting somewhere, milliseconds. */
const oldMs = 60_000;
