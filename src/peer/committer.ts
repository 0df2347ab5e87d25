import type { Effect } from "../core/effect.ts";
import { shellLimits } from "../core/limits.ts";
import type { StoreOp } from "../core/store-op.ts";
import type { Store } from "../ports/store.ts";

/**
 * Makes writes durable, together, and calls done once: without an error when they are, with one when they are not. Never
 * within the call.
 */
export type Write = (ops: readonly StoreOp[], done: (error: Error | undefined) => void) => void;

/** Writes to a store. */
export function writeTo(store: Store): Write {
  // A store that throws at once has failed, too.
  const commit = async (ops: readonly StoreOp[]): Promise<void> => store.commit(ops);
  return (ops, done) => {
    commit(ops).then(
      () => done(undefined),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  };
}

/** Writes to be made durable, together. */
export type Commit = Pick<Extract<Effect, { kind: "persist" }>, "commit" | "ops" | "canWait">;

/** What the committer tells its owner. */
export interface CommitterOwner {
  /** All commits up to this one are durable. */
  readonly persisted: (commit: number) => void;
  /** The store began to fail (with the error), or works again. */
  readonly failing: (error: Error | undefined) => void;
  /** A write failed, the first one or one repeated, or others can wait: due is to be called at dueAtMs. */
  readonly dueLater: () => void;
}

/** Gathered writes, and bytes of them, from which on those that a later one of the same key replaces are let go. */
const gatheredMin = 16_384;
const gatheredBytesMin = 16 * 1_024 * 1_024;

/**
 * Committer: group commit. While one write is under way, what arrives is gathered for the next. What nothing depends on is
 * gathered for a moment, too: mostly it is about a message that is done with, and with the next one comes what has to be
 * written at once.
 *
 * Invariants
 * 1. Commits become durable in order; persisted is told in order and never early.
 * 2. A failed write is repeated, with what was gathered since, until it succeeds: no commit is skipped.
 * 3. What is gathered is at most twice the records it is about, however long a write takes or fails: being one write, it
 *    needs the last value of each only.
 */
export class Committer {
  readonly #write: Write;
  readonly #owner: CommitterOwner;
  #ops: StoreOp[] = [];
  /** How many are gathered when invariant 3 is next seen to. */
  #gatheredMax = gatheredMin;
  #bytes = 0;
  #bytesMax = gatheredBytesMin;
  #last = 0;
  #running = false;
  #failing = false;
  /** Something depends on what is gathered, or nothing may wait any more. */
  #isUrgent = false;
  #isHurried = false;
  #waitMs = shellLimits.storeRetryMinMs;
  /** When a failed write is to be repeated, or one that can wait is to be begun; Infinity while there is none. */
  dueAtMs = Infinity;

  constructor(write: Write, owner: CommitterOwner) {
    this.#write = write;
    this.#owner = owner;
  }

  /** Nothing is under way, and what waits can wait. Holds when persisted tells of the last commit. */
  get idle(): boolean {
    return !this.#running && (this.#ops.length === 0 || !this.#isUrgent);
  }

  /** Bytes of what waits for the next write. */
  get gatheredBytes(): number {
    return this.#bytes;
  }

  add({ commit, ops, canWait = false }: Commit, nowMs: () => number): void {
    for (const op of ops) this.#gather(op);
    this.#bound();
    this.#last = commit;
    this.#isUrgent ||= !canWait || this.#isHurried;
    // A write that failed is not repeated before its time.
    if (!this.#running && !this.#failing) this.#begin(nowMs);
  }

  /** From now on nothing waits for others to share a write with: no more may come. */
  hurry(nowMs: () => number): void {
    this.#isHurried = true;
    this.#isUrgent = true;
    if (!this.#running && !this.#failing && this.#ops.length > 0) this.#begin(nowMs);
  }

  /** Repeats a failed write whose time has come, or begins one that could wait. */
  due(nowMs: () => number): void {
    if (!this.#running && nowMs() >= this.dueAtMs) this.#run(nowMs);
  }

  #begin(nowMs: () => number): void {
    if (this.#isUrgent) this.#run(nowMs);
    else if (this.dueAtMs === Infinity) this.dueAtMs = nowMs() + shellLimits.storeWaitMs;
  }

  #run(nowMs: () => number): void {
    this.dueAtMs = Infinity;
    this.#isUrgent = this.#isHurried;
    const ops = this.#ops;
    const last = this.#last;
    this.#ops = [];
    this.#gatheredMax = gatheredMin;
    this.#bytes = 0;
    this.#bytesMax = gatheredBytesMin;
    this.#running = true;
    this.#write(ops, (error) => {
      this.#running = false;
      if (error === undefined) return this.#written(last, nowMs);
      const since = this.#ops;
      this.#ops = [];
      this.#bytes = 0;
      for (const op of [...ops, ...since]) this.#gather(op); // invariant 2
      this.#bound();
      this.#failed(error, nowMs());
    });
  }

  #written(last: number, nowMs: () => number): void {
    this.#waitMs = shellLimits.storeRetryMinMs;
    const recovered = this.#failing;
    this.#failing = false;
    if (recovered) this.#owner.failing(undefined);
    this.#owner.persisted(last);
    // What it was told may have begun the next write already.
    if (this.#running) return;
    if (this.#ops.length === 0) this.#isUrgent = this.#isHurried;
    else this.#begin(nowMs);
    if (this.dueAtMs < Infinity) this.#owner.dueLater();
  }

  #gather(op: StoreOp): void {
    this.#ops.push(op);
    this.#bytes += op.value?.length ?? 0;
  }

  /** Invariant 3, whenever the number of writes, or their bytes, have doubled: seldom enough to cost nothing. */
  #bound(): void {
    if (this.#ops.length < this.#gatheredMax && this.#bytes < this.#bytesMax) return;
    const newest = new Map<string, StoreOp>();
    for (const op of this.#ops) newest.set(`${op.table}/${op.key}`, op);
    this.#ops = [];
    this.#bytes = 0;
    for (const op of newest.values()) this.#gather(op);
    this.#gatheredMax = Math.max(gatheredMin, 2 * this.#ops.length);
    this.#bytesMax = Math.max(gatheredBytesMin, 2 * this.#bytes);
  }

  #failed(error: Error, nowMs: number): void {
    this.#isUrgent = true;
    this.dueAtMs = nowMs + this.#waitMs;
    this.#waitMs = Math.min(this.#waitMs * 2, shellLimits.storeRetryMaxMs);
    const began = !this.#failing;
    this.#failing = true;
    if (began) this.#owner.failing(error);
    this.#owner.dueLater();
  }
}
