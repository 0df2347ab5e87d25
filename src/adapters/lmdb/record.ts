import { isKey, type StoreEntry, type StoreOp, type Table } from "../../core/store-op.ts";
import { sumsOf, type RecordSums } from "./record-sums.ts";

/**
 * How an entry lies on disk: under the key's characters as bytes, the value followed by its two sums, forwards and
 * backwards, each of 32 bits, little endian.
 *
 * The sums cover the table's name, the key with its length and the value, so that a record that is damaged, or that turns up
 * under another key or in another table, is told from a sound one; and one that lost a single bit can be mended.
 */
export interface RecordWrite {
  /** "damaged" is where records are set aside. */
  readonly table: Table | "damaged";
  readonly key: Uint8Array;
  /** The record, or undefined to remove the key. */
  readonly record: Uint8Array | undefined;
}

/** Bytes of one sum. */
export const sumBytes = 4;
const sumsBytes = 2 * sumBytes;

/**
 * The records of a commit, copied: the caller's bytes are free afterwards.
 *
 * @throws RangeError for a key that is not 1 to 512 printable ASCII characters.
 */
export function encodeRecords(ops: readonly StoreOp[]): readonly RecordWrite[] {
  // One slab for the whole commit: an allocation each would cost more than the copying.
  const slab = Buffer.allocUnsafeSlow(ops.reduce((sum, op) => sum + op.key.length + valueBytes(op) + sumsBytes, 0));
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
    const sums = sumsOf(op.table, key, op.value);
    slab.writeUInt32LE(sums.forwards, sumAt);
    slab.writeUInt32LE(sums.backwards, sumAt + sumBytes);
    at = sumAt + sumsBytes;
    return { table: op.table, key, record: slab.subarray(valueAt, at) };
  });
}

/** The entry of a record, sharing its memory; undefined when it is damaged. */
export function decodeRecord(table: Table, key: Uint8Array, record: Uint8Array): StoreEntry | undefined {
  const read = readRecord(record);
  if (read === undefined) return undefined;
  const { forwards, backwards } = sumsOf(table, key, read.value);
  if (forwards !== read.sums.forwards || backwards !== read.sums.backwards) return undefined;
  return { key: keyText(key), value: read.value };
}

/** A record's parts, right or wrong, the value sharing its memory; undefined when it is too short to have them. */
export function readRecord(record: Uint8Array): { value: Uint8Array; sums: RecordSums } | undefined {
  const length = record.length - sumsBytes;
  if (length < 0) return undefined;
  const value = new Uint8Array(record.buffer, record.byteOffset, length);
  const sums = new DataView(record.buffer, record.byteOffset + length, sumsBytes);
  return { value, sums: { forwards: sums.getUint32(0, true), backwards: sums.getUint32(sumBytes, true) } };
}

/** A key's bytes as the characters they were made of. */
export function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");
}

function valueBytes(op: StoreOp): number {
  return op.value?.length ?? 0;
}
