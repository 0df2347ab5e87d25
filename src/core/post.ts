import { Dispatcher } from "./dispatcher.ts";
import type { Effects } from "./effects.ts";
import { Forwarder } from "./forwarder.ts";
import { readHeader } from "./header.ts";
import type { Identity } from "./identity.ts";
import type { Inbox } from "./inbox.ts";
import { Keeper } from "./keeper.ts";
import type { Limits } from "./limits.ts";
import type { Link } from "./links.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Outbox } from "./outbox.ts";
import { Receiver } from "./receiver.ts";
import type { Roads } from "./roads.ts";
import { Sender } from "./sender.ts";

/** What the post is made of. */
export interface PostParts {
  readonly identity: Identity;
  readonly roads: Roads;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly mailbox: Mailbox;
  readonly limits: Limits;
  readonly effects: Effects;
  /** Whether this peer keeps mail for others. */
  readonly custody: boolean;
  /** Random, for the forwarder's memory. */
  readonly seed: bigint;
}

/**
 * Post: the half of the core that moves envelopes.
 *
 *     outbox ──► Sender ──► links          links ──► Forwarder ──► links
 *                  ▲  receipts                          │  │
 *                  └───────────── Receiver ◄────────────┘  └──► Keeper (mailbox) ──► links
 *                                    └──► inbox
 */
export class Post {
  readonly #parts: PostParts;
  readonly #dispatcher: Dispatcher;
  readonly #sender: Sender;
  readonly #keeper: Keeper;
  readonly #receiver: Receiver;
  readonly #forwarder: Forwarder;

  constructor(parts: PostParts) {
    this.#parts = parts;
    const dispatcher = new Dispatcher(parts);
    const sender = new Sender({ ...parts, dispatcher });
    const keeper = new Keeper({ ...parts, dispatcher, offers: parts.custody });
    const receiver = new Receiver({ ...parts, dispatcher, sender, keeper });
    this.#dispatcher = dispatcher;
    this.#sender = sender;
    this.#keeper = keeper;
    this.#receiver = receiver;
    this.#forwarder = new Forwarder({ ...parts, receiver, keeper });
  }

  /** Envelopes from a link. @returns what is wrong with one; the rest of the batch is not looked at then. */
  arrived(from: Link, envelopes: readonly Uint8Array[], nowMs: number): string | undefined {
    for (const envelope of envelopes) {
      const fault = this.#forwarder.take(from, envelope, nowMs);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** The topology changed. */
  reroute(nowMs: number): void {
    this.#sender.reroute(nowMs);
    this.#keeper.reroute(nowMs);
  }

  /** A link has room again. */
  linkReady(nowMs: number): void {
    this.#sender.pumpAll(nowMs);
  }

  due(nowMs: number): void {
    this.#sender.due(nowMs);
    this.#keeper.due(nowMs);
    if (nowMs >= this.#parts.inbox.nextDeadlineMs) this.#receiver.giveUp(nowMs);
  }

  /** Finishes an event: what changed is written, and what waits for the disk is lined up. */
  flush(nowMs: number): void {
    const { outbox, effects } = this.#parts;
    this.#takeOwn(nowMs);
    outbox.flush(effects, (lanes, atMs) => this.#sender.accepted(lanes, atMs));
    this.#receiver.flush();
    this.#keeper.flush();
  }

  get nextDeadlineMs(): number {
    return Math.min(this.#sender.nextDeadlineMs, this.#keeper.nextDeadlineMs, this.#parts.inbox.nextDeadlineMs);
  }

  /** Whether something this peer sent to itself waits to be taken. */
  get hasOwn(): boolean {
    return this.#dispatcher.hasOwn;
  }

  /** What this peer sends to itself takes no link, but the same way otherwise. */
  #takeOwn(nowMs: number): void {
    for (const envelope of this.#dispatcher.takeOwn()) {
      const header = readHeader(envelope, this.#parts.limits.destinationsMax);
      if (typeof header !== "string") this.#receiver.take(envelope, header, nowMs);
    }
  }
}
