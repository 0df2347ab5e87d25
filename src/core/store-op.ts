/** The tables of a peer's store. Values are the messages of proto/e3/v1/store.proto. */
export const tables = [
  ...["meta", "lanes", "outbox", "inbox", "sent"],
  ...["marks", "mailbox", "shelves", "leases", "spread", "groups"],
] as const;

/** The name of a table. */
export type Table = (typeof tables)[number];

/** One write: put the value under the key, or remove the key when there is no value. */
export interface StoreOp {
  readonly table: Table;
  /** Sorts by code unit; made of fixed-width hexadecimal numbers, so that it sorts by number. */
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/**
 * Whether a key is 1 to 512 printable ASCII characters, the same for every store: keys must order alike as strings and as
 * bytes, and fit lmdb's limit with a table's name before them. By hand, as each write asks, and a pattern takes longer.
 */
export function isKey(key: string): boolean {
  if (key.length === 0 || key.length > keyMax) return false;
  for (let index = 0; index < key.length; index += 1) {
    const code = key.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

const keyMax = 512;

/** One stored record. */
export interface StoreEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Sixteen hexadecimal digits, so that keys sort as their numbers do. */
export function key64(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}

/** The same of a whole number, 0 to 2^53-1. */
export function keyOf(value: number): string {
  return value.toString(16).padStart(16, "0");
}
