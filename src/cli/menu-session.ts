import { E3Error } from "../core/error.ts";
import type { Message, Peer, PeerEvent, PeerInfo } from "../peer/types.ts";
import { Departure } from "./departure.ts";
import { reportOf } from "./errors.ts";
import { LogSink } from "./face.ts";
import type { Host } from "./host.ts";
import { MenuBook } from "./menu-book.ts";
import { MenuCourier, type Outcome } from "./menu-courier.ts";
import type { MenuCommand } from "./menu-options.ts";
import {
  connectedLine,
  errorLine,
  gapText,
  goneLine,
  listeningLine,
  messageText,
  notYetLine,
  outcomeLine,
  settledLine,
} from "./menu-sentences.ts";
import type { MenuScreen } from "./menu-screen.ts";
import { startMenuPeer } from "./menu-start.ts";
import { entryOf, tableText } from "./menu-table.ts";
import { atChoice, menuLines, promptOf, takeAnswer, type MenuAction, type Recipient } from "./menu.ts";
import { openMenuScreen } from "./open-menu-screen.ts";
import type { TypedLine } from "./read-lines.ts";

/**
 * Runs a peer behind a menu until its user leaves.
 *
 *     starting ──► choice, action, choice... ── 0, signal, nobody reads ──► draining ──► closing ──► exit
 *
 * Invariants
 * 1. Actions are carried out one after the other; messages are shown as they come.
 * 2. A peer is in the table by the time its message is shown.
 * 3. The end of input ends the input, not the peer, which may run without one; but Ctrl-D at a prompt leaves.
 *
 * @returns the exit code.
 * @throws E3Error when the peer cannot start, or the input ends before it could.
 */
export async function runMenu({ peer: options, greet, logLevel }: MenuCommand, host: Host): Promise<number> {
  const departure = new Departure(host);
  const logSink = new LogSink(host);
  const log = await host.createLog(logLevel, logSink);
  let peer: Peer | undefined;
  const screen = openMenuScreen({ host, departure, logSink, acknowledge: (cursor) => peer?.acknowledge(cursor) });
  void departure.decided.then(() => screen.lines.end());
  const lines = screen.lines[Symbol.asyncIterator]();
  try {
    const open = (found: Parameters<Host["createPeer"]>[0]): Promise<Peer> => host.createPeer({ ...found, log });
    peer = await startMenuPeer({ options, screen, lines, open });
    if (departure.isDecided) {
      await peer?.close();
      return await departure.decided;
    }
    if (peer === undefined) throw new E3Error("bad-option", "the input ended before name and port were entered");
    return await new Session({ peer, screen, lines, host, departure, greet }).run();
  } finally {
    screen.close();
  }
}

interface SessionParts {
  readonly peer: Peer;
  readonly screen: MenuScreen;
  readonly lines: AsyncIterator<TypedLine, void>;
  readonly host: Host;
  readonly departure: Departure;
  readonly greet: readonly string[];
}

/** What is known of the sender of a message. */
type Sender = Pick<PeerInfo, "id" | "name" | "addresses">;

class Session {
  readonly #parts: SessionParts;
  readonly #courier: MenuCourier;
  readonly #book = new MenuBook();
  /** Who sent the last message, if nobody knows him: his next ones are not waited with. */
  #stranger: bigint | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#courier = new MenuCourier(parts, parts.greet);
  }

  async run(): Promise<number> {
    const { peer, screen, departure, greet } = this.#parts;
    const events = peer.events();
    screen.show(listeningLine(peer.listen));
    const shown = Promise.all([this.#follow(events), this.#showMessages()]);
    for (const address of greet) void this.#greet({ kind: "address", address });
    const answered = this.#converse();
    const code = await departure.decided;
    screen.close();
    screen.show("Exiting");
    this.#courier.giveUp();
    await this.#within(drainMs, answered);
    this.#courier.close();
    await this.#try(() => peer.close());
    const all = shown.then(() => screen.flushed());
    await this.#within(closeMs, all);
    return code;
  }

  async #converse(): Promise<void> {
    const { screen, lines, departure } = this.#parts;
    for (let state = atChoice; ;) {
      if (state.at === "choice") for (const line of menuLines) screen.show(line);
      screen.ask(promptOf(state));
      const next = await lines.next();
      if (departure.isDecided) return;
      if (next.done === true) return; // invariant 3
      const turn = next.value.kind === "bad" ? next.value : takeAnswer(state, next.value.text);
      state = turn.kind === "ask" ? turn.state : atChoice;
      if (turn.kind === "bad") this.#failed(turn.error);
      if (turn.kind === "act") await this.#try(() => this.#perform(turn.action)); // invariant 1
      if (departure.isDecided) return;
      await screen.room();
    }
  }

  async #perform(action: MenuAction): Promise<void> {
    switch (action.kind) {
      case "send":
        return this.#sent(await this.#courier.send(action.to, action.text), action.text);
      case "query":
        return tableText(this.#book.table).forEach((line) => this.#parts.screen.show(line));
      case "connect":
        return this.#connect();
      case "quit":
        return this.#parts.departure.leave(0);
    }
  }

  #sent(outcome: Outcome, text: string): void {
    this.#parts.screen.show(outcomeLine(outcome));
    if (outcome.kind === "nobody") return;
    const { to } = outcome;
    this.#book.wrote(to, text);
    if (outcome.kind === "settled") return;
    void outcome.settled.then((end) => {
      if (end !== undefined) this.#parts.screen.show(settledLine(to, end));
    });
  }

  async #connect(): Promise<void> {
    const { screen } = this.#parts;
    const { known } = this.#book;
    if (known.length === 0) screen.show("No active peers to connect to; send a message to one first");
    const connecting = known.map((entry) =>
      this.#try(async () => {
        const peer = await this.#courier.connect(entry);
        if (peer !== undefined) this.#book.connected(peer);
        screen.show(connectedLine(peer ?? entry, peer !== undefined));
      }),
    );
    await Promise.all(connecting);
  }

  async #greet(to: Recipient): Promise<void> {
    const { host, screen, departure } = this.#parts;
    let isDone = false;
    void host.wait(greetMs).then(() => {
      if (!isDone && !departure.isDecided) screen.show(notYetLine(to));
    });
    await this.#try(async () => {
      const outcome = await this.#courier.sendOnceThere(to, greeting);
      if (outcome.kind !== "nobody") this.#sent(outcome, greeting);
    });
    isDone = true;
  }

  async #showMessages(): Promise<void> {
    const { peer, screen, departure } = this.#parts;
    try {
      for await (const message of peer.messages({ acknowledge: "manual" })) {
        this.#take(message, await this.#senderOf(message));
        const flushed = screen.flushed();
        if (flushed !== true && !(await flushed)) return;
      }
    } catch (error) {
      this.#failed(error);
      departure.leave(1);
    }
  }

  /** Invariant 2. */
  #take(message: Message, sender: Sender): void {
    const { screen } = this.#parts;
    const entry = entryOf(sender);
    const gap = gapText(message);
    if (gap !== undefined) screen.show(gap);
    const goes = this.#isPersonal(message) && this.#book.heard(entry, textOf(message)) === "goes";
    screen.message(goes ? goneLine(entry) : messageText(message, sender), message.cursor);
  }

  /** Whether it came to this peer alone, from another: a note to oneself is nobody's, and what is for everyone not direct. */
  #isPersonal({ from, conversation }: Message): boolean {
    return from !== this.#parts.peer.id && conversation === "direct";
  }

  /** Who sent it. On a road of its own a message may be here a moment before it is known who its sender is. */
  async #senderOf({ from }: Message): Promise<Sender> {
    const { peer } = this.#parts;
    const known = (): Sender | undefined => {
      const answer = peer.search(`${from}`);
      return "peer" in answer ? answer.peer : undefined;
    };
    if (from !== this.#stranger) await this.#courier.until(() => known() !== undefined, introductionMs);
    const sender = known();
    this.#stranger = sender === undefined ? from : undefined;
    return sender ?? { id: from, name: "", addresses: [] };
  }

  async #follow(events: AsyncIterable<PeerEvent>): Promise<void> {
    const { departure } = this.#parts;
    await this.#try(async () => {
      for await (const event of events) {
        if (event.kind === "error") this.#failed(event.error);
        else this.#courier.moved();
      }
    });
    // Only a closed peer has no more events, and one that was not asked to close has failed.
    if (departure.isDecided) return;
    this.#failed(new E3Error("closed", "the peer stopped by itself"));
    departure.leave(1);
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#parts.screen.show(errorLine(reportOf(error)));
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    await Promise.race([work, this.#parts.host.wait(ms)]);
  }
}

/** Undefined for data. */
function textOf({ text, data }: Message): string | undefined {
  return data === undefined ? text : undefined;
}

/** What a peer on the default list is told. */
const greeting = "hello";

/** Time to hear who the sender of a message is, milliseconds. */
const introductionMs = 1_000;

/** Time after which it is said that a greeting is late, milliseconds. */
const greetMs = 5_000;

/** Time for what was entered to be accepted when leaving, milliseconds. */
const drainMs = 3_000;

/** Time for the last messages to be shown once the peer is closed, milliseconds. */
const closeMs = 2_000;
