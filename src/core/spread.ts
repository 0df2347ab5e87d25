import { Causes } from "./causes.ts";
import type { Standing } from "./conversation.ts";
import type { Effects } from "./effects.ts";
import { everyone } from "./everyone.ts";
import { allTo, hadOf, newestOf, type Had } from "./frontier.ts";
import { bodyOf, writeEnvelope, type Header } from "./header.ts";
import { emptied, isBeyond } from "./hop-limit.ts";
import type { Identity } from "./identity.ts";
import type { Inbox } from "./inbox.ts";
import { joinOf } from "./join.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import { encodePreface, readPreface } from "./preface.ts";
import { Repair } from "./repair.ts";
import type { Roads } from "./roads.ts";
import type { Saying } from "./saying.ts";
import { arrivalOf, arrivalsAgain } from "./spread-arrival.ts";
import { accountOf, type Account } from "./spread-account.ts";
import { SpreadLog } from "./spread-log.ts";
import { SpreadOwn } from "./spread-own.ts";
import { Pushes } from "./spread-pushes.ts";
import { moveUnsettled, rememberEpochs } from "./spread-move.ts";
import type { SentLog } from "./sent-log.ts";
import type { StoreEntry } from "./store-op.ts";
import type { Topology } from "./topology.ts";

interface Parts {
  readonly self: bigint;
  /** Whether this peer is a leaf. */
  readonly leaf: boolean;
  readonly identity: Identity;
  readonly topology: Topology;
  readonly links: Links;
  readonly roads: Roads;
  readonly inbox: Inbox;
  /** A random name for an epoch. */
  readonly name: () => bigint;
  /** Takes what is said, for the history. */
  readonly keep: SentLog["append"];
  readonly limits: Limits;
  readonly effects: Effects;
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
  readonly #pushes: Pushes;
  readonly #causes = new Causes();
  #isToTakeAgain: boolean;
  /** Sums, lists and requests. */
  readonly repair: Repair;
  /** Own messages that are on their way to the disk. */
  #pending: { readonly number: number; readonly envelope: Uint8Array }[] = [];

  constructor(parts: Parts, stored: StoredSpread) {
    this.#parts = parts;
    const { limits, effects, identity } = parts;
    this.#own = new SpreadOwn(limits, identity.epoch);
    this.#log = new SpreadLog(limits, ({ epoch, number }) => epoch === this.#own.epoch && !this.#own.isSettled(number));
    this.#log.load(stored.entries);
    this.#isToTakeAgain = this.#log.size > 0;
    this.#own.load(stored.count, (epoch) =>
      [...this.#log.range(epoch, 1, Infinity)].map(({ number, envelope }) => ({ number, bytes: envelope.length })),
    );
    const isHeard = (epoch: bigint): boolean => parts.inbox.next(epoch, everyone) !== undefined;
    rememberEpochs(this.#own, this.#log, { id: identity.id, isHeard });
    this.#pushes = new Pushes(parts);
    const told = (had: Had): void => {
      if (this.#own.told(had, effects)) this.outran();
    };
    this.repair = new Repair({ ...parts, log: this.#log, own: this.#own, told });
    this.repair.restored(identity.isFirstLife);
    this.#recall();
  }

  /** How many own messages no other peer has yet. */
  get unsettled(): number {
    return this.#own.size;
  }

  /** Where the own message with the number stands; undefined where it is not kept any more, or there was none. */
  account(number: number): Account | undefined {
    const kept = this.#log.get(this.#own.epoch, number) ?? this.#log.get(this.#parts.identity.epoch, number);
    return accountOf(kept, this.#own, number);
  }

  /**
   * Takes a message of this peer for everyone. It leaves once it is durable.
   * @returns its number.
   * @throws E3Error "resource-exhausted" when too many are with no other peer yet.
   */
  submit({ body, ttlMs, hopLimit = 0 }: Saying, nowMs: number): number {
    const { identity, limits, effects } = this.#parts;
    if (this.#own.isToGoOn) this.#goOn();
    const number = this.#own.submit(body.length);
    const { id: origin } = identity;
    const { epoch } = this.#own;
    const hopsLeft = hopLimit === 0 ? limits.hopsMax : hopLimit;
    const header = { hopsLeft, origin, epoch, conversation: everyone, number, attempt: 0, floor: 0 };
    const times = { sentAtMs: Math.floor(nowMs), ttlMs, begin: 0 };
    const preface = this.#causes.next();
    this.#own.madeAt(preface.lamport);
    const message = joinOf(encodePreface(preface, hopLimit), body);
    this.#parts.keep({ to: 0n, epoch, conversation: everyone, number, sentAtMs: times.sentAtMs, bodies: [message] });
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
      const { conversation, epoch } = standing;
      if (conversation !== everyone) continue;
      const had = hadOf(standing);
      this.#causes.seen(epoch, newestOf(had));
      this.repair.reached(epoch, had, nowMs);
    }
  }

  /** An envelope without destinations. @returns what is wrong with it; undefined when nothing is. */
  take(from: Link, envelope: Uint8Array, header: Header, nowMs: number): string | undefined {
    const { inbox, limits, effects } = this.#parts;
    const { epoch, number, conversation, bodyField } = header;
    if (conversation !== everyone || number === 0) return "an envelope has no destination";
    // Its own comes back where another life of it, or a tree that just changes, had it go round.
    if (this.#own.isOwn(epoch) || !this.repair.admits(epoch)) {
      effects.count("suppressed");
      return undefined;
    }
    const body = bodyOf(envelope);
    const preface = readPreface(body);
    if (typeof preface === "string") return preface;
    const isEmptied = isBeyond(header, preface);
    if (isEmptied && !this.#takesEmptied(from, header, preface.hopLimit)) {
      effects.count("suppressed");
      return undefined;
    }
    const arrival = arrivalOf({ header, body, preface, isEmptied }, { own: this.#own, limits });
    const arrived = inbox.arrive(arrival, nowMs, effects);
    if (arrived !== "new") {
      if (arrived === "known") effects.count("suppressed");
      return undefined;
    }
    this.#causes.witness(preface.lamport);
    const isWhole = !isEmptied || bodyField === 0;
    this.#keep(
      from,
      isWhole ? new Uint8Array(envelope) : emptied(header, body, preface, limits.hopsMax),
      header,
      nowMs,
    );
    return undefined;
  }

  /** Finishes an event: what was submitted leaves once it is durable. */
  flush(): void {
    const { effects } = this.#parts;
    if (this.#own.isToGoOn && this.#own.withheld > 0) this.#goOn();
    for (const op of this.#own.ops()) effects.put(op);
    if (this.#own.isComingForth) this.#comeForth();
    const pending = this.#pending;
    const last = pending.at(-1);
    if (last === undefined) return;
    this.#pending = [];
    const { epoch } = this.#own;
    effects.whenDurable((nowMs) => {
      const numbers = pending.map(({ number }) => number);
      this.#own.accepted(numbers, effects);
      // What has moved to another epoch since leaves under that.
      if (epoch !== this.#own.epoch || this.#own.isBack) return;
      // Durable: invariant 1. What is over meanwhile stays here.
      for (const each of pending)
        if (!this.#own.isSettled(each.number) && this.#pushes.own(each.envelope)) this.#own.handed(each.number);
      this.repair.reached(epoch, allTo(last.number), nowMs);
    });
  }

  /**
   * This peer has said what its store does not remember: others have it. It goes on in another epoch, to which what nobody
   * has yet is moved; neighbours are told of that, and ask for it.
   */
  outran(): void {
    const words = "the store is older than what this peer has said for everyone: it goes on in another epoch";
    if (this.#goOn()) this.#parts.effects.notice("warn", words);
  }

  due(nowMs: number): void {
    const { effects } = this.#parts;
    const reason = "no other peer was there within its time to live";
    for (const { number } of this.#log.expire(nowMs, effects))
      this.#own.settle(number, { status: "expired", reason }, effects);
    if (this.#isToTakeAgain) this.#takeAgain(nowMs);
    this.repair.due(nowMs);
  }

  get nextDeadlineMs(): number {
    return this.#isToTakeAgain ? 0 : Math.min(this.#log.nextDeadlineMs, this.repair.nextDeadlineMs);
  }

  #takeAgain(nowMs: number): void {
    const { inbox, limits, effects } = this.#parts;
    this.#isToTakeAgain = false;
    for (const arrival of arrivalsAgain(this.#log, { own: this.#own, limits, inbox }))
      if (this.repair.admits(arrival.epoch)) inbox.arrive(arrival, nowMs, effects);
  }

  /** In another epoch, which comes after what was said in this one. @returns whether it does. */
  #goOn(): boolean {
    const { effects, name } = this.#parts;
    const { epoch: former } = this.#own;
    if (!this.#own.renew(name())) return false;
    const { epoch } = this.#own;
    this.#causes.seen(former, this.repair.newest(former));
    moveUnsettled(this.#own, this.#log, { from: former, to: epoch }, effects);
    this.#pending = this.#pending.map(({ number, envelope }) => {
      return { number, envelope: this.#log.get(epoch, number)?.envelope ?? envelope };
    });
    effects.whenDurable((nowMs) => this.#tellOwn(epoch, nowMs));
    return true;
  }

  /** Nothing is kept back any more, once that is durable. */
  #comeForth(): void {
    const { epoch } = this.#own;
    this.#parts.effects.whenDurable((nowMs) => {
      this.#own.comeForth();
      this.#tellOwn(epoch, nowMs);
    });
  }

  /** Neighbours are told of what was not pushed. */
  #tellOwn(epoch: bigint, nowMs: number): void {
    const [lowest] = this.#log.range(epoch, 1, Infinity);
    if (epoch === this.#own.epoch && (lowest?.number ?? Infinity) <= this.#own.durable)
      this.repair.reached(epoch, allTo(this.#own.durable), nowMs, true);
  }

  /** What was seen in former lives; what is not kept any more, those who come after have seen long since. */
  #recall(): void {
    const { inbox } = this.#parts;
    for (const { epoch, envelope } of this.#log.all()) {
      const preface = readPreface(bodyOf(envelope));
      if (typeof preface !== "string") this.#causes.witness(preface.lamport);
      if (!this.#own.isOwn(epoch)) this.#causes.seen(epoch, this.repair.newest(epoch));
    }
    this.#causes.witness(this.#own.lamport);
    for (const { conversation, lamport } of inbox.conversations())
      if (conversation === everyone) this.#causes.witness(lamport);
  }

  /**
   * Whether a message without its body is to be taken so. Pushed, it is where this peer is farther from the origin than its
   * limit: its parent in the tree had nothing else to give. Elsewhere a copy with the body is on its way, or to be asked for.
   */
  #takesEmptied(from: Link, { origin, epoch, number }: Header, hopLimit: number): boolean {
    const asked = this.repair.takesEmptied(from, epoch, number);
    if (asked !== "unasked") return asked;
    const { roads, topology, leaf } = this.#parts;
    const root = leaf ? undefined : roads.target(origin, 0n);
    const hops = root === undefined ? undefined : topology.routes.hops(root);
    return hops === undefined || hops > hopLimit;
  }

  /** Keeps what is new, and hands it on where it was not asked for. */
  #keep(from: Link, kept: Uint8Array, header: Header, nowMs: number): void {
    const { limits, effects, roads, leaf } = this.#parts;
    const { epoch, number, ttlMs } = header;
    const expiresAtMs = nowMs + (ttlMs === 0 ? limits.ttlMs : Math.min(ttlMs, limits.ttlMs));
    this.#log.put({ epoch, number, envelope: kept, expiresAtMs }, effects);
    const root = roads.target(header.origin, 0n);
    if (root !== undefined && from.neighbour?.node === root) this.repair.awaits(epoch, from);
    if (this.repair.arrived(from, epoch, number) || root === undefined || leaf) return;
    this.#pushes.on(kept, { header, root, from });
  }
}
