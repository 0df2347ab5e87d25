import { crc32 } from "node:zlib";
import type { Table } from "../../core/store-op.ts";

/**
 * The two sums of a record: the CRC-32 of key and value, and the same with their 4-byte words in reverse order (the last
 * one filled up with zeros). Both begin with the table's name and the key's length, as the end of a key and the beginning
 * of a value could else be taken for each other.
 *
 * Why backwards: let x be the root of the CRC's polynomial. Damage d to the i-th word changes the sums by d*x^-32i and
 * d*x^32i, up to factors that are the same for all words. So the sums are the two check words of a Reed-Solomon code over
 * GF(2^32) (the P and Q of RAID 6), whose code words differ in three words at least. It follows that
 * 1. damage to one or two words never goes unnoticed, and other damage does with a probability of 2^-64;
 * 2. a single bit changes both sums in a way in which no other bit does, nor any other damage to one word;
 * 3. any two bits change them in a way in which no single bit does, in values of up to `mendBytesMax` (mend-record.ts);
 *    that is a matter of counting, which test/adapters/lmdb/record-sums.test.ts does.
 * Two CRCs of the same bytes in two orders of larger pieces would not do: what is damaged within one piece would change the
 * second sum as the first foretells, and the two would say no more than one.
 */
export interface RecordSums {
  /** 32 bits, like the other. */
  readonly forwards: number;
  readonly backwards: number;
}

/** Turned about at a time: enough to make the calls cheap, and at home in the processor's nearest cache. */
const chunkBytes = 16_384;
const words = new Int32Array(chunkBytes / Int32Array.BYTES_PER_ELEMENT);
const chunk = new Uint8Array(words.buffer);

/** The sums of a record. Costs two passes of the native CRC-32, and keeps nothing. */
export function sumsOf(table: Table, key: Uint8Array, value: Uint8Array): RecordSums {
  const seeds = seedsOf(table, key.length);
  return {
    forwards: crc32(value, crc32(key, seeds.forwards)),
    backwards: backwardsOf(key, value, seeds.backwards),
  };
}

function backwardsOf(key: Uint8Array, value: Uint8Array, seed: number): number {
  const bytes = key.length + value.length;
  let sum = seed;
  for (let from = bytes - 1 - ((bytes - 1) % chunkBytes); from >= 0; from -= chunkBytes) {
    const wordCount = Math.ceil(Math.min(bytes - from, chunkBytes) / Int32Array.BYTES_PER_ELEMENT);
    words[wordCount - 1] = 0;
    fill(key, value, from);
    words.subarray(0, wordCount).reverse();
    sum = crc32(chunk.subarray(0, wordCount * Int32Array.BYTES_PER_ELEMENT), sum);
  }
  return sum;
}

/** Copies what lies from there on, of key and value side by side. */
function fill(key: Uint8Array, value: Uint8Array, from: number): void {
  const keyBytes = Math.min(Math.max(key.length - from, 0), chunkBytes);
  if (keyBytes > 0) chunk.set(partOf(key, from, keyBytes));
  const room = chunkBytes - keyBytes;
  if (room > 0) chunk.set(partOf(value, from + keyBytes - key.length, room), keyBytes);
}

function partOf(bytes: Uint8Array, from: number, bytesMax: number): Uint8Array {
  return from === 0 && bytes.length <= bytesMax ? bytes : bytes.subarray(from, from + bytesMax);
}

/** By table, and by length of the key. */
const seeds = new Map<Table, RecordSums[]>();

function seedsOf(table: Table, keyBytes: number): RecordSums {
  const known = seeds.get(table) ?? [];
  if (known.length === 0) seeds.set(table, known);
  return (known[keyBytes] ??= {
    forwards: crc32(`${table}/${keyBytes}/`),
    // In another order, so that another table's name changes it in a way of its own.
    backwards: crc32(`${keyBytes}/${table}/`),
  });
}
