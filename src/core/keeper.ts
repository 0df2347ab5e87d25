import { ReceiptStatus, RefusalReason } from "../gen/e3/v1/envelope_pb.ts";
import { encodeReceipts, type Receipt } from "./body.ts";
import { answerRangesMax } from "./receipts.ts";
import { chooseCustodians } from "./custodians.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Effects } from "./effects.ts";
import { bodyOf, readHeader, writeEnvelope, type Header } from "./header.ts";
import type { Limits } from "./limits.ts";
import { readMail, type Mail } from "./kept.ts";
import type { Mailbox, Offered } from "./mailbox.ts";
import { ship } from "./parcels.ts";
import { addRange, type OpenRange } from "./ranges-of.ts";
import type { Roads } from "./roads.ts";
import type { Shelf } from "./shelf.ts";

interface Parts {
  readonly mailbox: Mailbox;
  readonly roads: Roads;
  readonly dispatcher: Dispatcher;
  readonly limits: Limits;
  readonly effects: Effects;
  /** Whether this peer keeps mail for others. */
  readonly offers: boolean;
}

/** What is to be told to an origin about mail that was handed to this peer. */
interface Told {
  readonly origin: bigint;
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly refusal: RefusalReason | undefined;
  readonly ranges: OpenRange[];
}

/** Ranges told of one conversation for one event: far more than honest mail has, however it is cut. */
const toldRangesMax = 4_096;

/** What an envelope with one destination has beyond its bodies, at most: kept mail must fit into a parcel with others. */
const headerBytesMax = 9_216;

/**
 * Keeper: a custodian at work. Confirms what it keeps, and hands it over in order once its target is there.
 *
 *     keep ──► on the shelf ── durable ──► STORED to the origin
 *                 │ target reachable, and its turn
 *                 └──► parcels, repeated until receipted ──► dropped
 *
 * Invariants
 * 1. STORED is told only of what is durable.
 * 2. Mail leaves for a node only once it is durably bound to it: no later life may give it to another.
 * 3. Whatever is due is later than now once due has run.
 *
 * When the origin is there too it sends by itself, and custodians wait; else they go one after the other, so that the
 * target does not get every message as often as it was kept.
 */
export class Keeper {
  readonly #parts: Parts;
  /** Shelves whose binding is on its way to the disk. */
  readonly #binding = new Set<Shelf>();
  #told = new Map<string, Told>();
  /** Nothing is due before; may be early, never late. */
  #nextMs = -Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes an envelope with one destination into custody, or refuses it; the origin is told either way. */
  keep(envelope: Uint8Array, header: Header, nowMs: number): void {
    const mail = readMail(envelope, header, this.#parts.limits.bundleCountMax);
    if (mail === undefined) return;
    const { ranges, refusal } = this.#offer(mail, nowMs);
    const { origin, epoch, conversation } = header;
    const key = `${epoch}/${conversation}/${refusal ?? "kept"}`;
    const told = this.#told.get(key) ?? { origin, epoch, conversation, refusal, ranges: [] };
    // What is left out is offered again by itself.
    for (const { first, last } of ranges) if (told.ranges.length < toldRangesMax) addRange(told.ranges, first, last);
    this.#told.set(key, told);
    this.#nextMs = Math.min(this.#nextMs, nowMs);
  }

  /** Whether this peer would take mail for others. */
  get offers(): boolean {
    return this.#parts.offers;
  }

  /** A target took or refused mail, or its origin settled it. @param from id of the peer that says so. */
  receipt(receipt: Receipt, from: bigint, nowMs: number): void {
    const { mailbox, effects, roads } = this.#parts;
    for (const shelf of mailbox.shelvesOf(receipt.epoch, receipt.conversation)) {
      const isTarget = from === shelf.target || (shelf.boundTo !== 0n && roads.idOf(shelf.boundTo) === from);
      const isOrigin = from === shelf.origin && receipt.status === ReceiptStatus.SETTLED;
      const isTaken = receipt.status === ReceiptStatus.DELIVERED || receipt.status === ReceiptStatus.REFUSED;
      if (!isOrigin && !(isTarget && isTaken)) continue;
      let isHere = false;
      for (const range of receipt.ranges) if (mailbox.drop(shelf, range, nowMs, effects)) isHere = true;
      // It is at work, and still comes first: else all that is left of much mail would travel twice.
      if (isOrigin && isHere && isHeld(shelf, nowMs)) shelf.holdUntilMs = nowMs + this.#originMs;
      this.#handOver(shelf, nowMs);
    }
  }

  /** The topology changed: shelves whose target came begin to be handed over, in turn. */
  reroute(nowMs: number): void {
    for (const shelf of this.#parts.mailbox.shelves()) {
      const present = this.#target(shelf) !== undefined;
      if (!present) shelf.holdUntilMs = Infinity;
      else if (shelf.holdUntilMs === Infinity) {
        shelf.holdUntilMs = nowMs + this.#waitMs(shelf);
        shelf.run.restart();
      }
      this.#handOver(shelf, nowMs);
    }
  }

  due(nowMs: number): void {
    const { mailbox, effects } = this.#parts;
    mailbox.expire(nowMs, effects);
    if (nowMs < this.#nextMs) return;
    this.#nextMs = Infinity;
    for (const shelf of mailbox.shelves()) {
      if (shelf.run.dueMs <= nowMs) shelf.run.timeout();
      this.#handOver(shelf, nowMs);
    }
  }

  get nextDeadlineMs(): number {
    return Math.min(this.#nextMs, this.#parts.mailbox.nextDeadlineMs);
  }

  /** Finishes an event: origins are told, of what is kept once it is durable. */
  flush(): void {
    if (this.#told.size === 0) return;
    const told = this.#told;
    this.#told = new Map();
    this.#parts.effects.whenDurable(() => {
      for (const one of told.values()) this.#tell(one);
    });
  }

  #offer(mail: Mail, nowMs: number): Offered {
    const { mailbox, effects, offers, limits } = this.#parts;
    const fits = mail.envelope.length <= limits.bodyBytesMax + headerBytesMax;
    if (offers && fits) return mailbox.offer(mail, nowMs, effects);
    return { ranges: [mail.numbers], refusal: offers ? RefusalReason.TOO_LARGE : RefusalReason.NO_CUSTODY };
  }

  #tell({ origin, epoch, conversation, refusal, ranges }: Told): void {
    const { roads, dispatcher } = this.#parts;
    const node = roads.target(origin, 0n);
    if (node === undefined) return;
    const status = refusal === undefined ? ReceiptStatus.STORED : ReceiptStatus.REFUSED;
    const reason = refusal ?? RefusalReason.UNSPECIFIED;
    for (let first = 0; first < ranges.length; first += answerRangesMax) {
      const receipt = { epoch, conversation, status, ranges: ranges.slice(first, first + answerRangesMax), reason };
      dispatcher.control(node, encodeReceipts([receipt]));
    }
  }

  #handOver(shelf: Shelf, nowMs: number): void {
    const { dispatcher, limits, roads } = this.#parts;
    const node = this.#target(shelf);
    if (node === undefined || shelf.kept.size === 0) return;
    // Also while it waits for its turn: it is for the first holder that is seen, who may be gone by then.
    if (shelf.boundTo === 0n) this.#bind(shelf, node);
    if (nowMs < shelf.holdUntilMs) {
      if (shelf.holdUntilMs === Infinity) shelf.holdUntilMs = nowMs + this.#waitMs(shelf);
      this.#nextMs = Math.min(this.#nextMs, shelf.holdUntilMs);
      return;
    }
    if (this.#binding.has(shelf)) return;
    const to = roads.idOf(node) ?? shelf.target;
    ship({ node, next: () => this.#next(shelf, to, nowMs) }, { dispatcher, limits });
    this.#nextMs = Math.min(this.#nextMs, shelf.run.dueMs);
  }

  #bind(shelf: Shelf, node: bigint): void {
    const { mailbox, effects } = this.#parts;
    mailbox.bind(shelf, node, effects);
    this.#binding.add(shelf);
    effects.whenDurable((nowMs) => {
      this.#binding.delete(shelf);
      this.#handOver(shelf, nowMs); // invariant 2
    });
  }

  /** The next envelope as it leaves: addressed to the id its target has now, with the time it has left. */
  #next(shelf: Shelf, to: bigint, nowMs: number): Uint8Array | undefined {
    const number = shelf.run.next(shelf.kept, nowMs);
    const kept = number === undefined ? undefined : shelf.kept.get(number);
    if (kept === undefined) return undefined;
    const header = readHeader(kept.envelope, 1);
    if (typeof header === "string") return undefined; // It was read before it was kept.
    const { limits } = this.#parts;
    const ttlMs = Math.min(limits.ttlMs, Math.max(1, Math.floor(kept.expiresAtMs - nowMs)));
    return writeEnvelope(
      { ...header, destinations: [to], destinationKeys: [shelf.boundTo], ttlMs },
      bodyOf(kept.envelope),
    );
  }

  /** The target's node if it can be reached now; this peer's own where it came by the id of an absent one. */
  #target(shelf: Shelf): bigint | undefined {
    const { roads } = this.#parts;
    const node = roads.target(shelf.target, shelf.boundTo);
    return node !== undefined && roads.isReachable(node) ? node : undefined;
  }

  /** How long an origin that is there comes first. */
  get #originMs(): number {
    return this.#parts.limits.resendMinMs * 4;
  }

  #waitMs(shelf: Shelf): number {
    const { roads, limits } = this.#parts;
    const origin = roads.target(shelf.origin, 0n);
    if (origin !== undefined && roads.isReachable(origin)) return this.#originMs;
    const ranked = chooseCustodians(shelf.target, [roads.self, ...roads.custodians()], limits.custodians + 1);
    const rank = ranked.filter((node) => node !== this.#target(shelf)).indexOf(roads.self);
    return Math.max(0, rank) * limits.resendMinMs * 2;
  }
}

/** Whether it is known when its turn is, and it is not yet. */
function isHeld({ holdUntilMs }: Shelf, nowMs: number): boolean {
  return nowMs < holdUntilMs && holdUntilMs < Infinity;
}
