import type { StoreEntry, StoreOp } from "../../src/core/store-op.ts";

/** A store's table after these writes. */
export function tableOf(ops: readonly StoreOp[], before: readonly StoreEntry[] = []): readonly StoreEntry[] {
  const table = new Map(before.map(({ key, value }) => [key, value]));
  for (const { key, value } of ops) {
    if (value === undefined) table.delete(key);
    else table.set(key, value);
  }
  return [...table].map(([key, value]) => ({ key, value }));
}
