import { createMemoryStore } from "../../src/adapters/memory/store.ts";
import { E3Error } from "../../src/core/error.ts";
import type { StoreEntry, StoreOp, Table } from "../../src/core/store-op.ts";
import type { Store } from "../../src/ports/store.ts";
import { deferred, type Deferred } from "../../src/peer/deferred.ts";

/** A store that outlives its peers, as a disk does, and that fails, waits or loses records when a test says so. */
export class Disk implements Store {
  /** Commits to reject from now on. */
  failures = 0;
  /** Reads to reject from now on. */
  readFailures = 0;
  /** Commits asked for, the rejected ones included. */
  readonly commits: (readonly StoreOp[])[] = [];
  /** Tables that were read from their first record on. */
  readonly readFromStart = new Set<Table>();
  /** How often it was closed. */
  closed = 0;
  /** Called before each read is answered, with what was found. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();
  readonly #inner = createMemoryStore();
  readonly #lost = new Set<string>();
  #held: Deferred<void> | undefined;

  /** Commits wait from now on, until the function returned is called. */
  hold(): () => void {
    const held = deferred<void>();
    this.#held = held;
    return () => {
      this.#held = undefined;
      held.resolve();
    };
  }

  /** The record is damaged: it is never read again. */
  damage(table: Table, key: string): void {
    this.#lost.add(`${table}/${key}`);
  }

  async commit(ops: readonly StoreOp[]): Promise<void> {
    this.commits.push(ops);
    if (this.failures > 0) {
      this.failures -= 1;
      throw new E3Error("store-failed", "the disk is full");
    }
    await this.#held?.promise;
    await this.#inner.commit(ops);
  }

  async read(table: Table, after: string | undefined, limit: number): Promise<readonly StoreEntry[]> {
    if (after === undefined) this.readFromStart.add(table);
    if (this.readFailures > 0) {
      this.readFailures -= 1;
      throw new E3Error("store-failed", "the disk cannot be read");
    }
    const all = await this.#inner.read(table, after, Number.MAX_SAFE_INTEGER);
    await this.beforeAnswer();
    return all.filter(({ key }) => !this.#lost.has(`${table}/${key}`)).slice(0, limit);
  }

  damaged(): readonly { readonly table: string; readonly key: string }[] {
    return [...this.#lost].map((place) => ({ table: place.split("/")[0] ?? "", key: place.split("/")[1] ?? "" }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closed += 1;
  }
}
