import {
  conversationKey,
  heardAtMs,
  newConversation,
  restoredConversation,
  type Arrival,
  type Conversation,
} from "./conversation.ts";
import type { Effects } from "./effects.ts";
import { everyone } from "./everyone.ts";
import type { Limits } from "./limits.ts";
import { Marks } from "./marks.ts";
import type { StoreEntry } from "./store-op.ts";

interface Parts {
  readonly limits: Pick<Limits, "marksMax" | "ttlMs">;
  /** Whether it is yet to be written. */
  readonly isChanged: (conversation: Conversation) => boolean;
}

/** A conversation, and where it begins. */
type Named = Pick<Arrival, "epoch" | "conversation" | "begin" | "floor">;

/**
 * Conversations: all that this peer receives something in, by epoch and name.
 *
 *     find ──► known, or begun ── nothing came for longer than anybody keeps a message, and room is needed ──► forgotten
 *
 * Invariants
 * 1. There are marksMax at most; who cannot be counted is not received.
 * 2. None is forgotten of which a message can come again, as far as this peer's clock can be trusted. A sender that goes on in
 *    it after that begins it anew: what it numbered before may be told as missing.
 */
export class Conversations {
  readonly #parts: Parts;
  readonly #all = new Map<string, Conversation>();
  /** The one that was found last: messages come in runs. */
  #last: Conversation | undefined;
  /** When room was first needed in this life: what was heard at a time that is not known counts as heard then. */
  #sinceMs: number | undefined;
  /** There is nothing to forget before; may be early, never late. */
  #forgetMs = -Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes back what the store holds. */
  load(marks: Iterable<StoreEntry>): void {
    for (const { value } of marks) {
      const known = restoredConversation(value);
      this.#all.set(conversationKey(known.epoch, known.conversation), known);
    }
  }

  get(epoch: bigint, conversation: bigint): Conversation | undefined {
    return this.#all.get(conversationKey(epoch, conversation));
  }

  values(): IterableIterator<Conversation> {
    return this.#all.values();
  }

  /** The conversation, from now on if not before; undefined where there is no room for it. */
  find(named: Named, nowMs: number, effects: Effects): Conversation | undefined {
    const last = this.#last;
    if (last?.conversation === named.conversation && last.epoch === named.epoch) return last;
    const key = conversationKey(named.epoch, named.conversation);
    this.#last = this.#all.get(key) ?? this.#begin(key, named, nowMs, effects);
    return this.#last;
  }

  #begin(key: string, named: Named, nowMs: number, effects: Effects): Conversation | undefined {
    const { marksMax } = this.#parts.limits;
    if (this.#all.size >= marksMax) this.#forget(nowMs, effects);
    if (this.#all.size >= marksMax) return undefined;
    // The numbers of a target go on from one lane to the next: those below are not of this conversation. The first is
    // never above the floor, whatever a stranger says, or what is yet to come would be taken for a repetition.
    const begin = Math.max(1, Math.min(named.begin, named.floor));
    const fresh = newConversation(named, Marks.from({ begin, next: begin, holes: [] }));
    // What was only heard of is yet to come.
    fresh.heldSinceMs = nowMs;
    this.#all.set(key, fresh);
    return fresh;
  }

  /** Forgets some of those that are over, if there are any. */
  #forget(nowMs: number, effects: Effects): void {
    this.#sinceMs ??= nowMs;
    if (nowMs < this.#forgetMs) return;
    const idleMs = this.#parts.limits.ttlMs + marginMs;
    const latest = latestOf(this.#all.values());
    let [earliestMs, forgotten] = [Infinity, 0];
    for (const [key, conversation] of this.#all) {
      const overMs = (heardAtMs(conversation) || this.#sinceMs) + idleMs;
      earliestMs = Math.min(earliestMs, overMs);
      if (overMs > nowMs || conversation.held.size > 0 || conversation === latest) continue;
      if (this.#parts.isChanged(conversation)) continue;
      this.#all.delete(key);
      effects.put({ table: "marks", key, value: undefined });
      forgotten += 1;
      if (forgotten === atOnceMax) break;
    }
    // To look through all of them is worth some time without looking, and more of it where none was found.
    if (forgotten === 0) this.#forgetMs = Math.max(earliestMs, nowMs + pauseMs);
    else if (forgotten < atOnceMax) this.#forgetMs = nowMs + this.#all.size / lookedAtPerMs;
  }
}

/** The one that a later life knows from what Lamport time was reached with what is for everyone. */
function latestOf(all: Iterable<Conversation>): Conversation | undefined {
  let latest: Conversation | undefined;
  for (const known of all)
    if (known.conversation === everyone && known.lamport > (latest?.lamport ?? 0)) latest = known;
  return latest;
}

/** Clocks differ, and what is handed over at the end of its time is on its way for a while. */
const marginMs = 86_400_000;
/** Forgotten in one commit at most. */
const atOnceMax = 1_024;
const pauseMs = 60_000;
const lookedAtPerMs = 1_000;
