import { isLoopback } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import { foldName } from "../../core/name.ts";
import type { Peer } from "../../peer/types.ts";
import type { Log } from "../../ports/log.ts";
import type { Deadlines } from "../deadlines.ts";
import type { GuestHouse } from "../types.ts";
import { ChatNode } from "./chat-node.ts";
import type { CounterMark } from "./counter-mark.ts";
import type { SignRequest } from "./datagram.ts";
import { Guesses } from "./guesses.ts";
import type { LocalIds } from "./local-ids.ts";
import type { Nodes } from "./nodes.ts";
import { PairClocks } from "./pair-clocks.ts";
import { textFault } from "./text.ts";
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
}

/** Requests that wait, of all users and of one in a row; what comes then is lost, as datagrams may be. */
const waitingMax = 1_000;
const aheadMax = 16;

/** How often somebody is asked who has too much to do, and the time between, milliseconds. */
const triesMax = 10;
const retryMs = 1_000;

/** The same request from the same address within this time is a repetition, milliseconds. */
const againMs = 5_000;

/**
 * Entry: users sign up and in, one request of a user after the other. The password is asked for each time: only what comes
 * from the address that it came from is the user's afterwards.
 */
export class Entry {
  readonly #parts: Parts;
  /** The last request of each user that is not answered yet. */
  readonly #last = new Map<string, { readonly turn: Promise<void>; readonly ahead: number }>();
  /** Requests that were granted, by address, and until when they are remembered. */
  readonly #granted = new Map<string, { readonly request: string; readonly untilMs: number }>();
  readonly #guesses = new Guesses();
  #waiting = 0;
  #entering = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Requests are being dealt with. */
  get isBusy(): boolean {
    return this.#entering > 0;
  }

  /** A program at this address wants in. It is answered in any case, unless there are too many. */
  async ask(request: SignRequest, from: string): Promise<void> {
    const key = `user ${foldName(request.user)}`;
    const before = this.#last.get(key);
    const ahead = (before?.ahead ?? 0) + 1;
    if (this.#waiting >= waitingMax || ahead > aheadMax) return;
    this.#waiting += 1;
    const turn = (async () => {
      await before?.turn;
      await this.#deal(key, request, from);
    })();
    this.#last.set(key, { turn, ahead });
    await turn;
    if (this.#last.get(key)?.turn === turn) this.#last.delete(key);
  }

  async #deal(key: string, request: SignRequest, from: string): Promise<void> {
    const { log } = this.#parts;
    let node: ChatNode | undefined;
    try {
      node = await this.#tried(key, request, from);
    } catch (error) {
      const reason = error instanceof E3Error ? error.message : String(error);
      log.warn("a user was not let in", { user: request.user, at: from, reason });
    } finally {
      this.#waiting -= 1;
    }
    this.#answer(request, node, from);
  }

  /** The wire has no word for later, so that a registry or a bridge with too much to do is asked again for some time. */
  async #tried(key: string, request: SignRequest, from: string): Promise<ChatNode> {
    const { deadlines } = this.#parts;
    for (let tries = 1; ; tries++) {
      this.#entering += 1;
      try {
        return await this.#enter(key, request, from);
      } catch (error) {
        if (!(error instanceof E3Error && error.code === "resource-exhausted") || tries >= triesMax) throw error;
      } finally {
        this.#entering -= 1;
      }
      await new Promise<void>((resolve) => deadlines.set({}, retryMs, resolve));
    }
  }

  #answer({ kind }: SignRequest, node: ChatNode | undefined, from: string): void {
    const { send, isFirst } = this.#parts;
    const answer = { kind: `${kind}-answer`, id: node?.id, isFirst: node !== undefined && isFirst(node) } as const;
    send(writeDatagram(answer), from);
  }

  async #enter(key: string, request: SignRequest, from: string): Promise<ChatNode> {
    const { nodes, mark, deadlines, onEntered } = this.#parts;
    const { user, password } = request;
    if (!isLoopback(from))
      throw new E3Error("not-loopback", "passwords are taken from this machine only: this wire does not encrypt them");
    const before = nodes.of(key);
    const peer = await this.#peer(key, request, { from, before });
    const id = await this.#idOf(peer, key, before === undefined);
    const pairs = before?.pairs ?? new PairClocks(id, mark);
    const node = new ChatNode({ ...{ key, user, password, id, address: from, peer, pairs }, nowMs: deadlines.nowMs });
    this.#granted.set(from, { request: textOf(request), untilMs: deadlines.nowMs + againMs });
    const [oldest] = this.#granted.keys();
    if (this.#granted.size > waitingMax && oldest !== undefined) this.#granted.delete(oldest);
    onEntered(node, before);
    return node;
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
  async #peer(
    key: string,
    { kind, user, password }: SignRequest,
    { from, before }: { readonly from: string; readonly before: ChatNode | undefined },
  ): Promise<Peer> {
    const { guests } = this.#parts;
    const signUp = kind === "signup";
    if (before === undefined) {
      const accepts = (content: unknown): boolean => typeof content === "string" && textFault(content) === undefined;
      return guests.open({ key, name: user, at: from, accepts, member: { user, password, signUp } });
    }
    const { nowMs } = this.#parts.deadlines;
    if (this.#guesses.isTooMany(key, nowMs))
      throw new E3Error("bad-credentials", "too many wrong passwords; try again later");
    if (!before.hasPassword(password)) {
      this.#guesses.wrong(key, nowMs);
      throw new E3Error("bad-credentials", "the password is wrong");
    }
    if (signUp && !this.#isRepeated({ kind, user, password }, from))
      throw new E3Error("user-exists", `the user ${user} has signed up already`);
    return before.peer;
  }

  #isRepeated(request: SignRequest, from: string): boolean {
    const granted = this.#granted.get(from);
    return granted?.request === textOf(request) && this.#parts.deadlines.nowMs < granted.untilMs;
  }
}

function textOf({ kind, user, password }: SignRequest): string {
  return JSON.stringify([kind, user, password]);
}
