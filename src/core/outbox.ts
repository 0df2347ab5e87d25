import type { Causes } from "./causes.ts";
import type { Effects } from "./effects.ts";
import { Epitaphs, type Epitaph } from "./epitaphs.ts";
import { E3Error } from "./error.ts";
import { joinOf } from "./join.ts";
import { nobody, type Entry, type Lane, type LaneFields, type Page } from "./lane.ts";
import { Lanes } from "./lanes.ts";
import type { Limits } from "./limits.ts";
import type { NumberRange } from "./number-range.ts";
import { isSignal } from "./session-signal.ts";
import { Pages, type Keep } from "./pages.ts";
import { encodePreface } from "./preface.ts";
import { addRange, type OpenRange } from "./ranges-of.ts";
import type { GroupNews, Outcome } from "./outcome.ts";
import type { StoreEntry } from "./store-op.ts";

/** What the outbox is asked to send. */
export interface Submission {
  readonly to: bigint;
  /** Node that holds the id now or lately; 0n when nobody is known to. */
  readonly boundTo: bigint;
  /** Encoded body, envelope fields 16 and up. */
  readonly body: Uint8Array;
  readonly ttlMs: number;
  /** The group it is for; default 0n, the target alone. */
  readonly group?: bigint;
  /** It is said in the conversation with the target, and takes its place in the order there. Default false. */
  readonly isSaid?: boolean;
}

/**
 * Outbox: what this peer sent and has not yet seen settled.
 *
 *     submit ──► pending ── durable ──► accepted ── stored at custodians ──► stored
 *                                          │                                   │
 *                                          └──────── receipt or expiry ────────┴──► settled
 *
 * Invariants
 * 1. Every accepted send is settled exactly once: delivered, refused or expired.
 * 2. An entry can leave only once it is durable.
 * 3. Count and bytes, pending ones included, stay within the limits: beyond, submit refuses.
 * 4. Looking for what is past its time costs a bounded share of all time, however many expire one by one.
 */
export class Outbox {
  readonly #limits: Limits;
  readonly #lanes: Lanes;
  readonly #pages: Pages;
  readonly #epitaphs: Epitaphs;
  #tellGroup: (news: GroupNews, effects: Effects) => void = () => {};
  #count = 0;
  #bytes = 0;
  #expiryMs = Infinity;
  #quietUntilMs = -Infinity;

  /** @param name a random 64-bit name for a lane. */
  constructor(limits: Limits, name: () => bigint) {
    this.#limits = limits;
    this.#lanes = new Lanes(limits, name);
    this.#pages = new Pages(limits);
    this.#epitaphs = new Epitaphs(limits.settledMax);
  }

  /** From now on what becomes of messages to groups, member by member, is told here, and is no status of a send. */
  tellGroups(tell: (news: GroupNews, effects: Effects) => void): void {
    this.#tellGroup = tell;
  }

  /** Sends without a final status. */
  get size(): number {
    return this.#count;
  }

  lanes(): IterableIterator<Lane> {
    return this.#lanes.all();
  }

  /** What is known of the order in the conversation with that peer alone. */
  causesOf(id: bigint): Causes {
    return this.#lanes.causesOf(id);
  }

  lane(conversation: bigint): Lane | undefined {
    return this.#lanes.get(conversation);
  }

  /** The lane and those that carry the like to the same id, the eldest first. */
  lanesLike({ to, group }: Pick<Lane, "to" | "group">): readonly Lane[] {
    return this.#lanes.to(to, group);
  }

  load(lanes: Iterable<StoreEntry>, entries: Iterable<StoreEntry>): void {
    this.#lanes.load(lanes, entries);
    for (const lane of this.#lanes.all()) for (const entry of lane.entries.values()) this.#grow(entry, 1);
  }

  /** Sends that are not durable yet, in the order of their submission to each target. */
  unstored(): IterableIterator<{ readonly lane: Lane; readonly entry: Entry }> {
    return this.#pages.unstored();
  }

  /**
   * Gives the message its number. It is accepted once flush made it durable.
   * @throws E3Error "resource-exhausted" at a bound; nothing has changed then.
   */
  submit(submission: Submission, nowMs: number): { readonly lane: Lane; readonly number: number } {
    this.checkRoom(1, submission.body.length);
    const lane = this.#lanes.openFor(submission.to, submission.boundTo, submission.group);
    const number = lane.next;
    const body = submission.isSaid === true ? this.#placed(lane, submission.body) : submission.body;
    lane.next += 1;
    const sentAtMs = Math.floor(nowMs);
    const expiresAtMs = sentAtMs + submission.ttlMs;
    const entry = this.#pages.add(lane, { number, body, sentAtMs, expiresAtMs });
    this.#grow(entry, 1);
    this.#lanes.touch(lane);
    return { lane, number };
  }

  /**
   * Writes what was submitted.
   * @param accepted called with the lanes that have new entries, once they are durable.
   * @param keep called with each page that is written, to be kept in the same commit.
   */
  flush(effects: Effects, accepted: (lanes: ReadonlySet<Lane>, nowMs: number) => void, keep?: Keep): void {
    this.#lanes.flush(effects);
    const durable = (written: Iterable<{ readonly lane: Lane; readonly entries: readonly Entry[] }>, nowMs: number) => {
      const lanes = new Set<Lane>();
      for (const { lane, entries } of written) {
        for (const entry of entries) this.#accept(lane, entry, effects);
        lanes.add(lane);
      }
      accepted(lanes, nowMs);
    };
    this.#pages.flush(effects, durable, keep);
  }

  /** Binds a lane to the first holder seen of its target's id. */
  bind(lane: Lane, node: bigint): void {
    this.#lanes.bind(lane, node);
  }

  /** The next send to the lane's target opens another one. */
  close(lane: Lane): void {
    this.#lanes.close(lane);
  }

  /** From now on sends open new lanes: the numbers that come next in those there are may be a lost life's. */
  retireLanes(): void {
    this.#lanes.retire();
  }

  /**
   * Settles the numbers in the ranges that are not yet.
   * @returns for each custodian node that holds copies, their numbers: it may drop them.
   */
  settle(lane: Lane, ranges: readonly NumberRange[], outcome: Outcome, effects: Effects): Map<bigint, NumberRange[]> {
    const copies = new Map<bigint, OpenRange[]>();
    const pages = new Set<Page>();
    for (const number of lane.within(ranges)) {
      const entry = lane.entries.delete(number);
      if (entry === undefined) continue;
      if (pages.size === 0 && outcome.status === "refused") effects.whenDurable(lane.refused(number));
      entry.page.left -= 1;
      pages.add(entry.page);
      this.#forget(lane, entry, outcome, effects); // invariant 1
      for (const custodian of entry.custodians) {
        const settled = copies.get(custodian);
        if (settled === undefined) copies.set(custodian, [{ first: number, last: number }]);
        else addRange(settled, number, number);
      }
    }
    for (const page of pages) {
      for (const op of lane.settlePage(page)) effects.tidy(op);
      if (page.left > 0) this.#lanes.touch(lane);
    }
    this.#lanes.settled(lane);
    return copies;
  }

  /** A custodian confirmed copies. @param copiesWanted confirmations after which a send counts as stored. */
  stored(
    lane: Lane,
    ranges: readonly NumberRange[],
    from: { custodian: bigint; copiesWanted: number; nowMs: number },
    effects: Effects,
  ): void {
    const deposit = lane.deposits.get(from.custodian);
    const copiesMax = this.#limits.custodians * uncalledRatio;
    // Nearly all have the same custodians before, and so after: then they share the set.
    let [before, after] = [nobody, new Set([from.custodian])];
    for (const number of lane.within(ranges)) {
      const entry = lane.entries.get(number);
      // Who was not asked to keep it may say so too, as long as there is room to note it.
      if (entry === undefined || (deposit === undefined && entry.custodians.size >= copiesMax)) continue;
      if (entry.custodians !== before) after = new Set((before = entry.custodians)).add(from.custodian);
      entry.custodians = after;
      if (deposit?.todo.delete(number) !== undefined) deposit.run.gone(number, entry, from.nowMs);
      if (entry.status === "accepted" && entry.custodians.size >= from.copiesWanted)
        this.#report(effects, lane, entry, { status: "stored", reason: "" });
    }
  }

  /** When the next entry may expire; a millisecond late for every thousand sends that wait (invariant 4). */
  get nextDeadlineMs(): number {
    return Math.max(this.#expiryMs, this.#quietUntilMs);
  }

  /** Lanes with entries past their time to live, and those entries' numbers. */
  expired(nowMs: number): ReadonlyMap<Lane, readonly number[]> {
    if (nowMs < this.nextDeadlineMs) return none;
    const expired = new Map<Lane, number[]>();
    this.#quietUntilMs = nowMs + Math.floor(this.#count / lookedAtPerMs); // invariant 4
    this.#expiryMs = Infinity;
    for (const lane of this.#lanes.all()) {
      const numbers: number[] = [];
      for (const entry of lane.entries.values()) {
        if (entry.expiresAtMs <= nowMs) numbers.push(entry.number);
        else this.#expiryMs = Math.min(this.#expiryMs, entry.expiresAtMs);
      }
      if (numbers.length > 0) expired.set(lane, numbers);
    }
    return expired;
  }

  /** Sends with this number that are settled, to one target or to all. */
  epitaphs(number: number, to: bigint | undefined): readonly Epitaph[] {
    return this.#epitaphs.find(number, to);
  }

  /** @throws E3Error "resource-exhausted" when so many more, of so many bytes together, would be too much. */
  checkRoom(count: number, bytes: number): void {
    const { outboxCountMax, outboxBytesMax } = this.#limits;
    if (this.#count + count <= outboxCountMax && this.#bytes + bytes <= outboxBytesMax) return;
    const full = `the outbox is full: ${this.#count} messages and ${this.#bytes} bytes wait for their receipts`;
    throw new E3Error("resource-exhausted", `${full}; send again once some are settled`);
  }

  /** @throws E3Error "resource-exhausted" when not all of these can have a lane, whichever are open now. */
  checkLanes(targets: readonly Pick<LaneFields, "to" | "boundTo" | "group">[]): void {
    this.#lanes.checkRoom(targets);
  }

  /** The body, behind what it says of its place where the number does not tell all of that. */
  #placed({ causes, next }: Lane, body: Uint8Array): Uint8Array {
    if (causes.isTold(next)) {
      causes.witness(next);
      return body;
    }
    const { after, lamport } = causes.ahead(next);
    const placed = joinOf(encodePreface({ after, lamport: lamport === next ? 0 : lamport }), body);
    this.checkRoom(1, placed.length);
    causes.said(lamport);
    return placed;
  }

  #accept(lane: Lane, entry: Entry, effects: Effects): void {
    lane.entries.put(entry.number, entry); // invariant 2
    lane.durableNext = entry.number + 1;
    // Whoever looked for the expired meanwhile did not see it.
    this.#expiryMs = Math.min(this.#expiryMs, entry.expiresAtMs);
    this.#report(effects, lane, entry, { status: "accepted", reason: "" });
  }

  #forget(lane: Lane, entry: Entry, outcome: Outcome, effects: Effects): void {
    this.#grow(entry, -1);
    lane.run.gone(entry.number, entry, outcome.nowMs);
    for (const deposit of lane.deposits.values()) {
      if (deposit.todo.delete(entry.number) !== undefined) deposit.run.gone(entry.number, entry, outcome.nowMs);
    }
    if (lane.group === 0n) this.#epitaphs.add(lane.to, entry, outcome);
    this.#report(effects, lane, entry, outcome);
  }

  #report(effects: Effects, lane: Lane, entry: Entry, news: Pick<GroupNews, "status" | "reason">): void {
    const { status, reason } = news;
    entry.status = status;
    const { to, conversation, group } = lane;
    if (group !== 0n) this.#tellGroup({ lane, entry, status, reason }, effects);
    else if (!isSignal(entry.body)) effects.status({ to, conversation, number: entry.number }, { status, reason });
  }

  #grow(entry: Entry, by: 1 | -1): void {
    this.#count += by;
    this.#bytes += by * entry.bytes;
    if (by === 1) this.#expiryMs = Math.min(this.#expiryMs, entry.expiresAtMs);
  }
}

const none: ReadonlyMap<Lane, readonly number[]> = new Map();

/** Entries looked at in one go that are worth a millisecond without looking. */
const lookedAtPerMs = 1_000;

/** Custodians noted for one send, as a multiple of those asked. Bounds what made-up confirmations cost. */
const uncalledRatio = 4;
