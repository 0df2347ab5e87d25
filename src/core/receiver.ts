import { ReceiptStatus, RefusalReason } from "../gen/e3/v1/envelope_pb.ts";
import type { FlushedInbox } from "./arrived.ts";
import { bodyFields, decodeBody, encodeReceipts, type Receipt } from "./body.ts";
import { bodiesOf } from "./bundle.ts";
import type { Arrival, Conversation } from "./conversation.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Effects } from "./effects.ts";
import { everyone } from "./everyone.ts";
import { isFit, type Accepts } from "./fitness.ts";
import { bodyFieldOf, bodyOf, readHeader, type Header } from "./header.ts";
import type { Identity } from "./identity.ts";
import type { Inbox } from "./inbox.ts";
import type { Keeper } from "./keeper.ts";
import type { Limits } from "./limits.ts";
import type { Reader } from "./meaning.ts";
import { unfold } from "./multicast.ts";
import { readPreface } from "./preface.ts";
import { answerRangesMax } from "./receipts.ts";
import type { Reads } from "./reads.ts";
import type { Roads } from "./roads.ts";
import { refusalOf } from "./refusal.ts";
import type { Sender } from "./sender.ts";
import type { Spread } from "./spread.ts";
import { receiptsOf } from "./standing-receipts.ts";

interface Parts {
  readonly identity: Identity;
  readonly inbox: Inbox;
  readonly keeper: Keeper;
  readonly spread: Pick<Spread, "isOffered">;
  /** These stand anew, durably. */
  readonly stands: FlushedInbox["standing"];
  /** Who reads bodies of other kinds than text and data, by Header.bodyField. */
  readonly readers: ReadonlyMap<number, Reader>;
  /** Which contents this peer's program can be given; undefined for all. */
  readonly accepts?: Accepts | undefined;
  readonly sender: Sender;
  readonly reads: Pick<Reads, "receipt">;
  readonly roads: Roads;
  readonly dispatcher: Dispatcher;
  readonly limits: Limits;
  readonly effects: Effects;
}

interface Owed {
  readonly epoch: bigint;
  readonly conversation: bigint;
  /** Nodes that are to hear where the conversation stands. */
  readonly nodes: Set<bigint>;
  /** The id whose node was added last; 0n before. */
  origin: bigint;
}

/**
 * Receiver: takes what is for this peer: messages, receipts, and mail in custody.
 *
 * Invariants
 * 1. A receipt says only what is durable: it leaves after the commit that made it so.
 * 2. Every copy of a message is answered, first or repeated, once per event and sender: receipts are cumulative.
 */
export class Receiver {
  readonly #parts: Parts;
  #owed = new Map<string, Owed>();
  /** The one looked up last: messages come in runs. */
  #lastOwed: Owed | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** An envelope whose destination is this peer. */
  take(envelope: Uint8Array, header: Header, nowMs: number): void {
    if (header.conversation !== 0n) return this.#message(envelope, header, undefined, nowMs);
    const body = decodeBody(bodyOf(envelope));
    if (typeof body === "string") {
      return this.#parts.effects.notice("warn", "control traffic was malformed", {
        origin: header.origin,
        fault: body,
      });
    }
    if (body.kind === "receipts") for (const receipt of body.receipts) this.#receipt(receipt, header.origin, nowMs);
    else if (body.kind === "custody") this.#parcel(body.envelopes, header.origin, nowMs);
    else if (body.kind === "multicast") {
      const own = unfold(body.bytes, header, this.#parts.roads.self);
      if (own !== undefined) this.#message(own.envelope, own.header, undefined, nowMs);
    }
  }

  /** Finishes an event: writes what changed, and answers for it once that is durable. */
  flush(): void {
    const { inbox, effects } = this.#parts;
    inbox.flush(effects, {
      received: (cursor) => effects.add({ kind: "received", cursor }),
      standing: this.#parts.stands,
    });
    if (this.#owed.size === 0) return;
    const owed = this.#owed;
    this.#owed = new Map();
    this.#lastOwed = undefined;
    effects.whenDurable(() => this.#answer(owed.values())); // invariant 1
  }

  /** Holes that lasted while their origin is away are given up on. */
  giveUp(nowMs: number): void {
    const { inbox, spread, roads, effects } = this.#parts;
    const isReachable = (origin: bigint): boolean => {
      const node = roads.target(origin, 0n);
      return node !== undefined && roads.isReachable(node);
    };
    const isOffered = ({ epoch, conversation }: Conversation): boolean | undefined =>
      conversation === everyone ? spread.isOffered(epoch) : undefined;
    inbox.giveUp({ isReachable, isOffered }, nowMs, effects);
  }

  #message(envelope: Uint8Array, header: Header, custodian: bigint | undefined, nowMs: number): void {
    const { inbox, limits, effects } = this.#parts;
    const { origin, epoch, conversation, floor, sentAtMs, begin } = header;
    let { number } = header;
    // Numbers count from 1, and none is sent once the floor has passed it. What is for everyone is not for this peer alone.
    if (number === 0 || floor > number || conversation === everyone) return;
    const bodies = bodiesOf(envelope, header);
    if (typeof bodies === "string") return effects.notice("warn", "a message was malformed", { origin, fault: bodies });
    const isDirect = custodian === undefined;
    const isBundle = header.bodyField === bodyFields.bundle;
    let isOwed = false;
    for (const body of bodies) {
      const field = isBundle ? bodyFieldOf(body) : header.bodyField;
      const refused = refusalOf(field, body, limits) ?? this.#unfit(body);
      // prettier-ignore
      const plain = { origin, epoch, conversation, number, floor, sentAtMs, begin, body, refused, isDirect };
      const arrival = field > bodyFields.data && refused === undefined ? this.#meant(header, plain, field) : plain;
      if (inbox.arrive(arrival, nowMs, effects) !== "full") isOwed = true;
      number += 1;
    }
    if (isOwed) this.#owe(header, custodian);
  }

  #unfit(body: Uint8Array): RefusalReason | undefined {
    const { accepts } = this.#parts;
    return accepts === undefined || isFit(body, accepts) ? undefined : RefusalReason.UNFIT;
  }

  /** A message that is neither text nor data, with what its body asks for. */
  #meant(header: Header, plain: Arrival, field: number): Arrival {
    const reader = this.#parts.readers.get(field);
    const preface = readPreface(plain.body);
    const body = decodeBody(plain.body);
    if (reader === undefined || typeof preface === "string" || typeof body === "string" || !("bytes" in body))
      return { ...plain, refused: RefusalReason.UNKNOWN_BODY };
    const { after, lamport } = preface;
    const { origin, epoch, sentAtMs } = header;
    const meaning = reader({ origin, epoch, sentAtMs, after, lamport, bytes: body.bytes });
    return meaning === undefined ? { ...plain, refused: RefusalReason.UNKNOWN_BODY } : { ...plain, ...meaning };
  }

  #owe({ origin, epoch, conversation }: Header, custodian: bigint | undefined): void {
    const owed = this.#owedFor(epoch, conversation);
    if (custodian !== undefined) owed.nodes.add(custodian);
    if (owed.origin === origin) return;
    owed.origin = origin;
    const sender = this.#parts.roads.target(origin, 0n);
    if (sender !== undefined) owed.nodes.add(sender);
  }

  #owedFor(epoch: bigint, conversation: bigint): Owed {
    const last = this.#lastOwed;
    if (last?.conversation === conversation && last.epoch === epoch) return last;
    const key = `${epoch}/${conversation}`;
    const owed = this.#owed.get(key) ?? { epoch, conversation, nodes: new Set(), origin: 0n };
    this.#owed.set(key, owed);
    this.#lastOwed = owed;
    return owed;
  }

  #answer(owed: Iterable<Owed>): void {
    const { inbox, dispatcher } = this.#parts;
    const byNode = new Map<bigint, Answer>();
    for (const { epoch, conversation, nodes } of owed) {
      const standing = inbox.standing(epoch, conversation);
      const receipts = standing === undefined ? [] : receiptsOf(standing);
      for (const node of nodes) {
        const answer = byNode.get(node) ?? { receipts: [], ranges: 0 };
        byNode.set(node, answer);
        for (const receipt of receipts) {
          answer.receipts.push(receipt);
          answer.ranges += receipt.ranges.length;
        }
        // Never within one standing: what it refused and what it took must arrive together.
        if (answer.ranges < answerRangesMax) continue;
        dispatcher.control(node, encodeReceipts(answer.receipts));
        byNode.delete(node);
      }
    }
    for (const [node, { receipts }] of byNode)
      if (receipts.length > 0) dispatcher.control(node, encodeReceipts(receipts));
  }

  #receipt(receipt: Receipt, from: bigint, nowMs: number): void {
    const { identity, sender, keeper, roads, reads } = this.#parts;
    const { epoch, conversation, status, ranges } = receipt;
    if (status === ReceiptStatus.READ || status === ReceiptStatus.NOTED) return reads.receipt(receipt, from, nowMs);
    if (epoch !== identity.epoch) return keeper.receipt(receipt, from, nowMs);
    const node = roads.target(from, 0n);
    if (status === ReceiptStatus.DELIVERED)
      sender.confirmed(conversation, ranges, from, { status: "delivered", reason: "", nowMs });
    else if (status === ReceiptStatus.STORED && node !== undefined) sender.stored(conversation, ranges, node, nowMs);
    if (status !== ReceiptStatus.REFUSED) return;
    if (isFinal(receipt.reason))
      sender.confirmed(conversation, ranges, from, { status: "refused", reason: refusals[receipt.reason], nowMs });
    // A custodian's refusal only says that it does not help.
    if (node !== undefined) sender.declined(conversation, ranges, { custodian: node, nowMs });
  }

  /** Mail in custody: what is for this peer is delivered, the rest is kept for its target. */
  #parcel(envelopes: readonly Uint8Array[], from: bigint, nowMs: number): void {
    const { roads, keeper, identity } = this.#parts;
    const node = roads.target(from, 0n);
    for (const envelope of envelopes) {
      const header = readHeader(envelope, 1);
      const to = typeof header === "string" ? undefined : header.destinations[0];
      if (typeof header === "string" || to === undefined) continue;
      // What nobody numbered cannot be receipted.
      if (header.conversation === 0n || header.number === 0) continue;
      // Even its own: it may have come by the id it wrote to, and the custodian waits for an answer.
      if (roads.isMine(to, header.destinationKeys[0] ?? 0n)) this.#message(envelope, header, node, nowMs);
      // Nobody else keeps what this peer has in its outbox.
      else if (header.epoch !== identity.epoch) keeper.keep(envelope, header, nowMs);
    }
  }
}

/** Receipts for one node that leave together. */
interface Answer {
  readonly receipts: Receipt[];
  ranges: number;
}

/** Refusals by the target itself settle a send, also for a reason of a newer version; those of a custodian only say that it does not help. */
function isFinal(reason: RefusalReason): boolean {
  return reason !== RefusalReason.MAILBOX_FULL && reason !== RefusalReason.NO_CUSTODY;
}

const refusals: Readonly<Record<RefusalReason, string>> = {
  [RefusalReason.UNSPECIFIED]: "no reason was given",
  [RefusalReason.TOO_LARGE]: "the body is larger than the target accepts",
  [RefusalReason.MAILBOX_FULL]: "the mailbox is full",
  [RefusalReason.NO_CUSTODY]: "the peer keeps no mail for others",
  [RefusalReason.UNKNOWN_BODY]: "the target does not know this kind of content",
  [RefusalReason.NOT_A_MEMBER]: "the target is not in the group, or does not know that this peer is",
  [RefusalReason.UNFIT]:
    "the target's program cannot be given this: its wire has no form for it, or would take it for a command; say it otherwise",
};
