import { escapeText } from "../core/escape.ts";
import type { Explanation, Message, PeerEvent, PeerInfo } from "../peer/types.ts";
import type { LineWriter } from "./line-writer.ts";
import type { Output, Ready, Search, Trouble } from "./output.ts";
import {
  eventSentence,
  explanationSentences,
  gapSentence,
  messageLine,
  peersTable,
  readySentence,
  slashHelpText,
} from "./sentences.ts";
import { searchLines, whoTable } from "./whereabouts.ts";

/** Shows a session as plain lines, for pipes and files: a message is `[sender] text`, and no other line begins with "[". */
export class PlainOutput implements Output {
  readonly #writer: LineWriter;

  constructor(writer: LineWriter) {
    this.#writer = writer;
  }

  ready(ready: Ready): void {
    this.#print(readySentence(ready));
  }

  message(message: Message): void {
    const gap = gapSentence(message);
    if (gap !== undefined) this.#print(gap);
    this.#writer.write(messageLine(message), message.cursor);
  }

  cork(): void {
    this.#writer.cork();
  }

  uncork(): void {
    this.#writer.uncork();
  }

  event(event: PeerEvent): void {
    if (event.kind === "error") this.error(event.error);
    else this.#print(eventSentence(event));
  }

  error({ message }: Trouble): void {
    this.#print(`error: ${escapeText(message)}`);
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
    this.#print("nothing to clear: this is no screen");
  }

  explained(explanations: readonly Explanation[]): void {
    for (const line of explanations.flatMap(explanationSentences)) this.#print(line);
  }

  connecting(address: string): void {
    this.#print(`connecting to ${escapeText(address)}`);
  }

  help(): void {
    this.#print(slashHelpText());
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

  #print(line: string): void {
    this.#writer.write(line);
  }
}
