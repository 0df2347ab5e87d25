import { ReceiptStatus } from "../gen/e3/v1/envelope_pb.ts";
import { encodeReceipts } from "./body.ts";
import { bodyOfAll, nextTogether } from "./bundle.ts";
import type { Departure, Dispatcher } from "./dispatcher.ts";
import type { Effects } from "./effects.ts";
import type { Identity } from "./identity.ts";
import type { Deposit, Entry, Lane } from "./lane.ts";
import type { Limits } from "./limits.ts";
import { numberTaken, partedByLife, tellsOfLostLife, type Parted } from "./lost-life.ts";
import type { NumberRange } from "./number-range.ts";
import type { Outbox } from "./outbox.ts";
import type { Outcome } from "./outcome.ts";
import { parcelRun, ship } from "./parcels.ts";
import { rangesOf } from "./ranges-of.ts";
import type { Roads } from "./roads.ts";
import type { Run } from "./run.ts";
import { Sequence } from "./sequence.ts";

interface Parts {
  readonly outbox: Outbox;
  readonly roads: Roads;
  readonly dispatcher: Dispatcher;
  readonly identity: Identity;
  readonly limits: Limits;
  readonly effects: Effects;
}

/**
 * Sender: moves what is in the outbox, to its target while there is a road, to custodians while there is none.
 *
 *     target reachable ──► lane.run over the entries, again on time-out and whenever the road changes
 *     target away ───────► a deposit run for each of the custodians chosen for it
 *
 * Invariants
 * 1. Entries of a target leave in order; those of a newer lane wait for those of an older one to the same node.
 * 2. A lane bound to a node is sent to that node alone, and only once the binding is durable: no later life may send
 *    to another.
 * 3. Attempts differ from those of former lives, so that nobody on the road takes a message for a copy seen then.
 */
export class Sender {
  readonly #parts: Parts;
  /** Lanes with unsettled entries, and the road they were last sent on. */
  readonly #active = new Map<Lane, string>();
  /** Lanes whose binding is on its way to the disk. */
  readonly #binding = new Set<Lane>();
  /** Nothing is due before; may be early, never late. */
  #nextMs = Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
    for (const lane of parts.outbox.lanes()) if (lane.entries.size > 0) this.#active.set(lane, "");
  }

  /** These lanes have new durable entries. */
  accepted(lanes: Iterable<Lane>, nowMs: number): void {
    for (const lane of lanes) {
      if (!this.#active.has(lane)) this.#active.set(lane, this.#road(lane));
      this.#pump(lane, nowMs);
    }
  }

  /** A link has room again, or an older lane is done. */
  pumpAll(nowMs: number): void {
    for (const lane of this.#active.keys()) this.#pump(lane, nowMs);
  }

  /** The topology changed: where the road to a target is another one, begin again at once. */
  reroute(nowMs: number): void {
    for (const [lane, before] of this.#active) {
      const road = this.#road(lane);
      for (const [node, { declined }] of lane.deposits) if (declined) lane.deposits.delete(node);
      if (road !== before) {
        this.#active.set(lane, road);
        lane.run.restart();
      }
      this.#pump(lane, nowMs);
    }
  }

  /** Repeats what was not confirmed in time, and expires what is too old. */
  due(nowMs: number): void {
    const reason = "no receipt came within its time to live";
    for (const [lane, numbers] of this.#parts.outbox.expired(nowMs)) {
      this.#settle(lane, rangesOf(numbers), { status: "expired", reason, nowMs });
      // What expired may have been all that was in flight: what waited behind it is free to leave.
      if (this.#active.has(lane)) this.#pump(lane, nowMs);
    }
    if (nowMs < this.#nextMs) return;
    this.#nextMs = Infinity;
    for (const lane of this.#active.keys()) {
      const due = runsOf(lane).filter((run) => run.dueMs <= nowMs);
      for (const run of due) run.timeout();
      if (due.length > 0) this.#pump(lane, nowMs);
      else this.#noteDue(lane);
    }
  }

  get nextDeadlineMs(): number {
    return Math.min(this.#nextMs, this.#parts.outbox.nextDeadlineMs);
  }

  /** The target took, or refused, these numbers. @param from id of the peer that says so. */
  confirmed(conversation: bigint, ranges: readonly NumberRange[], from: bigint, outcome: Outcome): void {
    const lane = this.#parts.outbox.lane(conversation);
    if (lane === undefined || !this.speaksFor(lane, from)) return;
    const before = lane.entries.size;
    if (outcome.status === "delivered" && tellsOfLostLife(lane, ranges))
      this.#outrun(lane, partedByLife(lane, ranges), outcome);
    else this.#settle(lane, ranges, outcome);
    if (lane.entries.size < before) this.#pump(lane, outcome.nowMs);
  }

  /** A custodian took these numbers. */
  stored(conversation: bigint, ranges: readonly NumberRange[], custodian: bigint, nowMs: number): void {
    const { outbox, effects, limits } = this.#parts;
    const lane = outbox.lane(conversation);
    if (lane === undefined) return;
    const todo = lane.deposits.get(custodian)?.todo;
    const before = todo?.size;
    // As many as were asked; while none are, the target is there and a copy was made on the way to it.
    const copiesWanted = lane.deposits.size || limits.custodians;
    outbox.stored(lane, ranges, { custodian, copiesWanted, nowMs }, effects);
    if (todo?.size !== before) this.#pump(lane, nowMs);
  }

  /** A custodian did not take these numbers: it is not asked to again before the topology changes. */
  declined(conversation: bigint, ranges: readonly NumberRange[], from: { custodian: bigint; nowMs: number }): void {
    const lane = this.#parts.outbox.lane(conversation);
    const deposit = lane?.deposits.get(from.custodian);
    if (lane === undefined || deposit === undefined) return;
    for (const number of lane.within(ranges)) {
      const entry = deposit.todo.delete(number);
      if (entry === undefined) continue;
      deposit.run.gone(number, entry, from.nowMs);
      deposit.declined = true;
    }
    this.#pump(lane, from.nowMs);
  }

  #outrun(lane: Lane, { remembered, doubtful }: Parted, outcome: Outcome): void {
    this.#settle(lane, remembered, outcome);
    this.#settle(lane, doubtful, { ...numberTaken, nowMs: outcome.nowMs });
    this.#parts.outbox.close(lane);
  }

  #settle(lane: Lane, ranges: readonly NumberRange[], outcome: Outcome): void {
    const { outbox, effects, dispatcher, identity } = this.#parts;
    const copies = outbox.settle(lane, ranges, outcome, effects);
    for (const [custodian, settled] of copies) {
      const receipt = { epoch: identity.epoch, conversation: lane.conversation, reason: 0, ranges: settled };
      dispatcher.control(custodian, encodeReceipts([{ ...receipt, status: ReceiptStatus.SETTLED }]));
    }
    if (lane.entries.size > 0) return;
    this.#active.delete(lane);
    lane.deposits.clear();
    for (const other of outbox.lanesLike(lane))
      if (other !== lane && this.#active.has(other)) this.#pump(other, outcome.nowMs);
  }

  #pump(lane: Lane, nowMs: number): void {
    const { roads } = this.#parts;
    const node = roads.target(lane.to, lane.boundTo);
    const present = node !== undefined && roads.isReachable(node);
    if (present && lane.boundTo === 0n) this.#bind(lane, node);
    if (lane.durableNext <= lane.boundWith) return; // invariant 2
    if (present) this.#forward(lane, node, nowMs);
    else this.#deposit(lane, nowMs);
    this.#noteDue(lane);
  }

  #noteDue(lane: Lane): void {
    for (const { dueMs } of runsOf(lane)) this.#nextMs = Math.min(this.#nextMs, dueMs);
  }

  #bind(lane: Lane, node: bigint): void {
    const { outbox, effects } = this.#parts;
    outbox.bind(lane, node);
    this.#binding.add(lane);
    effects.whenDurable((nowMs) => {
      this.#binding.delete(lane);
      if (this.#active.has(lane)) this.#pump(lane, nowMs);
    });
  }

  #forward(lane: Lane, node: bigint, nowMs: number): void {
    const { dispatcher, roads, limits } = this.#parts;
    lane.deposits.clear();
    if (this.#binding.has(lane)) return; // invariant 2
    if (this.#hasElder(lane)) return; // invariant 1
    const { destinations, destinationKeys } = addressOf(roads.idOf(node) ?? lane.to, lane.boundTo);
    const leaving = { destinations, destinationKeys, attempt: this.#attempt(lane.run), nowMs };
    // The link tells when it has room again; it does not become full within one event.
    while (dispatcher.hasRoom(node)) {
      // Members of a group get the same: each message leaves by itself, so that it can leave for all of them at once.
      const together = nextTogether(lane, lane.group === 0n ? limits : { ...limits, bundleCountMax: 1 }, nowMs);
      const departure = this.#departure(lane, together, leaving);
      if (departure === undefined) return;
      for (const entry of together) entry.attempts += 1;
      if (lane.group === 0n) dispatcher.send(node, dispatcher.envelope(departure));
      else dispatcher.share(node, departure);
    }
  }

  #deposit(lane: Lane, nowMs: number): void {
    const { dispatcher, limits, roads } = this.#parts;
    if (this.#binding.has(lane)) return; // invariant 2
    // Nothing is on its way to a target that is away.
    if (lane.run.inFlight > 0) lane.run.restart();
    const chosen = roads.custodiansFor(lane);
    for (const node of lane.deposits.keys()) if (!chosen.includes(node)) lane.deposits.delete(node);
    const address = addressOf(lane.to, lane.boundTo);
    for (const node of chosen) {
      const { todo: entries, run } = this.#depositAt(lane, node);
      const leaving = { ...address, attempt: this.#attempt(run), nowMs };
      const next = (): Uint8Array | undefined =>
        this.#envelope(lane, nextTogether({ entries, run }, limits, nowMs), leaving);
      ship({ node, next }, { dispatcher, limits });
    }
  }

  /** The deposit at a custodian, with all entries that it has not confirmed. */
  #depositAt(lane: Lane, node: bigint): Deposit {
    const deposit = lane.deposits.get(node) ?? newDeposit(this.#parts.limits);
    lane.deposits.set(node, deposit);
    for (;;) {
      const number = lane.entries.after(deposit.through);
      const entry = number === undefined ? undefined : lane.entries.get(number);
      if (entry === undefined) return deposit;
      deposit.through = entry.number;
      if (!entry.custodians.has(node)) deposit.todo.put(entry.number, entry);
    }
  }

  /** The envelope that these share; undefined for none. */
  #envelope(lane: Lane, together: readonly Entry[], as: Leaving): Uint8Array | undefined {
    const departure = this.#departure(lane, together, as);
    return departure && this.#parts.dispatcher.envelope(departure);
  }

  #departure(lane: Lane, together: readonly Entry[], as: Leaving): Departure | undefined {
    const [first] = together;
    if (first === undefined) return undefined;
    const { conversation, begin, floorTold: floor } = lane;
    const { number, sentAtMs, expiresAtMs } = first;
    const body = bodyOfAll(together);
    const { destinations, destinationKeys, attempt } = as;
    const ttlMs = Math.min(this.#parts.limits.ttlMs, Math.max(1, Math.floor(expiresAtMs - as.nowMs)));
    return { conversation, number, attempt, floor, destinations, destinationKeys, sentAtMs, ttlMs, begin, body };
  }

  /** As it travels: invariant 3. */
  #attempt({ attempt }: Run): number {
    const life = Number(BigInt.asUintN(lifeBits, this.#parts.identity.incarnation));
    return life * attemptsPerLife + (attempt % attemptsPerLife);
  }

  #hasElder(lane: Lane): boolean {
    for (const other of this.#parts.outbox.lanesLike(lane)) {
      if (other === lane) return false;
      // One that is about to be bound to the same node is an elder already.
      const boundTo = this.#parts.roads.target(other.to, other.boundTo);
      if (boundTo === lane.boundTo && this.#active.has(other)) return true;
    }
    return false;
  }

  #road(lane: Lane): string {
    const { roads } = this.#parts;
    const node = roads.target(lane.to, lane.boundTo);
    return node === undefined ? "" : roads.road(node).join();
  }

  /** Whether receipts from this id count for the lane. */
  speaksFor(lane: Lane, from: bigint): boolean {
    return from === lane.to || (lane.boundTo !== 0n && this.#parts.roads.idOf(lane.boundTo) === from);
  }
}

/** Whom an envelope is for. */
type Address = Pick<Departure, "destinations" | "destinationKeys">;

/** What is the same for all that leave for one node in one go. */
type Leaving = Address & { readonly attempt: number; readonly nowMs: number };

/** @param boundTo the target's node; 0n when it may be whoever holds the id. */
function addressOf(to: bigint, boundTo: bigint): Address {
  return { destinations: [to], destinationKeys: boundTo === 0n ? [] : [boundTo] };
}

/** Attempts count below 2^31 (custodians' are above): so many lives, each with so many of its own. */
const lifeBits = 11;
const attemptsPerLife = 2 ** 20;

function newDeposit(limits: Limits): Deposit {
  return { todo: new Sequence(), run: parcelRun(limits), through: 0, declined: false };
}

function runsOf(lane: Lane): readonly Run[] {
  return [lane.run, ...[...lane.deposits.values()].map(({ run }) => run)];
}
