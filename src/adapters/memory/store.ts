import { E3Error } from "../../core/error.ts";
import { isKey, tables, type StoreEntry, type StoreOp, type Table } from "../../core/store-op.ts";
import type { Store } from "../../ports/store.ts";
import { SortedTable } from "./sorted-table.ts";

/** A store that ends with its process: for tests, and for peers that are not to leave anything behind. */
export function createMemoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly #tables = new Map<Table, SortedTable>(tables.map((table) => [table, new SortedTable()]));
  #closed = false;

  async commit(ops: readonly StoreOp[]): Promise<void> {
    this.#assertOpen();
    // Checked before anything is applied: a commit takes effect as a whole or not at all.
    for (const { key } of ops) {
      if (!isKey(key)) throw failed(`a key must be 1 to 512 printable ASCII characters: ${JSON.stringify(key)}`);
    }
    for (const { table, key, value } of ops) {
      if (value === undefined) this.#table(table).remove(key);
      else this.#table(table).put(key, new Uint8Array(value));
    }
  }

  async read(table: Table, after: string | undefined, limit: number): Promise<readonly StoreEntry[]> {
    this.#assertOpen();
    return this.#table(table).read(after, limit);
  }

  damaged(): readonly { readonly table: string; readonly key: string }[] {
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#tables.clear();
  }

  #table(name: Table): SortedTable {
    const table = this.#tables.get(name);
    if (table === undefined) throw failed(`there is no table ${name}`);
    return table;
  }

  #assertOpen(): void {
    if (this.#closed) throw failed("the store is closed");
  }
}

function failed(message: string): E3Error {
  return new E3Error("store-failed", message);
}
