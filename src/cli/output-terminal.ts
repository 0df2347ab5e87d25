import * as readline from "node:readline";
import { escapeText } from "../core/escape.ts";
import type { GroupInfo } from "../peer/group-types.ts";
import type { ConversationInfo } from "../peer/history-types.ts";
import type { SessionEvent } from "../peer/session-types.ts";
import type { Explanation, Message, PeerEvent, PeerInfo } from "../peer/types.ts";
import { conversationsTable } from "./conversations.ts";
import { groupSentence, groupsTable, receiptSentence } from "./group-sentences.ts";
import type { Listing } from "./history.ts";
import { historyTable } from "./history-sentences.ts";
import type { OutputStream } from "./host.ts";
import { printAbove } from "./print-above.ts";
import { tellRow } from "./read-terminal.ts";
import { Renames } from "./renames.ts";
import type { Output, Ready, Search, Standings, Trouble } from "./output.ts";
import { noticeSentence, type RegistryNotice } from "./registry-sentences.ts";
import {
  bridgeSentence,
  eventSentence,
  explanationSentences,
  gapSentence,
  isForPrograms,
  messageLine,
  momentOf,
  peersTable,
  readySentence,
  renamedSentence,
  shortMoment,
  slashHelpText,
  toWhom,
} from "./sentences.ts";
import { sessionSentence, shortLabel } from "./session-sentences.ts";
import { spreadNotice, statusNotice, type StatusEvent } from "./status-notice.ts";
import { styled, type Style } from "./styles.ts";
import { TerminalPrompt } from "./terminal-prompt.ts";
import type { UnreadFrom } from "./unread.ts";
import { labelOf, searchLines, whoTable } from "./whereabouts.ts";

/** What a terminal output draws with. */
export interface TerminalParts {
  /** The prompt and what is typed at it. */
  readonly editor: readline.Interface;
  readonly screen: OutputStream;
  readonly colours: boolean;
  /** The peer with this id, if one is known. */
  readonly peerOf: (id: bigint) => PeerInfo | undefined;
  /** How the group with this id is called, if one is known. */
  readonly groupOf: (id: bigint | undefined) => string | undefined;
  /** Told the cursor up to which messages count as shown. */
  readonly acknowledge: (cursor: bigint) => void;
}

/** Shows a session to a person. Lines arrive above the prompt; what is being typed stays as it is. */
export class TerminalOutput implements Output {
  readonly #editor: readline.Interface;
  readonly #screen: OutputStream;
  readonly #colours: boolean;
  readonly #peerOf: TerminalParts["peerOf"];
  readonly #acknowledge: (cursor: bigint) => void;
  readonly #groupOf: (id: bigint | undefined) => string | undefined;
  readonly #prompt: TerminalPrompt;
  readonly #renames = new Renames();
  #isEditing = true;
  /** The other end of the session, if there is one. */
  #partner: bigint | undefined;

  constructor({ editor, screen, colours, peerOf, groupOf, acknowledge }: TerminalParts) {
    this.#editor = editor;
    this.#screen = screen;
    this.#colours = colours;
    this.#peerOf = peerOf;
    this.#acknowledge = acknowledge;
    this.#groupOf = groupOf;
    this.#prompt = new TerminalPrompt((id) => groupOf(id) ?? shortLabel(peerOf(id) ?? { id, name: "" }));
    editor.once("close", () => {
      this.#isEditing = false;
      screen.write("\n");
    });
  }

  ready(ready: Ready): void {
    this.#print(this.#style("bold", readySentence(ready)));
    for (const bridge of ready.bridges ?? []) this.#print(bridgeSentence(bridge));
    const hint = 'write "NAME TEXT" or "ID TEXT" to send TEXT, "* TEXT" for everyone; /help lists the commands';
    this.#print(this.#style("dim", hint));
  }

  message(message: Message): void {
    if (isForPrograms(message)) return this.#acknowledge(message.cursor);
    this.#renamed(message.from);
    const gap = gapSentence(message);
    if (gap !== undefined) this.#print(this.#style("yellow", gap));
    const line = messageLine(message);
    const text = line.slice(line.indexOf("]") + 1);
    this.#acknowledge(message.cursor);
    this.#print(
      `${this.#style("cyan", `[${this.#label(message.from)}${toWhom(message.conversation, this.#groupOf(message.group) ?? `${message.group}`)}]`)}${text}${this.#age(message)}`,
    );
  }

  cork(): void {}

  uncork(): void {}

  event(event: PeerEvent): void {
    switch (event.kind) {
      case "status":
        if (event.status === "accepted" && this.#prompt.read(undefined)) this.#redraw();
        return this.#status(event);
      case "read":
        this.#prompt.read(event);
        return this.#redraw();
      case "peer":
        this.#renamed(event.id);
        if (event.state === "renamed") return this.#redraw();
        this.#print(
          this.#style("dim", `${event.state === "up" ? "+" : "-"} peer ${this.#label(event.id)} is ${event.state}`),
        );
        // Its name may have come with it.
        return this.#redraw();
      case "group":
        return this.#print(this.#style("yellow", `* ${groupSentence(event, (id) => this.#label(id))}`));
      case "receipt":
        return this.#receipt(event);
      case "session":
        return this.#session(event);
      case "id":
        return this.#print(this.#style("yellow", eventSentence(event)));
      case "error":
        return this.error(event.error);
    }
  }

  registry(notice: RegistryNotice): void {
    const { kind } = notice.news;
    this.#print(this.#style(kind === "away" || kind === "ended" ? "yellow" : "dim", noticeSentence(notice)));
  }

  error({ message }: Trouble): void {
    this.#print(this.#style("red", `! ${escapeText(message)}`));
  }

  peers(peers: readonly PeerInfo[]): void {
    for (const line of peersTable(peers)) this.#print(line);
  }

  groups(groups: readonly GroupInfo[]): void {
    for (const line of groupsTable(groups, (id) => this.#label(id))) this.#print(line);
  }

  history(listing: Listing): void {
    for (const line of historyTable(listing, (id) => this.#label(id))) this.#print(line);
  }

  conversations(conversations: readonly ConversationInfo[]): void {
    const label = (id: bigint): string => this.#groupOf(id) ?? this.#label(id);
    for (const line of conversationsTable(conversations, label)) this.#print(line);
  }

  renamed(name: string): void {
    this.#print(renamedSentence(name));
  }

  unread(unread: readonly UnreadFrom[]): void {
    this.#prompt.unread(unread);
    this.#redraw();
  }

  who(everybody: readonly PeerInfo[], self: bigint, standings: Standings): void {
    for (const line of whoTable(everybody, self, standings)) this.#print(line);
  }

  found(search: Search): void {
    for (const line of searchLines(search)) this.#print(line);
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

  connected(address: string, id: bigint): void {
    this.#print(this.#style("dim", `connected to ${escapeText(address)}: peer ${this.#label(id)}`));
  }

  help(): void {
    this.#print(slashHelpText());
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

  #session(event: SessionEvent): void {
    const { state, peer } = event;
    this.#print(this.#style("yellow", `* ${sessionSentence(event, (id) => this.#label(id))}`));
    if (state !== "accepted" && (state !== "ended" || peer !== this.#partner)) return;
    this.#partner = state === "accepted" ? peer : undefined;
    const partner = this.#peerOf(peer) ?? { id: peer, name: "" };
    this.#prompt.becomes(this.#partner === undefined ? "> " : `${shortLabel(partner)}> `);
    this.#redraw();
  }

  /** Another name is told before the first line that has it: a message with it may be shown before the event that tells it. */
  #renamed(id: bigint): void {
    const peer = this.#peerOf(id);
    const notice = peer && this.#renames.notice(peer);
    if (notice !== undefined) this.#print(this.#style("yellow", `* ${notice}`));
  }

  /** What was printed above is drawn: the prompt changes where it stands. */
  #redraw(): void {
    if (this.#editor.getPrompt() === this.#prompt.text) return;
    this.#editor.setPrompt(this.#prompt.text);
    if (this.#isEditing) this.#editor.prompt(true);
  }

  #label(id: bigint): string {
    return labelOf(this.#peerOf(id) ?? { id, name: "" });
  }

  #status(event: StatusEvent): void {
    const { to } = event;
    const notice =
      to === "everyone"
        ? spreadNotice(event)
        : statusNotice(event, {
            group: this.#groupOf(to),
            label: this.#label(to),
            isThere: this.#peerOf(to)?.reachable === true,
          });
    if (notice !== undefined) this.#print(this.#style(notice.style, notice.text));
  }

  #receipt(event: Extract<PeerEvent, { readonly kind: "receipt" }>): void {
    const sentence = receiptSentence(event, (id) => this.#groupOf(id) ?? this.#label(id));
    const isDone = event.delivered === event.recipients;
    this.#print(this.#style(isDone ? "green" : "dim", `${isDone ? "✓" : "⋯"} ${sentence}`));
  }

  /** When the message was sent, if it was long on its way. */
  #age(message: Message): string {
    const sent = new Date(momentOf(message));
    if (message.receivedAt.getTime() - sent.getTime() < oldMs) return "";
    return this.#style("dim", ` (sent ${shortMoment(sent)})`);
  }

  #style(style: Style, text: string): string {
    return this.#colours ? styled(style, text) : text;
  }

  #print(text: string): void {
    if (!this.#isEditing) {
      this.#screen.write(`${text}\n`);
      return;
    }
    printAbove(this.#editor, this.#screen, text);
  }
}

/** A message this long on its way was waiting somewhere, milliseconds. */
const oldMs = 60_000;
