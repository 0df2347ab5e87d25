import { tables, type Table } from "../../core/store-op.ts";
import type { Environment } from "./environment.ts";
import { sumsOf } from "./record-sums.ts";
import { decodeRecord, sumBytes } from "./record.ts";

/**
 * Throws when a store is of an e3 from before records could be mended, which had one sum behind their value: all of them would
 * pass for damaged. A look at the first one of each table tells.
 */
export function refuseOlder(environment: Environment): void {
  const isOlder = tables.some((table) =>
    [...environment.tables[table].getRange({ limit: 1 })].some(({ key, value }) => isOlderRecord(table, key, value)),
  );
  if (!isOlder) return;
  throw new Error(
    "an older e3 wrote it, in a form that this one does not read; nothing is damaged: start the e3 that wrote it, or choose another --state directory",
  );
}

function isOlderRecord(table: Table, key: Uint8Array, record: Uint8Array): boolean {
  const length = record.length - sumBytes;
  if (length < 0 || decodeRecord(table, key, record) !== undefined) return false;
  const sum = new DataView(record.buffer, record.byteOffset + length, sumBytes).getUint32(0, true);
  return sumsOf(table, key, record.subarray(0, length)).forwards === sum;
}
