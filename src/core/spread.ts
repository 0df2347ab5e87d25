import { Causes } from "./causes.ts";
import type { Standing } from "./conversation.ts";
import type { Effects } from "./effects.ts";
import { everyone } from "./everyone.ts";
import { bodyOf, patchHops, readHeader, writeEnvelope, type Header } from "./header.ts";
import type { Identity } from "./identity.ts";
import type { Inbox } from "./inbox.ts";
import { joinOf } from "./join.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import { encodePreface, readPreface } from "./preface.ts";
import { refusalOf } from "./refusal.ts";
import { Repair } from "./repair.ts";
import type { Roads } from "./roads.ts";
import { SpreadLog } from "./spread-log.ts";
import { SpreadOwn } from "./spread-own.ts";
import type { SentLog } from "./sent-log.ts";
import type { StoreEntry } from "./store-op.ts";
import type { Topology } from "./topology.ts";
import { Trees } from "./trees.ts";

interface Parts {
  readonly self: bigint;
  /** Whether this peer is a leaf. */
  readonly leaf: boolean;
  readonly identity: Identity;
  readonly topology: Topology;
  readonly links: Links;
  readonly roads: Roads;
  readonly inbox: Inbox;
  /** Takes what is said, for the history. */
  readonly keep: SentLog["append"];
  readonly limits: Limits;
  readonly effects: Effects;
}

/** Where an own message stands, and what happens next. */
export interface Account {
  readonly number: number;
  readonly status: "waiting" | "accepted" | "spread";
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
  readonly next: string;
}

/** What the store holds of it. */
export interface StoredSpread {
  readonly count: Uint8Array | undefined;
  readonly entries: Iterable<StoreEntry>;
}

/**
 * Spread: what is for everyone. Each peer keeps it for a while, shows it, and hands it on.
 *
 *     submit ──► kept, durable ──► pushed along the tree of its origin ──► taken, kept, pushed on ...
 *                                        what a push did not reach: repair.ts
 *
 * Invariants
 * 1. An own message leaves only once it is durable.
 * 2. What this peer took, it keeps until room is needed or its time is over; its own as long as no neighbour has it.
 * 3. Each message is pushed on once, when it is new, and never back; so a push dies out whatever the topology looks like.
 */
export class Spread {
  readonly #parts: Parts;
  readonly #own: SpreadOwn;
  readonly #log: SpreadLog;
  readonly #trees: Trees;
  readonly #causes = new Causes();
  /** Sums, lists and requests. */
  readonly repair: Repair;
  /** Own messages that are on their way to the disk. */
  #pending: { readonly number: number; readonly envelope: Uint8Array }[] = [];

  constructor(parts: Parts, stored: StoredSpread) {
    this.#parts = parts;
    const { self, topology, limits, effects, identity } = parts;
    this.#own = new SpreadOwn(limits);
    this.#log = new SpreadLog(limits, ({ epoch, number }) => epoch === identity.epoch && !this.#own.isSettled(number));
    this.#log.load(stored.entries);
    const kept = [...this.#log.range(identity.epoch, 1, Infinity)];
    this.#own.load(
      stored.count,
      kept.map(({ number, envelope }) => ({ number, bytes: envelope.length })),
    );
    this.#trees = new Trees(self, topology);
    this.repair = new Repair({ ...parts, log: this.#log, told: (number) => this.#own.told(number, effects) });
    this.repair.restored(identity.epoch, this.#own.durable);
    this.#recall();
  }

  /** How many own messages no other peer has yet. */
  get unsettled(): number {
    return this.#own.size;
  }

  /** Where the own message with the number stands; undefined where it is not kept any more, or there was none. */
  account(number: number): Account | undefined {
    const kept = this.#log.get(this.#parts.identity.epoch, number);
    const header = kept === undefined ? undefined : readHeader(kept.envelope, 0);
    if (kept === undefined || header === undefined || typeof header === "string") return undefined;
    const { expiresAtMs } = kept;
    const times = { number, sentAtMs: header.sentAtMs, expiresAtMs };
    if (number > this.#own.durable)
      return { ...times, status: "waiting", next: "it is being written to this peer's disk" };
    if (!this.#own.isSettled(number))
      return { ...times, status: "accepted", next: "it leaves as soon as a peer is there" };
    return { ...times, status: "spread", next: "peers that come until it expires get it, too" };
  }

  /**
   * Takes a message of this peer for everyone. It leaves once it is durable.
   * @returns its number.
   * @throws E3Error "resource-exhausted" when too many are with no other peer yet.
   */
  submit(send: { readonly body: Uint8Array; readonly ttlMs: number }, nowMs: number): number {
    const { identity, limits, effects } = this.#parts;
    const { body, ttlMs } = send;
    const number = this.#own.submit(body.length);
    const { id: origin, epoch } = identity;
    const header = { hopsLeft: limits.hopsMax, origin, epoch, conversation: everyone, number, attempt: 0, floor: 0 };
    const times = { sentAtMs: Math.floor(nowMs), ttlMs, begin: 0 };
    const preface = this.#causes.next();
    this.#own.madeAt(preface.lamport);
    const message = joinOf(encodePreface(preface), body);
    this.#parts.keep({ to: 0n, conversation: everyone, number, sentAtMs: times.sentAtMs, bodies: [message] });
    const envelope = writeEnvelope({ ...header, ...times, destinations: [], destinationKeys: [] }, message);
    this.#log.put({ epoch, number, envelope, expiresAtMs: nowMs + ttlMs }, effects);
    this.#pending.push({ number, envelope });
    return number;
  }

  /** Whether somebody has what is next of the epoch. */
  isOffered(epoch: bigint): boolean {
    return this.repair.isOffered(epoch);
  }

  /** These conversations stand anew, durably. */
  stands(changed: readonly { readonly standing: Standing }[], nowMs: number): void {
    for (const { standing } of changed) {
      const { conversation, epoch, next } = standing;
      if (conversation !== everyone) continue;
      this.#causes.seen(epoch, next - 1);
      this.repair.reached(epoch, next - 1, nowMs);
    }
  }

  /** An envelope without destinations. @returns what is wrong with it; undefined when nothing is. */
  take(from: Link, envelope: Uint8Array, header: Header, nowMs: number): string | undefined {
    const { identity, inbox, limits, effects } = this.#parts;
    const { epoch, number, origin, conversation, sentAtMs, bodyField } = header;
    if (conversation !== everyone || number === 0) return "an envelope has no destination";
    // Its own comes back where another life of it, or a tree that just changes, had it go round.
    if (epoch === identity.epoch || !this.repair.admits(epoch)) {
      effects.count("suppressed");
      return undefined;
    }
    const body = bodyOf(envelope);
    const preface = readPreface(body);
    if (typeof preface === "string") return preface;
    const refused = refusalOf(bodyField, body.subarray(preface.bytes), limits, "everyone");
    // What it says of this peer's own messages needs no waiting.
    const after = preface.after.filter((reached) => reached.epoch !== identity.epoch);
    // Who missed some asks for it: no floor passes over it.
    const whole = { floor: 0, begin: 0, isDirect: true };
    const arrival = { origin, epoch, conversation, number, sentAtMs, body, refused, after, ...whole };
    const arrived = inbox.arrive(arrival, nowMs, effects);
    if (arrived !== "new") {
      if (arrived === "known") effects.count("suppressed");
      return undefined;
    }
    this.#causes.witness(preface.lamport);
    const kept = new Uint8Array(envelope);
    const ttlMs = header.ttlMs === 0 ? limits.ttlMs : Math.min(header.ttlMs, limits.ttlMs);
    this.#log.put({ epoch, number, envelope: kept, expiresAtMs: nowMs + ttlMs }, effects);
    const root = this.#parts.roads.target(origin, 0n);
    if (root !== undefined && from.neighbour?.node === root) this.repair.awaits(epoch, from);
    if (!this.repair.arrived(from, epoch, number)) this.#pushOn(from, kept, header, root);
    return undefined;
  }

  /** Finishes an event: what was submitted leaves once it is durable. */
  flush(): void {
    const { effects, identity } = this.#parts;
    for (const op of this.#own.ops()) effects.put(op);
    const pending = this.#pending;
    const last = pending.at(-1);
    if (last === undefined) return;
    this.#pending = [];
    effects.whenDurable((nowMs) => {
      const numbers = pending.map(({ number }) => number);
      this.#own.accepted(numbers, effects);
      for (const { envelope } of pending) this.#push(this.#parts.self, envelope, undefined); // invariant 1
      this.repair.reached(identity.epoch, last.number, nowMs);
    });
  }

  due(nowMs: number): void {
    const { effects } = this.#parts;
    const reason = "no other peer was there within its time to live";
    for (const { number } of this.#log.expire(nowMs, effects))
      this.#own.settle(number, { status: "expired", reason }, effects);
    this.repair.due(nowMs);
  }

  get nextDeadlineMs(): number {
    return Math.min(this.#log.nextDeadlineMs, this.repair.nextDeadlineMs);
  }

  /** What was seen in former lives; what is not kept any more, those who come after have seen long since. */
  #recall(): void {
    const { identity, inbox } = this.#parts;
    for (const { epoch, envelope } of this.#log.all()) {
      const preface = readPreface(bodyOf(envelope));
      if (typeof preface !== "string") this.#causes.witness(preface.lamport);
      if (epoch !== identity.epoch) this.#causes.seen(epoch, this.repair.reachedBy(epoch));
    }
    this.#causes.witness(this.#own.lamport);
    for (const { conversation, lamport } of inbox.conversations())
      if (conversation === everyone) this.#causes.witness(lamport);
  }

  #pushOn(from: Link, kept: Uint8Array, header: Header, root: bigint | undefined): void {
    const { limits, effects } = this.#parts;
    if (root === undefined || this.#parts.leaf) return;
    if (header.hopsLeft === 0) return effects.count("outOfHops");
    const hopsLeft = Math.min(header.hopsLeft, limits.hopsMax) - 1;
    const isPatched = patchHops(kept, hopsLeft);
    this.#push(root, isPatched ? kept : writeEnvelope({ ...header, hopsLeft }, bodyOf(kept)), from);
  }

  /** Hands it to those neighbours whose road from the root leads over this peer; a full link is left to repair. */
  #push(root: bigint, envelope: Uint8Array, from: Link | undefined): void {
    for (const link of this.#branches(root)) {
      if (link === from || link.full) continue; // invariant 3
      this.#parts.effects.count("spread");
      this.#parts.effects.envelope(link.number, envelope);
    }
  }

  *#branches(root: bigint): Generator<Link> {
    const { links, leaf } = this.#parts;
    // A leaf knows no roads: all that it is attached to are the first steps of its own tree.
    if (leaf) yield* links.up();
    if (leaf) return;
    for (const node of this.#trees.childrenFrom(root)) {
      const link = links.withNode(node);
      if (link !== undefined) yield link;
    }
  }
}
