import type { StoreEntry, StoreOp, Table } from "../core/store-op.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";

/** The store, with each record that a read finds damaged logged once, whenever that is. */
export function watchedStore(store: Store, log: Log): Store {
  return new WatchedStore(store, log);
}

class WatchedStore implements Store {
  readonly #store: Store;
  readonly #log: Log;
  #told = 0;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  commit(ops: readonly StoreOp[]): Promise<void> {
    return this.#store.commit(ops);
  }

  async read(table: Table, after: string | undefined, limit: number): Promise<readonly StoreEntry[]> {
    try {
      return await this.#store.read(table, after, limit);
    } finally {
      const damaged = this.#store.damaged();
      for (const place of damaged.slice(this.#told)) this.#log.error("a damaged record was set aside", place);
      this.#told = damaged.length;
    }
  }

  damaged(): ReturnType<Store["damaged"]> {
    return this.#store.damaged();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
  }
}
