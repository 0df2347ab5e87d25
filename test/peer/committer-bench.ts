import type { StoreOp } from "../../src/core/store-op.ts";
import { Committer, writeTo } from "../../src/peer/committer.ts";
import { deferred, type Deferred } from "../../src/peer/deferred.ts";
import type { Store } from "../../src/ports/store.ts";
import { calm } from "./time.ts";

/** A committer on a store whose commits end when the test says so, and what its owner was told. */
export class CommitterBench {
  nowMs = 1_000;
  readonly told: string[] = [];
  readonly writes: { readonly ops: readonly StoreOp[]; readonly keys: string; readonly end: Deferred<void> }[] = [];
  onPersisted: (commit: number) => void = () => {};
  throwsAtOnce: Error | undefined;
  readonly committer: Committer;

  constructor() {
    const store: Store = {
      commit: (ops) => {
        if (this.throwsAtOnce !== undefined) throw this.throwsAtOnce;
        const end = deferred<void>();
        this.writes.push({ ops, keys: ops.map(({ key }) => key).join(""), end });
        return end.promise;
      },
      read: () => Promise.resolve([]),
      damaged: () => [],
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    this.committer = new Committer(writeTo(store), {
      persisted: (commit) => {
        this.told.push(`persisted ${commit}${this.committer.idle ? ", idle" : ""}`);
        this.onPersisted(commit);
      },
      failing: (error) => this.told.push(error === undefined ? "works again" : `failing: ${error.message}`),
      dueLater: () => this.told.push(`due at ${this.committer.dueAtMs}`),
    });
  }

  add(commit: number, ...keys: readonly string[]): void {
    this.#add(commit, keys, false);
  }

  /** The same, of what nothing depends on. */
  addLater(commit: number, ...keys: readonly string[]): void {
    this.#add(commit, keys, true);
  }

  #add(commit: number, keys: readonly string[], canWait: boolean): void {
    const ops = keys.map((key): StoreOp => ({ table: "meta", key, value: new Uint8Array(1) }));
    this.committer.add({ commit, ops, canWait }, () => this.nowMs);
  }

  hurry(): void {
    this.committer.hurry(() => this.nowMs);
  }

  due(): void {
    this.committer.due(() => this.nowMs);
  }

  async succeed(): Promise<void> {
    this.writes.at(-1)?.end.resolve();
    await calm();
  }

  async fail(message = "no space"): Promise<void> {
    this.writes.at(-1)?.end.reject(new Error(message));
    await calm();
  }

  /** The keys of each write so far. */
  get keys(): readonly string[] {
    return this.writes.map(({ keys }) => keys);
  }
}
