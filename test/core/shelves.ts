import type { StoreEntry, StoreOp, Table } from "../../src/core/store-op.ts";

/** A store that keeps what it is given, as durable as the test says. */
export class Shelves {
  readonly #tables = new Map<Table, Map<string, Uint8Array>>();

  write(ops: readonly StoreOp[]): void {
    for (const { table, key, value } of ops) {
      const rows = this.#tables.get(table) ?? new Map<string, Uint8Array>();
      this.#tables.set(table, rows);
      if (value === undefined) rows.delete(key);
      else rows.set(key, value);
    }
  }

  /** Ascending by key, as a store gives them. */
  entries(table: Table): readonly StoreEntry[] {
    const rows = [...(this.#tables.get(table) ?? [])].map(([key, value]) => ({ key, value }));
    return rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  value(table: Table, key: string): Uint8Array | undefined {
    return this.#tables.get(table)?.get(key);
  }
}
