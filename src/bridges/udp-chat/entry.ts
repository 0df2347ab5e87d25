import { isLoopback } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import { foldName } from "../../core/name.ts";
import type { Peer } from "../../peer/types.ts";
import type { Log } from "../../ports/log.ts";
import type { Deadlines } from "../deadlines.ts";
import { Turns } from "../turns.ts";
import type { GuestHouse } from "../types.ts";
import { ChatNode } from "./chat-node.ts";
import type { CounterMark } from "./counter-mark.ts";
import type { SignRequest } from "./datagram.ts";
import { Guesses } from "./guesses.ts";
import type { LocalIds } from "./local-ids.ts";
import type { Nodes } from "./nodes.ts";
import { PairClocks } from "./pair-clocks.ts";
import { Repetitions } from "./repetitions.ts";
import { textFault } from "./text.ts";
import { WaitingLine } from "./waiting-line.ts";
import { writeDatagram } from "./write-datagram.ts";

interface Parts {
  readonly guests: GuestHouse;
  readonly nodes: Nodes;
  readonly ids: LocalIds;
  readonly mark: CounterMark;
  readonly deadlines: Deadlines;
  readonly log: Log;
  /** Sends from the registry's socket. */
  readonly send: (bytes: Uint8Array, to: string) => void;
  /** Nobody else is there. */
  readonly isFirst: (node: ChatNode) => boolean;
  /** A node has signed in, in place of the one before. */
  readonly onEntered: (node: ChatNode, before: ChatNode | undefined) => void;
  /** Only the registry can tell whether a password is that of a node's user: the node is not there until that is clear. */
  readonly onDoubted: (node: ChatNode) => Promise<void>;
}

/** Requests that wait, of all users and of one; what comes then is lost, as datagrams may be. */
const waitingMax = 1_000;
const waitingOfOneMax = 16;

/** What goes wrong with each of very many, or again and again, is logged once in this time, milliseconds. */
const complainMs = 30_000;

/** The same request from the same address within this time is a repetition, milliseconds. */
const againMs = 5_000;

/**
 * Entry: users sign up and in, one request of a user after the other. The password is asked for each time: only what comes
 * from the address that it came from is the user's afterwards.
 */
export class Entry {
  readonly #parts: Parts;
  readonly #turns = new Turns();
  /** How many requests of each user are not answered yet, and of all. */
  readonly #waitingOf = new Map<string, number>();
  #waiting = 0;
  /** Requests that were granted, by address, and until when they are remembered. */
  readonly #granted = new Map<string, { readonly request: string; readonly untilMs: number }>();
  readonly #guesses = new Guesses();
  readonly #line: WaitingLine;
  readonly #complaints = new Repetitions();
  #entering = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#line = new WaitingLine(parts.deadlines);
  }

  /** Requests are being dealt with. */
  get isBusy(): boolean {
    return this.#entering > 0;
  }

  /** A program at this address wants in. It is answered in any case, unless there are too many. Never rejects. */
  async ask(request: SignRequest, from: string): Promise<void> {
    const { log, deadlines } = this.#parts;
    const { user } = request;
    const sinceMs = deadlines.nowMs;
    const turn = this.#inTurn(keyOf(user), async () => {
      const entering = this.#line.pass(() => this.#busily(() => this.#enter(request, from)), sinceMs);
      const entered = await entering.catch((error: unknown) => this.#refused(user, from, error));
      this.#answer(request, entered, from);
    });
    if (turn === undefined && !this.#complaints.repeats("too many", deadlines.nowMs, complainMs))
      log.warn("too many want in at once, and some are not answered", { user, at: from });
    await turn?.catch((error: unknown) => log.error("a user could not be answered", { user, at: from, error }));
  }

  /**
   * A program at this address goes on as the user that stayed signed in there, without being asked for its password.
   * @returns "later" when that was not possible now, and may be with its next datagram.
   */
  async resume(user: string, from: string): Promise<"over" | "later"> {
    const { log, nodes } = this.#parts;
    let outcome: "over" | "later" = "later";
    await this.#inTurn(keyOf(user), async () => {
      try {
        // Meanwhile it may have signed in.
        if (nodes.of(keyOf(user)) === undefined) await this.#busily(() => this.#goOn(user, from));
        outcome = "over";
      } catch (error) {
        log.info("a user cannot go on without signing in", { user, at: from, reason: reasonOf(error) });
        if (error instanceof E3Error && error.code === "signed-out") outcome = "over";
      }
    });
    return outcome;
  }

  /** Work for one user after the other work for it. Rejects as the work does. @returns undefined when there is too much. */
  #inTurn(key: string, work: () => Promise<void>): Promise<void> | undefined {
    const waiting = this.#waitingOf.get(key) ?? 0;
    if (this.#waiting >= waitingMax || waiting >= waitingOfOneMax) return undefined;
    this.#count(key, 1);
    return this.#turns.take(key, work).finally(() => this.#count(key, -1));
  }

  #count(key: string, change: 1 | -1): void {
    const waiting = (this.#waitingOf.get(key) ?? 0) + change;
    this.#waiting += change;
    if (waiting === 0) this.#waitingOf.delete(key);
    else this.#waitingOf.set(key, waiting);
  }

  async #busily<T>(work: () => Promise<T>): Promise<T> {
    this.#entering += 1;
    try {
      return await work();
    } finally {
      this.#entering -= 1;
    }
  }

  /** Anybody may be refused very often: what is said again soon is logged for those who look closely. */
  #refused(user: string, from: string, error: unknown): undefined {
    const { log, deadlines } = this.#parts;
    const [reason, whose] = [reasonOf(error), isLoopback(from) ? keyOf(user) : ""];
    const isAgain = this.#complaints.repeats(`${reason} ${whose}`, deadlines.nowMs, complainMs);
    log[isAgain ? "debug" : "warn"]("a user was not let in", { user, at: from, reason });
  }

  #answer({ kind }: SignRequest, entered: Entered | undefined, from: string): void {
    const { id, isFirst = false } = entered ?? {};
    this.#parts.send(writeDatagram({ kind: `${kind}-answer`, id, isFirst }), from);
  }

  async #enter(request: SignRequest, from: string): Promise<Entered> {
    const { nodes, deadlines } = this.#parts;
    const { user, password } = request;
    if (!isLoopback(from))
      throw new E3Error("not-loopback", "passwords are taken from this machine only: this wire does not encrypt them");
    const known = nodes.of(keyOf(user));
    const before = known !== undefined && (await this.#isDoubtful(known, request)) ? undefined : known;
    const peer = await this.#peer(request, from, before);
    const entered = await this.#nodeOf({ user, password, address: from, peer, before });
    this.#granted.set(from, { request: textOf(request), untilMs: deadlines.nowMs + againMs });
    const [oldest] = this.#granted.keys();
    if (this.#granted.size > waitingMax && oldest !== undefined) this.#granted.delete(oldest);
    return entered;
  }

  async #goOn(user: string, from: string): Promise<void> {
    const { guests } = this.#parts;
    const member = { user, signUp: false };
    const peer = await guests.open({ key: keyOf(user), name: user, at: from, accepts, member });
    await this.#nodeOf({ user, password: undefined, address: from, peer, before: undefined });
  }

  async #nodeOf({ before, ...made }: Made): Promise<Entered> {
    const { mark, deadlines, onEntered, isFirst } = this.#parts;
    const key = keyOf(made.user);
    const id = await this.#idOf(made.peer, key, before === undefined);
    const pairs = before?.pairs ?? new PairClocks(id, mark);
    const node = new ChatNode({ ...made, key, id, pairs, nowMs: deadlines.nowMs });
    onEntered(node, before);
    // Of several that come at once one is the first: asked before the next is there.
    return { id, isFirst: isFirst(node) };
  }

  /** A node whose password is not known here makes way for who may have it, and goes on if that one has not. */
  async #isDoubtful(node: ChatNode, { kind, user, password }: SignRequest): Promise<boolean> {
    const { ids, onDoubted } = this.#parts;
    // Its guest has another id by now: the user signed in elsewhere, and signs in here again.
    const hasLostId = kind === "signin" && ids.known(node.peer.id) !== node.id;
    if (hasLostId && node.hasPassword(password)) {
      await onDoubted(node);
      return true;
    }
    if (node.wasAsked) return false;
    if (kind === "signup") throw exists(user);
    this.#checkGuesses(node.key);
    this.#guesses.wrong(node.key, this.#parts.deadlines.nowMs);
    await this.#parts.onDoubted(node);
    return true;
  }

  #checkGuesses(key: string): void {
    if (this.#guesses.isTooMany(key, this.#parts.deadlines.nowMs))
      throw new E3Error("bad-credentials", "too many wrong passwords; try again later");
  }

  /** A guest that has no id on this wire cannot stay. */
  async #idOf(peer: Peer, key: string, isNew: boolean): Promise<string> {
    const { ids, guests } = this.#parts;
    try {
      return await ids.of(peer.id);
    } catch (error) {
      if (isNew) await guests.close(key);
      throw error;
    }
  }

  /** @throws E3Error "user-exists" or "bad-credentials", and as GuestHouse. */
  async #peer({ kind, user, password }: SignRequest, from: string, before: ChatNode | undefined): Promise<Peer> {
    const { guests, deadlines } = this.#parts;
    const [signUp, key] = [kind === "signup", keyOf(user)];
    if (before === undefined)
      return guests.open({ key, name: user, at: from, accepts, member: { user, password, signUp } });
    this.#checkGuesses(key);
    if (!before.hasPassword(password)) {
      this.#guesses.wrong(key, deadlines.nowMs);
      throw new E3Error("bad-credentials", "the password is wrong");
    }
    if (signUp && !this.#isRepeated({ kind, user, password }, from)) throw exists(user);
    return before.peer;
  }

  #isRepeated(request: SignRequest, from: string): boolean {
    const granted = this.#granted.get(from);
    return granted?.request === textOf(request) && this.#parts.deadlines.nowMs < granted.untilMs;
  }
}

/** What a program is told that was let in. */
interface Entered {
  readonly id: string;
  readonly isFirst: boolean;
}

/** A node that is to be made. */
interface Made {
  readonly user: string;
  readonly password: string | undefined;
  readonly address: string;
  readonly peer: Peer;
  readonly before: ChatNode | undefined;
}

/** By what the guest of a user is known. */
function keyOf(user: string): string {
  return `user ${foldName(user)}`;
}

function accepts(content: unknown): boolean {
  return typeof content === "string" && textFault(content) === undefined;
}

function exists(user: string): E3Error {
  return new E3Error("user-exists", `the user ${user} has signed up already`);
}

function reasonOf(error: unknown): string {
  return error instanceof E3Error ? error.message : String(error);
}

function textOf({ kind, user, password }: SignRequest): string {
  return JSON.stringify([kind, user, password]);
}
