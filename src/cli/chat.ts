import { sameAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import type { Message, Peer, PeerEvent, PeerInfo } from "../peer/types.ts";
import { withBusy } from "./busy.ts";
import { Departure } from "./departure.ts";
import { reportOf } from "./errors.ts";
import { LogSink, openFace, type Face } from "./face.ts";
import { groupOf, groupsCalled, performGroup, type GroupCommand } from "./groups.ts";
import { readHistory } from "./history.ts";
import type { Host } from "./host.ts";
import { noMessage, type Command } from "./line.ts";
import type { SignIn } from "./member-options.ts";
import { openChatPeer, type ChatPeer } from "./open-chat-peer.ts";
import type { ChatOptions } from "./options.ts";
import type { Output, Standings } from "./output.ts";
import { Presence } from "./presence.ts";
import { everybody, recipientOf } from "./recipient.ts";
import { Sender } from "./sender.ts";
import { isOfSession, SessionDesk, type SessionCommand } from "./session-desk.ts";
import { peersOf } from "./whereabouts.ts";

/**
 * Runs a peer until its user leaves: lines typed go to the peer, messages and events to the output.
 *
 *     starting ──► running ── /exit, signal, nobody reads ──► draining ──► closing ──► exit
 *
 * Invariants
 * 1. Messages are asked for only when those before are with the reader; each counts as shown in the instant it is written.
 * 2. A line that was read is handed to the peer and accepted before the peer is closed, if that takes no longer than drainMs.
 * 3. The end of input ends the input, not the peer.
 *
 * @param signIn as whom the peer's user signs in at a registry, if at all.
 * @returns the exit code.
 * @throws E3Error when the peer cannot start.
 */
export async function chat(options: ChatOptions, host: Host, signIn?: SignIn): Promise<number> {
  const departure = new Departure(host);
  const logSink = new LogSink(host);
  const log = await host.createLog(options.logLevel, logSink);
  const opening = openChatPeer({ options: options.peer, signIn, host, departure, log });
  const chatPeer = await opening.catch((error: unknown) => {
    // Who left at the prompt did so on purpose.
    if (departure.isDecided) return undefined;
    throw error;
  });
  if (departure.isDecided || chatPeer === undefined) {
    await chatPeer?.close();
    return departure.decided;
  }
  const { peer, membership } = chatPeer;
  const face = openFace({ host, peer, departure, json: options.json, logSink });
  const session = new Session({ chatPeer, face, host, departure });
  return session.run(membership?.id ?? options.peer.desiredId);
}

interface SessionParts {
  readonly chatPeer: ChatPeer;
  readonly face: Face;
  readonly host: Host;
  readonly departure: Departure;
}

class Session {
  readonly #chatPeer: ChatPeer;
  readonly #peer: Peer;
  readonly #face: Face;
  readonly #output: Output;
  readonly #host: Host;
  readonly #departure: Departure;
  readonly #sender: Sender;
  readonly #presence = new Presence();
  readonly #desk: SessionDesk;
  /** No more commands are carried out. */
  #isCarriedOut = false;

  constructor({ chatPeer, face, host, departure }: SessionParts) {
    const { peer } = chatPeer;
    this.#chatPeer = chatPeer;
    this.#peer = peer;
    this.#face = face;
    this.#output = face.output;
    this.#host = host;
    this.#departure = departure;
    this.#desk = new SessionDesk(peer);
    this.#sender = new Sender(peer, (error) => this.#failed(error));
  }

  async run(wished: bigint | undefined): Promise<number> {
    const { id, listen, desired } = this.#peer;
    // Listening begins before anything is shown, so that no event falls between.
    const events = this.#peer.events();
    this.#output.ready({ id, listen, wished, desired });
    this.#chatPeer.onNotice((notice) => this.#output.registry(notice));
    for (const event of this.#presence.begin(this.#peer.peers())) this.#output.event(event);
    const shown = Promise.all([this.#showEvents(events), this.#showMessages()]);
    const typed = this.#carryOut();
    const code = await this.#departure.decided;
    this.#output.leaving();
    await this.#drain(typed);
    await this.#close();
    await this.#within(
      closeMs,
      shown.then(() => this.#output.flushed()),
    );
    this.#output.close();
    return code;
  }

  async #showEvents(events: AsyncIterable<PeerEvent>): Promise<void> {
    try {
      for await (const event of events) {
        if (event.kind === "status") this.#sender.moved();
        if (this.#presence.isNews(event)) this.#output.event(event);
        await this.#output.room();
      }
    } catch (error) {
      this.#failed(error);
    }
    // Only a closed peer has no more events, and one that was not asked to close has failed.
    if (this.#departure.isDecided) return;
    this.#output.error(new E3Error("closed", "the peer stopped by itself"));
    this.#departure.leave(1);
  }

  async #showMessages(): Promise<void> {
    try {
      const messages = this.#peer.messages({ acknowledge: "manual" });
      for (let next = messages.next(); ;) {
        const first = await next;
        if (first.done === true) return;
        this.#output.cork();
        try {
          ({ next } = await this.#showBatch(first.value, messages));
        } finally {
          this.#output.uncork();
        }
        // Looked at once there is room; until then a failure must not pass for one that nobody looks at.
        next.catch(() => {});
        const flushed = this.#output.flushed();
        if (flushed !== true && !(await flushed)) return; // invariant 1
      }
    } catch (error) {
      this.#failed(error);
      this.#departure.leave(1);
    }
  }

  /** Shows a message and those that follow without a pause. @returns the one that is still to come. */
  async #showBatch(
    first: Message,
    messages: AsyncIterator<Message>,
  ): Promise<{ next: ReturnType<typeof messages.next> }> {
    this.#output.message(first);
    for (let count = 1; ; count += 1) {
      const next = messages.next();
      const result = count < batchMax ? await Promise.race([next, this.#host.soon()]) : undefined;
      if (result === undefined || result.done === true) return { next };
      this.#output.message(result.value);
    }
  }

  async #carryOut(): Promise<void> {
    for await (const command of this.#face.commands) {
      await this.#perform(this.#desk.meaning(command));
      await this.#output.room();
      if ((command.kind === "exit" && this.#departure.isDecided) || this.#isCarriedOut) return;
    }
    if (!this.#departure.isDecided) this.#output.inputEnded(); // invariant 3
  }

  async #perform(command: Command): Promise<void> {
    try {
      if (command.kind === "send") await this.#send(command);
      else if (command.kind === "broadcast") await this.#sender.send("everyone", command.text);
      else if (command.kind === "search") await this.#search(command.word);
      else if (command.kind === "who") await this.#who();
      else if (command.kind === "history")
        this.#output.history(await readHistory(command, this.#peer, (typed) => this.#recipient(typed)));
      else if (command.kind === "group" || command.kind === "invite" || command.kind === "leave")
        await performGroup(command, this.#peer, (typed) => this.#recipient(typed));
      else if (isOfSession(command)) this.#desk.perform(command, (typed) => this.#recipient(typed));
      else this.#answer(command);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #send({ to, text }: Extract<Command, { readonly kind: "send" }>): Promise<void> {
    const id = this.#recipient(to);
    if (text === "") throw new E3Error("bad-content", noMessage(`${to}`));
    await this.#sender.send(id, text);
  }

  /** A peer, or where no peer is called so a group. */
  #recipient(typed: bigint | string): bigint {
    const groups = this.#peer.groups.list();
    const isGroup = typeof typed === "string" && groupsCalled(typed, groups).length > 0;
    if (isGroup && this.#peer.search(typed).kind === "unknown") return groupOf(typed, groups).id;
    return recipientOf(typed, this.#peer, (peer) => this.#standings([peer]).get(peer.id)?.kind);
  }

  #answer(command: Exclude<Command, Elsewhere>): void {
    switch (command.kind) {
      case "groups":
        return this.#output.groups(this.#peer.groups.list());
      case "peers":
        return this.#output.peers(this.#peer.peers());
      case "connect":
        return this.#connect(command.address);
      case "explain":
        return this.#explain(command);
      case "clear":
        return this.#output.clear();
      case "help":
        return this.#output.help();
      case "exit":
        this.#desk.checkExit();
        return this.#departure.leave(0);
      case "unknown":
        return this.#output.error(new E3Error("bad-option", command.message));
      case "bad":
        return this.#output.error(command.error);
      case "empty":
    }
  }

  #explain({ number, to }: Extract<Command, { readonly kind: "explain" }>): void {
    const id = to === undefined ? undefined : to === "*" ? "everyone" : this.#recipient(to);
    this.#output.explained(this.#peer.explain(number, id));
  }

  async #who(): Promise<void> {
    const peers = everybody(this.#peer);
    const standings = await withBusy(this.#standings(peers), peers, this.#chatPeer.membership);
    this.#output.who(peers, this.#peer.id, standings);
  }

  async #search(word: string): Promise<void> {
    const finding = await this.#chatPeer.membership?.search(word);
    const answer = this.#peer.search(word);
    const found = { word, answer, self: this.#peer.id };
    if (finding === undefined) return this.#output.found(found);
    this.#output.found({ ...found, registry: { finding, standings: this.#standings(peersOf(answer)) } });
  }

  /** Who of them is a user; nothing of anybody without a registry. */
  #standings(peers: readonly PeerInfo[]): Standings {
    const standings = this.#chatPeer.membership?.standings(peers) ?? [];
    return new Map(standings.map((standing, index) => [peers[index]?.id ?? 0n, standing]));
  }

  #connect(address: string): void {
    if (sameAddress(address, this.#peer.listen))
      throw new E3Error("bad-address", `${address} is this peer's own address; name that of another`);
    this.#peer.connect(address);
    this.#output.connecting(address);
  }

  /** Invariant 2. */
  async #drain(typed: Promise<void>): Promise<void> {
    this.#face.commands.end();
    const carriedOut = typed.then(() => {
      this.#isCarriedOut = true;
      return this.#sender.idle();
    });
    await this.#within(drainMs, carriedOut);
    const unsent = this.#isCarriedOut ? 0 : this.#face.commands.size + (this.#sender.isWaiting ? 1 : 0);
    this.#isCarriedOut = true;
    this.#sender.giveUp();
    if (unsent > 0) this.#output.error(new E3Error("closed", `left before ${unsent} of the lines read could be sent`));
  }

  async #close(): Promise<void> {
    try {
      await this.#chatPeer.close();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#output.error(reportOf(error));
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    await Promise.race([work, this.#host.wait(ms)]);
  }
}

/** Commands that are carried out by others. */
type Elsewhere = GroupCommand | SessionCommand | { readonly kind: "send" | "broadcast" | "search" | "who" | "history" };

/** Messages that are shown together at most. */
const batchMax = 64;

/** Time for lines already read to be accepted when leaving, milliseconds. */
const drainMs = 3_000;

/** Time for the last events to be shown once the peer is closed, milliseconds. */
const closeMs = 2_000;
