import { sameAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import type { Message, Peer, PeerEvent } from "../peer/types.ts";
import { Departure } from "./departure.ts";
import { reportOf } from "./errors.ts";
import { LogSink, openFace, type Face } from "./face.ts";
import type { Host } from "./host.ts";
import { noMessage, type Command } from "./line.ts";
import type { ChatOptions } from "./options.ts";
import type { Output } from "./output.ts";
import { Presence } from "./presence.ts";
import { everybody, recipientOf } from "./recipient.ts";
import { Sender } from "./sender.ts";

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
 * @returns the exit code.
 * @throws E3Error when the peer cannot start.
 */
export async function chat(options: ChatOptions, host: Host): Promise<number> {
  const departure = new Departure(host);
  const logSink = new LogSink(host);
  const log = await host.createLog(options.logLevel, logSink);
  const peer = await host.createPeer({ ...options.peer, log });
  if (departure.isDecided) {
    await peer.close();
    return departure.decided;
  }
  const face = openFace({ host, peer, departure, json: options.json, logSink });
  const session = new Session({ peer, face, host, departure });
  return session.run(options.peer.desiredId);
}

interface SessionParts {
  readonly peer: Peer;
  readonly face: Face;
  readonly host: Host;
  readonly departure: Departure;
}

class Session {
  readonly #peer: Peer;
  readonly #face: Face;
  readonly #output: Output;
  readonly #host: Host;
  readonly #departure: Departure;
  readonly #sender: Sender;
  readonly #presence = new Presence();
  /** No more commands are carried out. */
  #isCarriedOut = false;

  constructor({ peer, face, host, departure }: SessionParts) {
    this.#peer = peer;
    this.#face = face;
    this.#output = face.output;
    this.#host = host;
    this.#departure = departure;
    this.#sender = new Sender(peer, (error) => this.#failed(error));
  }

  async run(wished: bigint | undefined): Promise<number> {
    const { id, listen, desired } = this.#peer;
    // Listening begins before anything is shown, so that no event falls between.
    const events = this.#peer.events();
    this.#output.ready({ id, listen, wished, desired });
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
      await this.#perform(command);
      await this.#output.room();
      if (command.kind === "exit" || this.#isCarriedOut) return;
    }
    if (!this.#departure.isDecided) this.#output.inputEnded(); // invariant 3
  }

  async #perform(command: Command): Promise<void> {
    try {
      if (command.kind === "send") await this.#send(command);
      else this.#answer(command);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #send({ to, text }: Extract<Command, { readonly kind: "send" }>): Promise<void> {
    const id = recipientOf(to, this.#peer);
    if (text === "") throw new E3Error("bad-content", noMessage(`${to}`));
    await this.#sender.send(id, text);
  }

  #answer(command: Exclude<Command, { readonly kind: "send" }>): void {
    switch (command.kind) {
      case "peers":
        return this.#output.peers(this.#peer.peers());
      case "connect":
        return this.#connect(command.address);
      case "explain":
        return this.#explain(command);
      case "who":
        return this.#output.who(everybody(this.#peer), this.#peer.id);
      case "search":
        return this.#search(command.word);
      case "clear":
        return this.#output.clear();
      case "help":
        return this.#output.help();
      case "exit":
        return this.#departure.leave(0);
      case "unknown":
        return this.#output.error(new E3Error("bad-option", command.message));
      case "bad":
        return this.#output.error(command.error);
      case "empty":
    }
  }

  #explain({ number, to }: Extract<Command, { readonly kind: "explain" }>): void {
    const id = to === undefined ? undefined : recipientOf(to, this.#peer);
    this.#output.explained(this.#peer.explain(number, id));
  }

  #search(word: string): void {
    this.#output.found({ word, answer: this.#peer.search(word), self: this.#peer.id });
  }

  #connect(address: string): void {
    if (sameAddress(address, this.#peer.listen)) {
      throw new E3Error("bad-address", `${address} is this peer's own address; name that of another`);
    }
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
      await this.#peer.close();
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

/** Messages that are shown together at most. */
const batchMax = 64;

/** Time for lines already read to be accepted when leaving, milliseconds. */
const drainMs = 3_000;

/** Time for the last events to be shown once the peer is closed, milliseconds. */
const closeMs = 2_000;
