import type { FlushedInbox, Stood } from "./arrived.ts";
import { bodyFields, decodeBody } from "./body.ts";
import type { Standing } from "./conversation.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { Effects } from "./effects.ts";
import { everyone } from "./everyone.ts";
import type { Accepts } from "./fitness.ts";
import { Forwarder } from "./forwarder.ts";
import type { LetterContent } from "./group-codec.ts";
import { Groups } from "./groups.ts";
import { readHeader } from "./header.ts";
import type { Identity } from "./identity.ts";
import type { Inbox } from "./inbox.ts";
import { Keeper } from "./keeper.ts";
import type { Leases } from "./leases.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Reader } from "./meaning.ts";
import type { Outbox } from "./outbox.ts";
import { Reads } from "./reads.ts";
import { Receiver } from "./receiver.ts";
import type { Roads } from "./roads.ts";
import { Sender } from "./sender.ts";
import { SentLog } from "./sent-log.ts";
import type { SessionLink } from "./session-link.ts";
import { SessionPeers } from "./session-peers.ts";
import { Sessions } from "./sessions.ts";
import { Spread, type StoredSpread } from "./spread.ts";
import type { StoreEntry } from "./store-op.ts";
import type { Topology } from "./topology.ts";

/** What is to be sent: an encoded body, envelope fields 16 and up. */
export interface Send {
  readonly to: bigint;
  readonly body: Uint8Array;
  readonly ttlMs: number;
  /** Of what is for everyone, 1 to Limits.hopsMax. Default none. */
  readonly hopLimit?: number;
}

/** What the post is made of. */
export interface PostParts {
  readonly self: bigint;
  /** Whether this peer is a leaf. */
  readonly leaf: boolean;
  readonly topology: Topology;
  readonly links: Links;
  readonly identity: Identity;
  readonly roads: Roads;
  readonly leases: Leases;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly mailbox: Mailbox;
  readonly limits: Limits;
  readonly effects: Effects;
  /** Whether this peer keeps mail for others. */
  readonly custody: boolean;
  /** Random, for the forwarder's memory. */
  readonly seed: bigint;
  /** What the store holds of the messages for everyone, and of groups. */
  readonly stored: StoredSpread;
  readonly storedGroups: Iterable<StoreEntry>;
  /** How much it holds of what this peer said. */
  readonly storedSent: Uint8Array | undefined;
  /** Records of what was read, and others. */
  readonly storedReads: readonly StoreEntry[];
  /** Whether senders are told what this peer's user has read. */
  readonly readReceipts: boolean;
  readonly sessionLink: Pick<SessionLink, "open" | "close" | "due" | "nextDeadlineMs">;
  /** Which contents this peer's program can be given; undefined for all. */
  readonly accepts?: Accepts | undefined;
  /** A random name. */
  readonly name: () => bigint;
}

/**
 * Post: the half of the core that moves envelopes.
 *
 *     outbox ──► Sender ──► links          links ──► Forwarder ──► links
 *                  ▲  receipts                          │ │ └──► Keeper (mailbox) ──► links
 *                  └───────────── Receiver ◄────────────┘ └────► Spread (for everyone) ──► links
 *                                    └──► inbox ◄──────────────────┘
 */
export class Post {
  readonly #parts: PostParts;
  readonly #dispatcher: Dispatcher;
  readonly #sender: Sender;
  readonly #keeper: Keeper;
  readonly #receiver: Receiver;
  readonly #forwarder: Forwarder;
  readonly #sent: SentLog;
  readonly #holderOf: (id: bigint, nowMs: number) => bigint;
  /** What is for everyone. */
  readonly spread: Spread;
  readonly groups: Groups;
  readonly sessions: Sessions;
  readonly reads: Reads;

  constructor(parts: PostParts) {
    this.#parts = parts;
    const dispatcher = new Dispatcher(parts);
    const sender = new Sender({ ...parts, dispatcher });
    const keeper = new Keeper({ ...parts, dispatcher, offers: parts.custody });
    const sent = new SentLog(parts, parts.storedSent);
    const keep = sent.append;
    const spread = new Spread({ ...parts, keep }, parts.stored);
    const { roads, leases, outbox, inbox } = parts;
    const holderOf = (id: bigint, nowMs: number): bigint => roads.target(id, 0n) ?? leases.holderOf(id, nowMs) ?? 0n;
    const groups = new Groups({ ...parts, holderOf, keep }, parts.storedGroups);
    const send = (to: bigint, body: Uint8Array, nowMs: number): void =>
      void parts.outbox.submit({ to, boundTo: holderOf(to, nowMs), body, ttlMs: parts.limits.ttlMs }, nowMs);
    const sessions = new Sessions({ ...parts, send, link: parts.sessionLink, peers: new SessionPeers(parts) });
    const readers = new Map<number, Reader>([
      [bodyFields.group, (meant) => groups.meaning(meant)],
      [bodyFields.signal, (meant) => sessions.meaning(meant)],
    ]);
    const stands: FlushedInbox["standing"] = (changed, nowMs) => {
      spread.stands(changed, nowMs);
      groups.stands(changed);
      for (const { conversation, standing } of changed) heard(outbox, conversation, standing);
    };
    for (const conversation of inbox.conversations()) heard(outbox, conversation, conversation.standing);
    const reads = new Reads({ ...parts, dispatcher, sender, groups }, parts.storedReads);
    const receiver = new Receiver({ ...parts, dispatcher, sender, reads, keeper, spread, stands, readers });
    this.#sent = sent;
    this.#holderOf = holderOf;
    this.groups = groups;
    this.sessions = sessions;
    this.reads = reads;
    this.#dispatcher = dispatcher;
    this.#sender = sender;
    this.#keeper = keeper;
    this.#receiver = receiver;
    this.#forwarder = new Forwarder({ ...parts, receiver, keeper, spread });
    this.spread = spread;
  }

  /** Envelopes from a link. @returns what is wrong with one; the rest of the batch is not looked at then. */
  arrived(from: Link, envelopes: readonly Uint8Array[], nowMs: number): string | undefined {
    for (const envelope of envelopes) {
      const fault = this.#forwarder.take(from, envelope, nowMs);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** A former life that the store does not remember was seen: what it numbered must not be numbered again. */
  outran(): void {
    this.#parts.outbox.retireLanes();
    this.spread.outran();
  }

  /** The topology changed. */
  reroute(nowMs: number): void {
    this.#sender.reroute(nowMs);
    this.#keeper.reroute(nowMs);
    this.sessions.reroute(nowMs);
    this.reads.reroute(nowMs);
  }

  /**
   * Takes a send of this peer, to everyone where the id is 0n, to a group where it is one's.
   * @returns the conversation it is part of, and its number in there.
   * @throws E3Error "resource-exhausted" at a bound; nothing is submitted then.
   */
  submit({ to, ...said }: Send, nowMs: number): { readonly conversation: bigint; readonly number: number } {
    const { outbox } = this.#parts;
    if (to === 0n) return { conversation: everyone, number: this.spread.submit(said, nowMs) };
    const { body, ttlMs } = said;
    if (this.groups.has(to, nowMs))
      return { conversation: to, number: this.groups.send(to, contentOf(body), ttlMs, nowMs) };
    const boundTo = this.#holderOf(to, nowMs);
    const { lane, number } = outbox.submit({ to, boundTo, body, ttlMs, isSaid: true }, nowMs);
    return { conversation: lane.conversation, number };
  }

  /** A link has room again. */
  linkReady(nowMs: number): void {
    this.#sender.pumpAll(nowMs);
  }

  due(nowMs: number): void {
    this.#sender.due(nowMs);
    this.#keeper.due(nowMs);
    this.spread.due(nowMs);
    this.sessions.due(nowMs);
    this.reads.due(nowMs);
    if (nowMs >= this.#parts.inbox.nextDeadlineMs) this.#receiver.giveUp(nowMs);
  }

  /** Finishes an event: what changed is written, and what waits for the disk is lined up. */
  flush(nowMs: number): void {
    const { outbox, effects } = this.#parts;
    this.#takeOwn(nowMs);
    this.groups.flush(nowMs);
    outbox.flush(effects, (lanes, atMs) => this.#sender.accepted(lanes, atMs), this.#sent.page);
    this.#sent.flush();
    this.spread.flush();
    this.#receiver.flush();
    this.#keeper.flush();
    this.#dispatcher.flush();
  }

  get nextDeadlineMs(): number {
    const { inbox } = this.#parts;
    return Math.min(
      this.#sender.nextDeadlineMs,
      this.#keeper.nextDeadlineMs,
      this.spread.nextDeadlineMs,
      this.sessions.nextDeadlineMs,
      this.reads.nextDeadlineMs,
      inbox.nextDeadlineMs,
    );
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

/** What was said to this peer alone is seen by what it says next to the same. */
function heard(outbox: Outbox, { peer, lamport }: Stood["conversation"], { epoch, next }: Standing): void {
  if (peer === 0n) return;
  const causes = outbox.causesOf(peer);
  causes.seen(epoch, next - 1);
  causes.witness(Math.max(lamport, next - 1));
}

/** What a message to a group says, from the body it would have for one peer. */
function contentOf(encoded: Uint8Array): LetterContent {
  const body = decodeBody(encoded);
  if (typeof body !== "string" && body.kind === "text") return { case: "text", value: body.text };
  if (typeof body === "string" || body.kind !== "data") throw new Error("only text and data are sent");
  return { case: "data", value: { contentType: body.contentType, data: body.data } };
}
