import { E3Error } from "../core/error.ts";
import type { Peer, PeerInfo } from "../peer/types.ts";
import { withBusy, withBusyFinding } from "./busy.ts";
import { connectAll } from "./connect.ts";
import type { Departure } from "./departure.ts";
import { groupOf, groupsCalled, performGroup, type GroupCommand } from "./groups.ts";
import { readHistory, type HistoryCommand } from "./history.ts";
import { noMessage, type Command } from "./line.ts";
import type { ChatPeer } from "./open-chat-peer.ts";
import type { Output, Standings } from "./output.ts";
import { ownNameFault } from "./own-name.ts";
import { everybody, recipientOf, type StandingOf } from "./recipient.ts";
import type { Sender } from "./sender.ts";
import { isOfSession, SessionDesk, type SessionCommand } from "./session-desk.ts";
import { labelOf, peersOf } from "./whereabouts.ts";

interface Parts {
  readonly chatPeer: Pick<ChatPeer, "peer" | "membership">;
  readonly output: Output;
  readonly departure: Pick<Departure, "leave">;
  readonly sender: Pick<Sender, "send">;
  /** Told when the user has seen the conversation with a peer or a group. */
  readonly seen: (target: bigint) => void;
  /** Told of whatever could not be carried out. */
  readonly failed: (error: unknown) => void;
}

/** Clerk: carries out what is typed in a chat, one command after the other. */
export class Clerk {
  readonly #parts: Parts;
  readonly #peer: Peer;
  readonly #output: Output;
  readonly #desk: SessionDesk;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#peer = parts.chatPeer.peer;
    this.#output = parts.output;
    this.#desk = new SessionDesk(this.#peer);
  }

  /** Carries out a command, as it is meant now; resolves once another may follow. Never rejects. */
  async take(line: Command): Promise<void> {
    try {
      const command = this.#desk.meaning(line);
      if (command.kind === "send") await this.#send(command);
      else if (command.kind === "broadcast") await this.#parts.sender.send("everyone", command.text);
      else if (command.kind === "search") await this.#search(command.word);
      else if (command.kind === "who") await this.#who();
      else if (command.kind === "history") await this.#history(command);
      else if (command.kind === "conversations") this.#output.conversations(await this.#peer.conversations());
      else if (command.kind === "group" || command.kind === "invite" || command.kind === "leave")
        await performGroup(command, {
          peer: this.#peer,
          recipient: (typed) => this.#recipient(typed, who),
          label: this.#label,
        });
      else if (isOfSession(command)) this.#desk.perform(command, (typed) => this.#recipient(typed, who));
      else this.#answer(command);
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  async #history(command: HistoryCommand): Promise<void> {
    const hint = "/history alone lists the conversations";
    const listing = await readHistory(command, this.#peer, (typed) => this.#recipient(typed, hint));
    this.#output.history(listing);
    if (listing.with !== "everyone") this.#parts.seen(listing.with);
  }

  #name(name: string): void {
    const fault = ownNameFault(name);
    if (fault !== undefined) throw new E3Error("bad-option", `the name ${fault}`);
    this.#peer.rename(name);
    this.#output.renamed(name);
  }

  async #send({ to, text }: Extract<Command, { readonly kind: "send" }>): Promise<void> {
    const id = this.#recipient(to);
    if (text === "") throw new E3Error("bad-content", noMessage(`${to}`));
    await this.#parts.sender.send(id, text);
    this.#parts.seen(id);
  }

  /** A peer, or where no peer is called so a group. @param hint what else to write where nobody is. */
  #recipient(typed: bigint | string, hint?: string): bigint {
    const groups = this.#peer.groups.list();
    const isGroup = typeof typed === "string" && groupsCalled(typed, groups).length > 0;
    if (isGroup && this.#peer.search(typed).kind === "unknown")
      return groupOf(typed, groups, { id: this.#peer.id, label: this.#label }).id;
    const standingOf: StandingOf = (peer) => this.#standings([peer]).get(peer.id)?.kind;
    return recipientOf(typed, this.#peer, { standingOf, ...(hint === undefined ? {} : { hint }) });
  }

  /** How a peer is called. */
  readonly #label = (id: bigint): string => {
    const [known] = peersOf(this.#peer.search(`${id}`));
    return labelOf(known ?? { id, name: "" });
  };

  #answer(command: Exclude<Command, Elsewhere>): void {
    switch (command.kind) {
      case "groups":
        return this.#output.groups(this.#peer.groups.list());
      case "peers":
        return this.#output.peers(this.#peer.peers());
      case "name":
        return this.#name(command.name);
      case "connect":
        return connectAll(command.addresses, { peer: this.#peer, output: this.#output, failed: this.#parts.failed });
      case "explain":
        return this.#explain(command);
      case "clear":
        return this.#output.clear();
      case "help":
        return this.#output.help();
      case "exit":
        this.#desk.checkExit();
        return this.#parts.departure.leave(0);
      case "unknown":
        return this.#output.error(new E3Error("bad-option", command.message));
      case "bad":
        return this.#output.error(command.error);
      case "empty":
    }
  }

  #explain({ number, to }: Extract<Command, { readonly kind: "explain" }>): void {
    const id = to === undefined ? undefined : to === "*" ? "everyone" : this.#recipient(to, who);
    this.#output.explained(this.#peer.explain(number, id));
  }

  async #who(): Promise<void> {
    const peers = everybody(this.#peer);
    const standings = await withBusy(this.#standings(peers), peers, this.#parts.chatPeer.membership);
    this.#output.who(peers, this.#peer.id, standings);
  }

  async #search(word: string): Promise<void> {
    const finding = await this.#parts.chatPeer.membership?.search(word);
    const answer = this.#peer.search(word);
    const found = { word, answer, self: this.#peer.id };
    if (finding === undefined) return this.#output.found(found);
    const standings = withBusyFinding(this.#standings(peersOf(answer)), finding);
    this.#output.found({ ...found, registry: { finding, standings } });
  }

  /** Who of them is a user; nothing of anybody without a registry. */
  #standings(peers: readonly PeerInfo[]): Standings {
    const standings = this.#parts.chatPeer.membership?.standings(peers) ?? [];
    return new Map(standings.map((standing, index) => [peers[index]?.id ?? 0n, standing]));
  }
}

/** Where else to look for somebody. */
const who = "/who lists the peers known";

/** Commands that are carried out by others. */
type Elsewhere =
  | GroupCommand
  | SessionCommand
  | { readonly kind: "send" | "broadcast" | "search" | "who" | "history" | "conversations" };
