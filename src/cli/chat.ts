import type { BridgeRequest } from "../bridges/open.ts";
import { E3Error } from "../core/error.ts";
import type { SessionEvent } from "../peer/session-types.ts";
import type { Message, Peer, PeerEvent } from "../peer/types.ts";
import { Clerk } from "./clerk.ts";
import { Departure } from "./departure.ts";
import { reportOf } from "./errors.ts";
import { LogSink, openFace, type Face } from "./face.ts";
import type { Host } from "./host.ts";
import { openInvitations } from "./groups.ts";
import type { SignIn } from "./member-options.ts";
import { ShownMark } from "./shown-mark.ts";
import { openChatPeer, type ChatPeer } from "./open-chat-peer.ts";
import type { ChatOptions } from "./options.ts";
import type { Output } from "./output.ts";
import { Presence } from "./presence.ts";
import { Sender } from "./sender.ts";
import { Unread } from "./unread.ts";

/** What a chat is beside. */
export interface Beside {
  /** As whom the peer's user signs in at a registry, if at all. */
  readonly signIn?: SignIn | undefined;
  /** Bridges to open. */
  readonly bridges?: readonly BridgeRequest[];
  /** Where the users of bridges sign in. Default: nowhere. */
  readonly registry?: string | undefined;
}

/**
 * Runs a peer until its user leaves: lines typed go to the peer, messages and events to the output.
 *
 *     starting ──► running ── /exit, signal, nobody reads ──► draining ──► closing ──► exit
 *
 * Invariants
 * 1. Messages are asked for only when those before are with the reader; each counts as shown in the instant it is written.
 * 2. A line that was read is handed to the peer and accepted before the peer is closed, if that takes no longer than drainMs.
 * 3. The end of input ends the input, not the peer, which may run without one; but Ctrl-D at a prompt leaves.
 *
 * @returns the exit code.
 * @throws E3Error when the peer cannot start.
 */
export async function chat(options: ChatOptions, host: Host, beside: Beside = {}): Promise<number> {
  const { signIn, bridges = [], registry } = beside;
  const departure = new Departure(host);
  const logSink = new LogSink(host);
  const log = await host.createLog(options.logLevel, logSink);
  const opening = openChatPeer({ options: options.peer, signIn, bridges, registry, host, departure, log });
  const chatPeer = await opening.catch((error: unknown) => {
    // Who left at the prompt did so on purpose.
    if (departure.isDecided) return undefined;
    throw error;
  });
  if (departure.isDecided || chatPeer === undefined) {
    await chatPeer?.close();
    return departure.decided;
  }
  const { peer } = chatPeer;
  const face = openFace({ host, peer, departure, json: options.json, logSink });
  const session = new Session({ chatPeer, face, host, departure });
  return session.run(options.peer.desiredId);
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
  readonly #shownMark: ShownMark;
  readonly #clerk: Clerk;
  /** Undefined where nobody is known to read. */
  readonly #unread: Unread | undefined;
  /** No more commands are carried out. */
  #isCarriedOut = false;

  constructor({ chatPeer, face, host, departure }: SessionParts) {
    const { peer } = chatPeer;
    this.#chatPeer = chatPeer;
    this.#peer = peer;
    this.#shownMark = new ShownMark(peer.status().cursor);
    this.#face = face;
    this.#output = face.output;
    this.#host = host;
    this.#departure = departure;
    const failed = (error: unknown): void => this.#failed(error);
    this.#sender = new Sender(peer, failed);
    const changed: Output["unread"] = (unread) => face.output.unread(unread);
    this.#unread = face.isAttended ? new Unread({ peer, beganAt: new Date(), changed, failed }) : undefined;
    const seen = (target: bigint): void => this.#unread?.seen(target);
    this.#clerk = new Clerk({ chatPeer, output: face.output, departure, sender: this.#sender, seen, failed });
  }

  async run(wished: bigint | undefined): Promise<number> {
    const { id, listen, desired } = this.#peer;
    // Listening begins before anything is shown, so that no event falls between.
    const events = this.#peer.events();
    this.#output.ready({ id, listen, wished, desired, bridges: this.#chatPeer.bridges });
    this.#chatPeer.onNotice((notice) => {
      this.#output.registry(notice);
      if (notice.news.kind === "ended" && notice.news.elsewhere) this.#departure.leave(0);
    });
    for (const event of this.#presence.begin(this.#peer.peers())) this.#output.event(event);
    for (const event of openInvitations(this.#peer.groups.list(), id)) this.#output.event(event);
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
        // Who leaves sees all others go, which stay where they are.
        if (event.kind === "peer" && event.state === "down" && this.#departure.isDecided) continue;
        if (event.kind === "session") await this.#afterMessages(event);
        if (event.kind === "session" && event.state === "accepted") this.#unread?.seen(event.peer);
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

  /** What was said in a session is shown before its end. */
  async #afterMessages({ cursor }: SessionEvent): Promise<void> {
    const shown = this.#shownMark.until(cursor);
    if (shown !== undefined) await this.#within(lateMs, shown);
  }

  async #showMessages(): Promise<void> {
    try {
      await this.#unread?.begin();
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
    this.#showMessage(first);
    for (let count = 1; ; count += 1) {
      const next = messages.next();
      const result = count < batchMax ? await Promise.race([next, this.#host.soon()]) : undefined;
      if (result === undefined || result.done === true) return { next };
      this.#showMessage(result.value);
    }
  }

  #showMessage(message: Message): void {
    this.#output.message(message);
    this.#shownMark.reach(message.cursor);
    this.#unread?.shown(message);
  }

  async #carryOut(): Promise<void> {
    for await (const command of this.#face.commands) {
      await this.#clerk.take(command);
      await this.#output.room();
      if ((command.kind === "exit" && this.#departure.isDecided) || this.#isCarriedOut) return;
    }
  }

  /** Invariant 2. */
  async #drain(typed: Promise<void>): Promise<void> {
    this.#face.commands.end();
    const carriedOut = typed.then(() => {
      this.#isCarriedOut = true;
      return Promise.all([this.#sender.idle(), this.#unread?.idle()]);
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

/** Messages that are shown together at most. */
const batchMax = 64;

/** Time for lines already read to be accepted when leaving, milliseconds. */
const drainMs = 3_000;

/** How long the end of a session waits for what was said in it, milliseconds: it may have been read elsewhere. */
const lateMs = 2_000;

/** Time for the last events to be shown once the peer is closed, milliseconds. */
const closeMs = 2_000;
