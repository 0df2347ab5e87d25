import { fromBinary } from "@bufbuild/protobuf";
import { CounterRecordSchema } from "../gen/e3/v1/store_pb.ts";
import {
  conversationKey,
  firstHole,
  isIn,
  markRecord,
  newConversation,
  restoredConversation,
  standingOf,
  type Arrival,
  type Conversation,
  type Standing,
} from "./conversation.ts";
import type { Effects } from "./effects.ts";
import { InboxLog } from "./inbox-log.ts";
import type { Limits } from "./limits.ts";
import { Marks } from "./marks.ts";
import type { StoreEntry } from "./store-op.ts";

/**
 * Inbox: what this peer received, once each and in order, and how far it has got with every sender.
 *
 *     arrive ── next in turn ──► logged ── durable ──► receipt
 *        │ early                    ▲
 *        └──► held ── hole filled, floor passed, or given up ──┘
 *
 * Invariants
 * 1. A number is logged at most once, ever, across restarts: marks are written with the log, in one commit.
 * 2. A standing never vouches for what is not durable.
 * 3. What is held back is bounded; what does not fit is as if it had not come, and its sender sends it again.
 * 4. First in, first out per conversation, except what arrives after it was given up on: it is logged late, never lost.
 */
export class Inbox {
  readonly #limits: Limits;
  readonly #conversations = new Map<string, Conversation>();
  /** The conversation of the last arrival: they come in runs. */
  #last: Conversation | undefined;
  readonly #changed = new Set<Conversation>();
  readonly #holding = new Set<Conversation>();
  #log: InboxLog;
  #heldBytes = 0;
  /** Nothing is to be given up on before; may be early, never late. */
  #giveUpMs = Infinity;
  #unpersistedBytes = 0;
  readonly #toldFull = new Set<string>();

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#log = new InboxLog(limits, 0);
  }

  /** Cursor of the newest message logged. */
  get cursor(): number {
    return this.#log.cursor;
  }

  /** @param cursorMin the newest cursor known from elsewhere than the counter, which may be older or lost. */
  load(counter: Uint8Array | undefined, marks: Iterable<StoreEntry>, cursorMin = 0): void {
    const counted = counter === undefined ? 0 : Number(fromBinary(CounterRecordSchema, counter).value);
    this.#log = new InboxLog(this.#limits, Math.max(counted, cursorMin));
    for (const { value } of marks) {
      const known = restoredConversation(value);
      this.#conversations.set(conversationKey(known.epoch, known.conversation), known);
    }
  }

  /**
   * Takes one message.
   * @returns false when it was not taken for want of room: no receipt is due, the sender will send it again.
   */
  arrive(arrival: Arrival, nowMs: number, effects: Effects): boolean {
    const conversation = this.#conversationOf(arrival);
    if (conversation === undefined) {
      this.#tellFull("it keeps count of as many conversations as it can: others are not received", effects);
      return false;
    }
    if (arrival.isDirect) conversation.directMs = nowMs;
    // What is known needs no room, and its sender may have lost the receipt.
    if (this.#full(conversation, arrival)) {
      if (this.#log.isFull)
        this.#tellFull("it holds as many messages that were not shown as it can: no more are received", effects);
      return isIn(conversation.standing.delivered, arrival.number);
    }
    conversation.origin = arrival.origin;
    this.#passFloor(conversation, arrival.floor, nowMs, effects);
    switch (conversation.marks.take(arrival.number)) {
      case "duplicate":
        return true;
      case "early":
        return this.#hold(conversation, arrival, nowMs);
      case "new":
      case "late":
        this.#take(conversation, arrival, nowMs, effects);
        this.#release(conversation, nowMs, effects);
        return true;
    }
  }

  /** Everything up to the cursor was shown, and nothing after it: the oldest may make room when the log is full. */
  shown(cursor: number): void {
    this.#log.shown(cursor);
  }

  /** What can be said of a conversation now: only what is durable. */
  standing(epoch: bigint, conversation: bigint): Standing | undefined {
    return this.#conversations.get(conversationKey(epoch, conversation))?.standing;
  }

  /** Writes the marks of what changed. @param durable called with the cursor once all of it is durable. */
  flush(effects: Effects, durable: (cursor: number) => void): void {
    if (this.#changed.size === 0) return;
    const changed = [...this.#changed].map((conversation) => ({ conversation, standing: standingOf(conversation) }));
    this.#changed.clear();
    for (const { conversation } of changed) effects.put(markRecord(conversation));
    const { cursor } = this.#log;
    const bytes = this.#log.flush(effects);
    effects.whenDurable(() => {
      this.#unpersistedBytes -= bytes;
      for (const { conversation, standing } of changed) conversation.standing = standing; // invariant 2
      if (bytes > 0) durable(cursor);
    });
  }

  /** Gives up on holes whose origin cannot be reached and that have lasted: what waits behind them is shown. */
  giveUp(reachable: (origin: bigint) => boolean, nowMs: number, effects: Effects): void {
    this.#giveUpMs = Infinity;
    for (const conversation of this.#holding) {
      if (conversation.heldSinceMs + this.#limits.gapWaitMs <= nowMs) {
        conversation.heldSinceMs = nowMs;
        // Somebody else may hold the origin's id by now, or the origin another store: then it sends nothing any more.
        const isSilent = conversation.directMs + this.#silenceMs <= nowMs;
        if (isSilent || !reachable(conversation.origin)) this.#skipHole(conversation, nowMs, effects);
      }
      if (conversation.held.size > 0) this.#waitFrom(conversation.heldSinceMs);
    }
  }

  /** When giveUp should be asked again; may be early, never late. */
  get nextDeadlineMs(): number {
    return this.#giveUpMs;
  }

  /** Twice the longest that an origin waits before it repeats what is not receipted. */
  get #silenceMs(): number {
    const { resendMaxMs, windowBytesMax, roadBytesPerSecond } = this.#limits;
    return 2 * (resendMaxMs + (windowBytesMax / roadBytesPerSecond) * 1_000);
  }

  /** Once for each reason: its senders try again for long. */
  #tellFull(what: string, effects: Effects): void {
    if (this.#toldFull.has(what)) return;
    this.#toldFull.add(what);
    effects.notice("warn", `the inbox is full: ${what}`);
  }

  #waitFrom(heldSinceMs: number): void {
    this.#giveUpMs = Math.min(this.#giveUpMs, heldSinceMs + this.#limits.gapWaitMs);
  }

  #skipHole(conversation: Conversation, nowMs: number, effects: Effects): void {
    const first = Math.min(...conversation.held.keys());
    const { next } = conversation.marks;
    if (!conversation.marks.giveUp(first, this.#limits.holesMax)) return;
    conversation.missing += first - next;
    this.#release(conversation, nowMs, effects);
  }

  #conversationOf(arrival: Arrival): Conversation | undefined {
    const last = this.#last;
    if (last?.conversation === arrival.conversation && last.epoch === arrival.epoch) return last;
    this.#last = this.#find(arrival);
    return this.#last;
  }

  #find(arrival: Arrival): Conversation | undefined {
    const key = conversationKey(arrival.epoch, arrival.conversation);
    const known = this.#conversations.get(key);
    if (known !== undefined || this.#conversations.size >= this.#limits.marksMax) return known;
    // The numbers of a target go on from one lane to the next: those below are not of this conversation. The first is
    // never above the floor, whatever a stranger says, or what is yet to come would be taken for a repetition.
    const begin = Math.max(1, Math.min(arrival.begin, arrival.floor));
    const fresh = newConversation(arrival, Marks.from({ begin, next: begin, holes: [] }));
    this.#conversations.set(key, fresh);
    return fresh;
  }

  /** Invariant 3, for the log, for what is on its way to the disk, and for refusals the origin has not settled. */
  #full(conversation: Conversation, arrival: Arrival): boolean {
    const { unpersistedBytesMax, holesMax } = this.#limits;
    if (this.#unpersistedBytes > unpersistedBytesMax || this.#log.isFull) return true;
    if (arrival.refused === undefined || conversation.refused.length < holesMax) return false;
    // Those below the floor that comes with it make room.
    return conversation.refused.filter(({ number }) => number >= arrival.floor).length >= holesMax;
  }

  #passFloor(conversation: Conversation, floor: number, nowMs: number, effects: Effects): void {
    const { marks } = conversation;
    if (conversation.refused.length > 0)
      conversation.refused = conversation.refused.filter(({ number }) => number >= floor);
    while (marks.next < floor) {
      // What is held below the floor did arrive: log it in its turn instead of skipping it.
      const held = conversation.held.size > 0 ? Math.min(...conversation.held.keys()) : Infinity;
      conversation.missing += marks.floor(Math.min(floor, held));
      this.#changed.add(conversation);
      this.#release(conversation, nowMs, effects);
    }
    marks.floor(floor);
    // A hole that closes counts as taken from now on: whoever keeps a copy is to hear so.
    if (floor > firstHole(conversation)) this.#changed.add(conversation);
  }

  #hold(conversation: Conversation, arrival: Arrival, nowMs: number): boolean {
    if (conversation.held.has(arrival.number)) return true;
    const bytes = arrival.body.length + 128;
    const { heldCountMax, heldBytesMax } = this.#limits;
    if (conversation.held.size >= heldCountMax || this.#heldBytes + bytes > heldBytesMax) return false; // invariant 3
    // The body is a view of a whole batch: keep only what is needed.
    conversation.held.set(arrival.number, { arrival: { ...arrival, body: new Uint8Array(arrival.body) }, bytes });
    this.#heldBytes += bytes;
    if (conversation.held.size === 1) conversation.heldSinceMs = nowMs;
    if (conversation.directMs === -Infinity) conversation.directMs = nowMs;
    this.#holding.add(conversation);
    this.#waitFrom(conversation.heldSinceMs);
    return true;
  }

  /** Logs what was held back and is now in turn. */
  #release(conversation: Conversation, nowMs: number, effects: Effects): void {
    // Nearly always nothing is: this is asked with every message.
    while (conversation.held.size > 0) {
      const held = conversation.held.get(conversation.marks.next);
      if (held === undefined) break;
      conversation.held.delete(held.arrival.number);
      this.#heldBytes -= held.bytes;
      conversation.marks.take(held.arrival.number);
      this.#take(conversation, held.arrival, nowMs, effects);
    }
    if (this.#holding.size > 0 && conversation.held.size === 0) this.#holding.delete(conversation);
  }

  #take(conversation: Conversation, arrival: Arrival, nowMs: number, effects: Effects): void {
    this.#changed.add(conversation);
    conversation.heldSinceMs = nowMs;
    const { origin: from, epoch, number, sentAtMs, body, refused } = arrival;
    if (refused !== undefined) {
      conversation.refused.push({ number, reason: refused });
      return;
    }
    const { missing } = conversation;
    conversation.missing = 0;
    const receivedAtMs = Math.floor(nowMs);
    // prettier-ignore
    this.#unpersistedBytes += this.#log.append(
      { from, epoch, conversation: arrival.conversation, number, sentAtMs, receivedAtMs, missing, body }, effects);
  }
}
