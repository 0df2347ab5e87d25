import type { Effect } from "./effect.ts";
import { encodeFrame, type FrameInit } from "./frame.ts";
import type { StoreOp } from "./store-op.ts";

type Status = Extract<Effect, { kind: "status" }>;
type News = Pick<Status, "status" | "reason">;
type OpenStatus = { -readonly [K in keyof Status]: Status[K] };

/** What waits for the disk; it is told the time at which it runs. */
type Action = (nowMs: number) => void;

/** What a core counts, since it was made. */
export type Count = "forwarded" | "suppressed" | "stranded" | "outOfHops" | "tooLarge" | "spread" | "repaired";

/**
 * Gathers what one event brings about, and keeps promises waiting for the disk.
 *
 *     put, tidy ──► one commit per event ──► persist ──► persisted(commit) ──► whenDurable actions run
 *
 * Invariants
 * 1. An action given to whenDurable runs only after every write made before it, in this event or earlier, is durable.
 * 2. Actions run in the order they were given.
 * 3. Envelopes for one link leave as one effect per event, in order.
 */
export class Effects {
  #list: Effect[] = [];
  /** The last effect, while sends may join it. */
  #status: OpenStatus | undefined;
  #ops: StoreOp[] = [];
  #actions: Action[] = [];
  readonly #waiting: { readonly commit: number; readonly actions: readonly Action[] }[] = [];
  readonly #batches = new Map<number, Uint8Array[]>();
  // prettier-ignore
  readonly #counts: Record<Count, number> = { forwarded: 0, suppressed: 0, stranded: 0, outOfHops: 0, tooLarge: 0, spread: 0,
    repaired: 0 };
  #commit = 0;
  #persisted = 0;
  /** The newest commit that cannot wait. */
  #awaited = 0;
  /** Nothing was put but tidied since the last commit. */
  #canWait = true;

  add(effect: Effect): void {
    this.#list.push(effect);
  }

  /** Tells what became of a send. Those that follow one another, and fare alike, share an effect. */
  status(send: { readonly to: bigint; readonly conversation: bigint; readonly number: number }, news: News): void {
    const { to, conversation, number } = send;
    const { status, reason } = news;
    const before = this.#status;
    const isNext = before?.conversation === conversation && before.last === number - 1 && before === this.#list.at(-1);
    if (isNext && before.status === status && before.reason === reason) {
      before.last = number;
      return;
    }
    this.#status = { kind: "status", to, conversation, first: number, last: number, status, reason };
    this.#list.push(this.#status);
  }

  notice(level: "debug" | "info" | "warn", message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#list.push({ kind: "notice", level, message, fields });
  }

  frame(link: number, frame: FrameInit): void {
    this.#list.push({ kind: "frame", link, bytes: encodeFrame(frame) });
  }

  /** The same, behind the envelopes that were queued on the link in this event. */
  frameBehind(link: number, frame: FrameInit): void {
    const envelopes = this.#batches.get(link);
    if (envelopes !== undefined) this.#list.push({ kind: "envelopes", link, envelopes });
    this.#batches.delete(link);
    this.frame(link, frame);
  }

  /** Queues an envelope on a link. The bytes must not change afterwards. */
  envelope(link: number, envelope: Uint8Array): void {
    const batch = this.#batches.get(link);
    if (batch === undefined) this.#batches.set(link, [envelope]);
    else batch.push(envelope);
  }

  put(op: StoreOp): void {
    this.#ops.push(op);
    this.#canWait = false;
  }

  /** The same for what is of no use any more: it may stay a moment longer, to share a write with others. */
  tidy(op: StoreOp): void {
    this.#ops.push(op);
  }

  whenDurable(action: Action): void {
    this.#actions.push(action);
  }

  /** Runs what waited for commits up to this one. */
  persisted(commit: number, nowMs: number): void {
    this.#persisted = Math.max(this.#persisted, commit);
    let done = 0;
    for (const waiting of this.#waiting) {
      if (waiting.commit > this.#persisted) break;
      done += 1;
      for (const action of waiting.actions) action(nowMs);
    }
    this.#waiting.splice(0, done);
  }

  count(what: Count): void {
    this.#counts[what] += 1;
  }

  get counts(): Readonly<Record<Count, number>> {
    return this.#counts;
  }

  /** Everything gathered since the last call, in the order in which it must be done. */
  take(): readonly Effect[] {
    // To walk and clear an empty map costs more than most events do otherwise.
    if (this.#batches.size > 0) {
      for (const [link, envelopes] of this.#batches) this.#list.push({ kind: "envelopes", link, envelopes });
      this.#batches.clear();
    }
    if (this.#list.length === 0) return nothing;
    const taken = this.#list;
    this.#list = [];
    return taken;
  }

  /**
   * Makes what was written so far one commit. What waits with nothing left to wait for runs now, and may write more.
   *
   * @returns whether something ran: then there may be more to close.
   */
  close(nowMs: number): boolean {
    const actions = this.#actions;
    if (this.#ops.length > 0) {
      const canWait = this.#canWait && actions.length === 0;
      this.#commit += 1;
      this.#canWait = true;
      if (!canWait) this.#awaited = this.#commit;
      this.#list.push({ kind: "persist", commit: this.#commit, ops: this.#ops, canWait });
      this.#ops = [];
    }
    if (actions.length === 0) return false;
    this.#actions = [];
    if (this.#commit > this.#persisted) {
      if (this.#awaited < this.#commit) this.#hurry();
      this.#waiting.push({ commit: this.#commit, actions });
      return false;
    }
    for (const action of actions) action(nowMs);
    return true;
  }

  /** Now something waits for a commit that could wait before. */
  #hurry(): void {
    this.#awaited = this.#commit;
    this.#list.push({ kind: "persist", commit: this.#commit, ops: [], canWait: false });
  }
}

/** What most events of an idle peer bring about. */
const nothing: readonly Effect[] = [];
