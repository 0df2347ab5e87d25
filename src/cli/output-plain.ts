import { escapeText } from "../core/escape.ts";
import type { GroupInfo } from "../peer/group-types.ts";
import type { ConversationInfo } from "../peer/history-types.ts";
import type { Explanation, Message, PeerEvent, PeerInfo } from "../peer/types.ts";
import { conversationsTable } from "./conversations.ts";
import { groupsTable } from "./group-sentences.ts";
import type { Listing } from "./history.ts";
import { historyTable } from "./history-sentences.ts";
import type { LineWriter } from "./line-writer.ts";
import type { Output, Ready, Search, Standings, Trouble } from "./output.ts";
import { noticeSentence, type RegistryNotice } from "./registry-sentences.ts";
import {
  presenceSentence,
  bridgeSentence,
  eventSentence,
  explanationSentences,
  gapSentence,
  isForPrograms,
  messageLine,
  peersTable,
  readySentence,
  renamedSentence,
  slashHelpText,
} from "./sentences.ts";
import { sessionSentence } from "./session-sentences.ts";
import { searchLines, whoTable } from "./whereabouts.ts";

/** Shows a session as plain lines, for pipes and files: a message is `[sender] text`, and no other line begins with "[". */
export class PlainOutput implements Output {
  readonly #writer: LineWriter;
  readonly #label: (id: bigint) => string;

  /** @param label how a peer is called: its id, and its name beside it if it has one. */
  constructor(writer: LineWriter, label: (id: bigint) => string = String) {
    this.#writer = writer;
    this.#label = label;
  }

  ready(ready: Ready): void {
    this.#print(readySentence(ready));
    for (const bridge of ready.bridges ?? []) this.#print(bridgeSentence(bridge));
  }

  message(message: Message): void {
    // It counts as shown with the next one that is.
    if (isForPrograms(message)) return;
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
    else if (event.kind === "session") this.#print(sessionSentence(event, this.#label));
    else if (event.kind === "peer") this.#print(presenceSentence(event, this.#label(event.id)));
    else this.#print(eventSentence(event));
  }

  registry(notice: RegistryNotice): void {
    this.#print(noticeSentence(notice));
  }

  error({ message }: Trouble): void {
    this.#print(`error: ${escapeText(message)}`);
  }

  peers(peers: readonly PeerInfo[]): void {
    for (const line of peersTable(peers)) this.#print(line);
  }

  groups(groups: readonly GroupInfo[]): void {
    for (const line of groupsTable(groups, String)) this.#print(line);
  }

  history(listing: Listing): void {
    for (const line of historyTable(listing, this.#label)) this.#print(line);
  }

  conversations(conversations: readonly ConversationInfo[]): void {
    for (const line of conversationsTable(conversations, this.#label)) this.#print(line);
  }

  renamed(name: string): void {
    this.#print(renamedSentence(name));
  }

  /** Nobody is known to read. */
  unread(): void {}

  who(everybody: readonly PeerInfo[], self: bigint, standings: Standings): void {
    for (const line of whoTable(everybody, self, standings)) this.#print(line);
  }

  found(search: Search): void {
    for (const line of searchLines(search)) this.#print(line);
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

  connected(address: string, id: bigint): void {
    this.#print(`connected to ${escapeText(address)}: peer ${this.#label(id)}`);
  }

  help(): void {
    this.#print(slashHelpText());
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

  #print(line: string): void {
    this.#writer.write(line);
  }
}
