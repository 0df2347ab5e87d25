import type { Arrived, Hopes } from "./arrived.ts";
import { passOver, type Arrival, type Conversation, type Held } from "./conversation.ts";
import type { Effects } from "./effects.ts";
import type { Limits } from "./limits.ts";
import type { Reached } from "./preface.ts";

interface Parts {
  readonly limits: Limits;
  /** The lowest number neither logged nor given up on; undefined where nothing is known of the conversation. */
  readonly next: (epoch: bigint, conversation: bigint) => number | undefined;
  /** Logs what is in turn. */
  readonly take: (conversation: Conversation, held: Held, nowMs: number, effects: Effects) => void;
}

/**
 * Waiting: messages that arrived before what is to be logged before them: earlier ones of their sender, or what their sender
 * had seen of others.
 *
 *     hold ──► held ── in turn ──► taken
 *                 └── nothing more to hope for, or waited for long enough ──► taken, marked
 *
 * Invariants
 * 1. What is held is bounded, in each conversation and in all; what does not fit is as if it had not come.
 */
export class Waiting {
  readonly #parts: Parts;
  readonly #holding = new Set<Conversation>();
  #bytes = 0;
  /** Nothing is to be given up on before; may be early, never late. */
  #giveUpMs = Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** When giveUp should be asked again; may be early, never late. */
  get nextDeadlineMs(): number {
    return this.#giveUpMs;
  }

  /** Whether all that the message comes after is logged, or given up on. */
  isInTurn(arrival: Arrival): boolean {
    return arrival.after === undefined || arrival.after.every((cause) => this.#isPassed(cause, arrival));
  }

  hold(conversation: Conversation, arrival: Arrival, nowMs: number): Arrived {
    if (conversation.held.has(arrival.number)) return "known";
    // Of what it comes after only what is not here yet: a stranger may name much, and this is looked at again and again.
    const after = (arrival.after ?? []).filter((cause) => !this.#isPassed(cause, arrival));
    const bytes = arrival.body.length + 128 + 64 * after.length;
    if (!this.#makeRoom(conversation, arrival.number, bytes)) return "full"; // invariant 1
    // The body is a view of a whole batch: keep only what is needed.
    const kept = { ...arrival, body: new Uint8Array(arrival.body), after };
    conversation.held.set(arrival.number, { arrival: kept, bytes, sinceMs: nowMs });
    this.#bytes += bytes;
    if (conversation.held.size === 1) conversation.heldSinceMs = nowMs;
    if (conversation.directMs === -Infinity) conversation.directMs = nowMs;
    this.#holding.add(conversation);
    this.#waitFrom(conversation.heldSinceMs);
    return "new";
  }

  /** Takes what was held back and is now in turn. */
  release(conversation: Conversation, nowMs: number, effects: Effects): void {
    // Nearly always nothing is: this is asked with every message.
    while (conversation.held.size > 0) {
      const held = conversation.held.get(conversation.marks.next);
      if (held === undefined || !this.isInTurn(held.arrival)) break;
      this.#take(conversation, held, nowMs, effects);
    }
    if (this.#holding.size > 0 && conversation.held.size === 0) this.#holding.delete(conversation);
  }

  /** The same in all epochs of a conversation or group: one of them went on, and others may have waited for that. */
  releaseAll(name: bigint, nowMs: number, effects: Effects): void {
    for (let isMoving = true; isMoving;) {
      isMoving = false;
      for (const other of this.#holding) {
        const { next } = other.marks;
        if (nameOf(other) === name) this.release(other, nowMs, effects);
        isMoving ||= other.marks.next > next;
      }
    }
  }

  /** Goes on from a number, as Inbox.skipTo says. @returns whether anything was passed over. */
  skipTo(conversation: Conversation, first: number, nowMs: number, effects: Effects): boolean {
    const { marks, held } = conversation;
    const { holesMax } = this.#parts.limits;
    const before = marks.next;
    while (marks.next < first) {
      const { next } = marks;
      // What is held below did arrive; and what is next, and waits for others' messages, keeps its place.
      const to = Math.min(first, ...held.keys());
      if (to === next) break;
      passOver(marks, to, holesMax);
      // Nothing was shown before.
      if (next === marks.begin) conversation.missingFrom = to;
      else conversation.missing += to - next;
      this.release(conversation, nowMs, effects);
    }
    if (marks.next > before) this.releaseAll(nameOf(conversation), nowMs, effects);
    return marks.next > before;
  }

  /** Goes on where it was waited for long enough: over holes that nobody is likely to fill, and without what did not come. */
  giveUp(hopes: Hopes, nowMs: number, effects: Effects): void {
    this.#giveUpMs = Infinity;
    for (const conversation of this.#holding) {
      if (conversation.heldSinceMs + this.#parts.limits.gapWaitMs <= nowMs) {
        conversation.heldSinceMs = nowMs;
        const name = nameOf(conversation);
        const isHole = !conversation.held.has(conversation.marks.next);
        if (isHole && !this.#isHoped(conversation, hopes, nowMs)) this.#skipHole(conversation);
        this.#takeOverdue(conversation, nowMs, effects);
        this.release(conversation, nowMs, effects);
        this.releaseAll(name, nowMs, effects);
      }
      if (conversation.held.size > 0) this.#waitFrom(conversation.heldSinceMs);
    }
  }

  /** What comes later makes room for what is next, for which it waits in any case: else nothing would ever go on. */
  #makeRoom(conversation: Conversation, number: number, bytes: number): boolean {
    const { heldCountMax, heldBytesMax } = this.#parts.limits;
    const { held, marks } = conversation;
    while (held.size >= heldCountMax || this.#bytes + bytes > heldBytesMax) {
      const last = Math.max(...held.keys());
      const later = number === marks.next ? held.get(last) : undefined;
      if (later === undefined) {
        if (held.size === 0) this.#holding.delete(conversation);
        return false;
      }
      held.delete(last);
      this.#bytes -= later.bytes;
    }
    return true;
  }

  #isPassed({ epoch, number }: Reached, { conversation, group }: Arrival): boolean {
    return (this.#parts.next(epoch, group?.id ?? conversation) ?? 0) > number;
  }

  #isHoped(conversation: Conversation, hopes: Hopes, nowMs: number): boolean {
    // Somebody else may hold the origin's id by now, or the origin another store: then it sends nothing any more.
    const isSilent = conversation.directMs + this.#silenceMs <= nowMs;
    return hopes.isOffered(conversation) ?? (!isSilent && hopes.isReachable(conversation.origin));
  }

  /** Each waits for its own time only: many that wait for what is gone for good wait no longer than one. */
  #takeOverdue(conversation: Conversation, nowMs: number, effects: Effects): void {
    const { held, marks } = conversation;
    for (let head = held.get(marks.next); head !== undefined; head = held.get(marks.next)) {
      if (head.sinceMs + this.#parts.limits.gapWaitMs > nowMs) return;
      this.#take(conversation, { ...head, isUnordered: !this.isInTurn(head.arrival) }, nowMs, effects);
    }
  }

  #skipHole(conversation: Conversation): void {
    const first = Math.min(...conversation.held.keys());
    const { next } = conversation.marks;
    if (!conversation.marks.giveUp(first, this.#parts.limits.holesMax)) return;
    conversation.missing += first - next;
  }

  #take(conversation: Conversation, held: Held, nowMs: number, effects: Effects): void {
    const { arrival, bytes } = held;
    conversation.held.delete(arrival.number);
    this.#bytes -= bytes;
    conversation.marks.take(arrival.number);
    this.#parts.take(conversation, held, nowMs, effects);
  }

  /** Twice the longest that an origin waits before it repeats what is not receipted. */
  get #silenceMs(): number {
    const { resendMaxMs, windowBytesMax, roadBytesPerSecond } = this.#parts.limits;
    return 2 * (resendMaxMs + (windowBytesMax / roadBytesPerSecond) * 1_000);
  }

  #waitFrom(heldSinceMs: number): void {
    this.#giveUpMs = Math.min(this.#giveUpMs, heldSinceMs + this.#parts.limits.gapWaitMs);
  }
}

/** The conversation, or the group of what is held: in one lane all are of one group. */
function nameOf({ conversation, held }: Conversation): bigint {
  const [first] = held.values();
  return first?.arrival.group?.id ?? conversation;
}
