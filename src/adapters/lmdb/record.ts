import { crc32 } from "node:zlib";
import { isKey, type StoreEntry, type StoreOp, type Table } from "../../core/store-op.ts";

/**
 * How an entry lies on disk: under the key's characters as bytes, the value followed by a CRC-32, little endian.
 *
 * The sum covers the table's name, the key with its length and the value, so that a record that lost a bit, or that turns up under
 * another key or in another table, is told from a sound one. A CRC-32 finds every burst of up to 32 bits.
 */
export interface RecordWrite {
  /** "damaged" is where records are set aside. */
  readonly table: Table | "damaged";
  readonly key: Uint8Array;
  /** The record, or undefined to remove the key. */
  readonly record: Uint8Array | undefined;
}

const sumBytes = 4;

/**
 * The records of a commit, copied: the caller's bytes are free afterwards.
 *
 * @throws RangeError for a key that is not 1 to 512 printable ASCII characters.
 */
export function encodeRecords(ops: readonly StoreOp[]): readonly RecordWrite[] {
  // One slab for the whole commit: an allocation each would cost more than the copying.
  const slab = Buffer.allocUnsafeSlow(ops.reduce((sum, op) => sum + op.key.length + valueBytes(op) + sumBytes, 0));
  let at = 0;
  return ops.map((op) => {
    if (!isKey(op.key))
      throw new RangeError(`a key must be 1 to 512 printable ASCII characters: ${JSON.stringify(op.key)}`);
    const valueAt = at + slab.write(op.key, at, "latin1");
    const key = slab.subarray(at, valueAt);
    at = valueAt;
    if (op.value === undefined) return { table: op.table, key, record: undefined };
    slab.set(op.value, valueAt);
    const sumAt = valueAt + op.value.length;
    // Key and value lie side by side here, so one pass covers both.
    slab.writeUInt32LE(crc32(slab.subarray(valueAt - key.length, sumAt), seedOf(op.table, key.length)), sumAt);
    at = sumAt + sumBytes;
    return { table: op.table, key, record: slab.subarray(valueAt, at) };
  });
}

/** The entry of a record, sharing its memory; undefined when it is damaged. */
export function decodeRecord(table: Table, key: Uint8Array, record: Uint8Array): StoreEntry | undefined {
  const length = record.length - sumBytes;
  if (length < 0) return undefined;
  const value = new Uint8Array(record.buffer, record.byteOffset, length);
  const sum = new DataView(record.buffer, record.byteOffset + length, sumBytes).getUint32(0, true);
  if (crc32(value, crc32(key, seedOf(table, key.length))) !== sum) return undefined;
  return { key: keyText(key), value };
}

/** A key's bytes as the characters they were made of. */
export function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");
}

/** By table, and by length of the key. */
const seeds = new Map<Table, number[]>();

/** With the length, as the end of the key and the beginning of the value could else be taken for each other. */
function seedOf(table: Table, keyBytes: number): number {
  const known = seeds.get(table) ?? [];
  if (known.length === 0) seeds.set(table, known);
  return (known[keyBytes] ??= crc32(`${table}/${keyBytes}/`));
}

function valueBytes(op: StoreOp): number {
  return op.value?.length ?? 0;
}
