import { fromBinary } from "@bufbuild/protobuf";
import { CounterRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { Arrived, FlushedInbox, Hopes } from "./arrived.ts";
import {
  cameLate,
  firstHole,
  isIn,
  markRecord,
  missingToTell,
  standingOf,
  type Arrival,
  type Conversation,
  type GroupPlace,
  type Standing,
} from "./conversation.ts";
import { Conversations } from "./conversations.ts";
import type { Effects } from "./effects.ts";
import { everyone } from "./everyone.ts";
import { InboxLog } from "./inbox-log.ts";
import type { Limits } from "./limits.ts";
import type { NumberRange } from "./number-range.ts";
import { statedLamport } from "./preface.ts";
import type { StoreEntry } from "./store-op.ts";
import { Waiting } from "./waiting.ts";

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
  readonly #conversations: Conversations;
  readonly #changed = new Set<Conversation>();
  readonly #waiting: Waiting;
  #log: InboxLog;
  #unpersistedBytes = 0;
  readonly #toldFull = new Set<string>();

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#log = new InboxLog(limits, 0);
    this.#conversations = new Conversations({ limits, isChanged: (conversation) => this.#changed.has(conversation) });
    this.#waiting = new Waiting({
      limits,
      next: (epoch, conversation) => this.next(epoch, conversation),
      take: (conversation, { arrival, isUnordered = false }, nowMs, effects) =>
        this.#take(conversation, arrival, { nowMs, effects, unordered: isUnordered }),
    });
  }

  /** Cursor of the newest message logged. */
  get cursor(): number {
    return this.#log.cursor;
  }

  /** @param cursorMin the newest cursor known from elsewhere than the counter, which may be older or lost. */
  load(counter: Uint8Array | undefined, marks: Iterable<StoreEntry>, cursorMin = 0): void {
    const counted = counter === undefined ? 0 : Number(fromBinary(CounterRecordSchema, counter).value);
    this.#log = new InboxLog(this.#limits, Math.max(counted, cursorMin));
    this.#conversations.load(marks);
  }

  /**
   * Takes one message.
   * @returns "new" when it was taken, be it to wait for an earlier one; "known" when it had been before; "full" when it was
   * not taken for want of room: no receipt is due, the sender will send it again.
   */
  arrive(arrival: Arrival, nowMs: number, effects: Effects): Arrived {
    const conversation = this.#conversations.find(arrival, nowMs, effects);
    if (conversation === undefined) {
      this.#tellFull("it keeps count of as many conversations as it can: others are not received", effects);
      return "full";
    }
    if (arrival.isDirect) conversation.directMs = nowMs;
    // What is known needs no room, and its sender may have lost the receipt.
    if (this.#full(conversation, arrival)) {
      if (this.#log.isFull)
        this.#tellFull("it holds as many messages that were not shown as it can: no more are received", effects);
      return isIn(conversation.standing.delivered, arrival.number) ? "known" : "full";
    }
    conversation.origin = arrival.origin;
    this.#passFloor(conversation, arrival.floor, nowMs, effects);
    return this.#place(conversation, arrival, nowMs, effects);
  }

  /** Logs it, or holds it, or knows it. */
  #place(conversation: Conversation, arrival: Arrival, nowMs: number, effects: Effects): Arrived {
    const isNext = arrival.number === conversation.marks.next;
    // A copy of what waits is known, though it may say something else of what it comes after.
    if (isNext && (conversation.held.has(arrival.number) || !this.#waiting.isInTurn(arrival)))
      return this.#waiting.hold(conversation, arrival, nowMs);
    const taken = conversation.marks.take(arrival.number);
    switch (taken) {
      case "duplicate":
        return "known";
      case "early":
        return this.#waiting.hold(conversation, arrival, nowMs);
      case "new":
      case "late":
        if (taken === "late") cameLate(conversation, arrival.number);
        // What is late does not wait: it is out of its place already.
        this.#take(conversation, arrival, { nowMs, effects, unordered: !isNext && !this.#waiting.isInTurn(arrival) });
        this.#waiting.release(conversation, nowMs, effects);
        if (arrival.after !== undefined)
          this.#waiting.releaseAll(arrival.group?.id ?? arrival.conversation, nowMs, effects);
        return "new";
    }
  }

  /** Everything up to the cursor was shown, and nothing after it: the oldest may make room when the log is full. */
  shown(cursor: number): void {
    this.#log.shown(cursor);
  }

  /** The lowest number that is neither logged nor given up on; undefined where nothing is known of the conversation. */
  next(epoch: bigint, conversation: bigint): number | undefined {
    return this.#conversations.get(epoch, conversation)?.marks.next;
  }

  /** The lowest number that waits for an earlier one; Infinity for none. */
  lowestHeld(epoch: bigint, conversation: bigint): number {
    const held = this.#conversations.get(epoch, conversation)?.held;
    return held === undefined || held.size === 0 ? Infinity : Math.min(...held.keys());
  }

  /** What was given up on and may still come. */
  holes(epoch: bigint, conversation: bigint): readonly NumberRange[] {
    return this.#conversations.get(epoch, conversation)?.marks.holes ?? [];
  }

  /**
   * Nothing below a number is likely to come any more. What there was may come late, and counts as missing, unless nothing
   * came before: then the conversation begins here for this peer.
   */
  skipTo(name: Pick<Arrival, "epoch" | "conversation">, first: number, nowMs: number, effects: Effects): void {
    const conversation = this.#conversations.find({ ...name, ...fromTheFirst }, nowMs, effects);
    if (conversation === undefined) return;
    if (this.#waiting.skipTo(conversation, first, nowMs, effects)) this.#changed.add(conversation);
  }

  /** Everything that is known of a conversation name, in whatever epoch; only what is durable. */
  *standings(conversation: bigint): Generator<Standing> {
    for (const known of this.#conversations.values()) if (known.conversation === conversation) yield known.standing;
  }

  /** All conversations that are known, and how far they have come. */
  conversations(): IterableIterator<Conversation> {
    return this.#conversations.values();
  }

  /** What can be said of a conversation now: only what is durable. */
  standing(epoch: bigint, conversation: bigint): Standing | undefined {
    return this.#conversations.get(epoch, conversation)?.standing;
  }

  /** Writes the marks of what changed. Once that is durable, told is called. */
  flush(effects: Effects, told: FlushedInbox): void {
    if (this.#changed.size === 0) return;
    const changed = [...this.#changed].map((conversation) => ({ conversation, standing: standingOf(conversation) }));
    this.#changed.clear();
    for (const { conversation } of changed) effects.put(markRecord(conversation));
    const { cursor } = this.#log;
    const bytes = this.#log.flush(effects);
    effects.whenDurable((nowMs) => {
      this.#unpersistedBytes -= bytes;
      for (const { conversation, standing } of changed) conversation.standing = standing; // invariant 2
      if (bytes > 0) told.received(cursor);
      told.standing(changed, nowMs);
    });
  }

  /** Gives up on holes that have lasted and that nobody is likely to fill: what waits behind them is shown. */
  giveUp(hopes: Hopes, nowMs: number, effects: Effects): void {
    this.#waiting.giveUp(hopes, nowMs, effects);
  }

  /** When giveUp should be asked again; may be early, never late. */
  get nextDeadlineMs(): number {
    return this.#waiting.nextDeadlineMs;
  }

  /** Once for each reason: its senders try again for long. */
  #tellFull(what: string, effects: Effects): void {
    if (this.#toldFull.has(what)) return;
    this.#toldFull.add(what);
    effects.notice("warn", `the inbox is full: ${what}`);
  }

  /** Invariant 3, for the log, for what is on its way to the disk, and for refusals the origin has not settled. */
  #full(conversation: Conversation, arrival: Arrival): boolean {
    const { unpersistedBytesMax, holesMax } = this.#limits;
    if (this.#unpersistedBytes > unpersistedBytesMax || this.#log.isFull) return true;
    // What is done aside may be refused in its turn.
    const mayBeRefused = arrival.refused !== undefined || arrival.aside !== undefined;
    if (!mayBeRefused || conversation.refused.length < holesMax) return false;
    // The lowest that is not settled has room in any case: nothing below it holds up the floor, which those above wait for.
    if (arrival.number === arrival.floor) return false;
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
      // It waits for others' messages, and keeps its place; what is missing behind it may be given up on later.
      if (held === marks.next) break;
      conversation.missing += marks.floor(Math.min(floor, held));
      this.#changed.add(conversation);
      this.#waiting.release(conversation, nowMs, effects);
    }
    marks.floor(Math.min(floor, marks.next));
    // A hole that closes counts as taken from now on: whoever keeps a copy is to hear so.
    if (floor > firstHole(conversation)) this.#changed.add(conversation);
  }

  /** How far an epoch has come in a group is kept like a conversation of its own. */
  #reached(epoch: bigint, { id, number }: GroupPlace, nowMs: number, effects: Effects): void {
    if (number === 0) return;
    const place = this.#conversations.find({ epoch, conversation: id, ...fromTheFirst }, nowMs, effects);
    if (place === undefined) return;
    place.marks.floor(number + 1);
    place.heldSinceMs = nowMs;
    this.#changed.add(place);
  }

  #take(conversation: Conversation, arrival: Arrival, { nowMs, effects, unordered }: Taking): void {
    this.#changed.add(conversation);
    conversation.heldSinceMs = nowMs;
    const { origin: from, epoch, number, sentAtMs, body, group } = arrival;
    if (group === undefined) conversation.lamport = Math.max(conversation.lamport, statedLamport(body));
    const verdict = arrival.refused ?? arrival.aside?.(nowMs, effects) ?? "log";
    // What is refused says nothing of how far a group has come.
    if (group !== undefined && (verdict === "log" || verdict === "done")) this.#reached(epoch, group, nowMs, effects);
    if (verdict === "done") return;
    if (verdict !== "log") {
      // Nobody waits for a receipt of what is for everyone.
      if (arrival.conversation !== everyone) conversation.refused.push({ number, reason: verdict });
      return;
    }
    const missing = missingToTell(conversation, number);
    if (group === undefined && arrival.conversation !== everyone) conversation.peer = from;
    const receivedAtMs = Math.floor(nowMs);
    // prettier-ignore
    this.#unpersistedBytes += this.#log.append(
      { from, epoch, conversation: arrival.conversation, number, sentAtMs, receivedAtMs, missing, unordered, body }, effects);
  }
}

/** How a message comes to be logged. */
interface Taking {
  readonly nowMs: number;
  readonly effects: Effects;
  /** Before something that its sender had seen. */
  readonly unordered: boolean;
}

const fromTheFirst = { begin: 1, floor: 1 };
