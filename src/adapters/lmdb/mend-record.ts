import type { Table } from "../../core/store-op.ts";
import { sumsOf } from "./record-sums.ts";
import { decodeRecord, readRecord, sumBytes } from "./record.ts";

/** Largest value that is mended; some 20 ms are spent on finding the bit. Above what a peer stores in one record. */
export const mendBytesMax = 2_097_152;

/** CRC-32, as zlib computes it: the lowest bit is the highest power. */
const polynomial = 0xedb8_8320;

/**
 * The record with the one bit turned back that it lost, in its value or its sums, copied; undefined when it is sound, or lost
 * more than that, or its key is wrong.
 *
 * One sum leads to the only bit that it can have been, if any; turned back, both must be right. So two lost bits are
 * never taken for one, nor is any damage to one 4-byte word (record-sums.ts, 2 and 3), and other damage to a value
 * of n bytes is with a probability of 8n / 2^64.
 */
export function mendRecord(table: Table, key: Uint8Array, record: Uint8Array): Uint8Array | undefined {
  const bit = suspectIn(table, key, record);
  if (bit === undefined) return undefined;
  const mended = new Uint8Array(record);
  const at = bit >>> 3;
  mended[at] = (mended[at] ?? 0) ^ (1 << (bit & 7));
  return decodeRecord(table, key, mended) === undefined ? undefined : mended;
}

/** The only bit of the record that can have been lost if only one was; counted from its beginning. */
function suspectIn(table: Table, key: Uint8Array, record: Uint8Array): number | undefined {
  const read = readRecord(record);
  if (read === undefined || read.value.length > mendBytesMax) return undefined;
  const sums = sumsOf(table, key, read.value);
  const forwards = (sums.forwards ^ read.sums.forwards) >>> 0;
  const backwards = (sums.backwards ^ read.sums.backwards) >>> 0;
  const valueBits = read.value.length * 8;
  // When one sum is right, then so is the value.
  if (backwards === 0) return onlyBitOf(forwards, valueBits);
  if (forwards === 0) return onlyBitOf(backwards, valueBits + sumBytes * 8);
  return valueBitOf(forwards, valueBits);
}

function onlyBitOf(difference: number, from: number): number | undefined {
  const isOne = difference !== 0 && (difference & (difference - 1)) === 0;
  return isOne ? from + 31 - Math.clz32(difference) : undefined;
}

/** The bit of a value that changes the sum by so much: from the last one on, each changes it by the next power. */
function valueBitOf(difference: number, bits: number): number | undefined {
  const wanted = difference | 0;
  let change = polynomial | 0;
  for (let behind = 1; behind <= bits; behind += 1) {
    if (change === wanted) return bits - behind;
    // Without a branch, which would be foretold wrong every other time.
    change = (change >>> 1) ^ (polynomial & -(change & 1));
  }
  return undefined;
}
