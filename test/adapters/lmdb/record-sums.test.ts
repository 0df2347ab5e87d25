import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mendBytesMax } from "../../../src/adapters/lmdb/mend-record.ts";
import { sumsOf } from "../../../src/adapters/lmdb/record-sums.ts";
import { one, power, times } from "./crc-field.ts";

/** The sums as their docstring says them, a word at a time. */
function plainly(table: string, key: Uint8Array, value: Uint8Array): { forwards: number; backwards: number } {
  const whole = Buffer.concat([key, value]);
  const filled = Buffer.concat([whole, Buffer.alloc((4 - (whole.length % 4)) % 4)]);
  const words = Array.from({ length: filled.length / 4 }, (_, index) => filled.subarray(4 * index, 4 * index + 4));
  return {
    forwards: crc32(Buffer.concat([Buffer.from(`${table}/${key.length}/`), whole])),
    backwards: crc32(Buffer.concat([Buffer.from(`${key.length}/${table}/`), ...words.toReversed()])),
  };
}

const bytes = (lengths: fc.Arbitrary<number>): fc.Arbitrary<Uint8Array> =>
  lengths.chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));

test("the second sum is of the words in reverse order, however long key and value are", () => {
  const keyBytes = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(509, 510, 511, 512, 4_000, 20_000));
  // On either side of what is turned about at a time.
  const near = fc.tuple(fc.constantFrom(16_384, 32_768, 65_536), fc.integer({ min: -530, max: 10 }));
  const valueBytes = fc.oneof(
    fc.integer({ min: 0, max: 100 }),
    near.map(([base, more]) => base + more),
  );
  fc.assert(
    fc.property(
      fc.constantFrom("inbox" as const, "meta" as const),
      bytes(keyBytes),
      valueBytes,
      (table, key, length) => {
        const value = Uint8Array.from({ length }, (_, index) => (index * 167 + length) >> 2);
        expect(sumsOf(table, key, value)).toEqual(plainly(table, key, value));
      },
    ),
    { numRuns: 300 },
  );
});

test("an earlier record leaves nothing behind in the sums of a later one", () => {
  const key = Buffer.from("key");
  const before = sumsOf("inbox", key, Uint8Array.of(1));
  sumsOf("inbox", Buffer.alloc(512, 255), Buffer.alloc(40_000, 255));
  expect(sumsOf("inbox", key, Uint8Array.of(1))).toEqual(before);
});

/**
 * Of three bits a, b and c of the words X, Y and Z, the first two change both sums as the third one does when, in the field of
 * the CRC, aX + bY = cZ and a/X + b/Y = c/Z. Multiplied, with u = X/Y: u + 1/u = a/b + b/a + cc/ab. So it is enough that no
 * distance between two words has a u for which this holds, whatever the bits.
 */
test("no two bits of a record that may be mended change both sums as a single one does", () => {
  const wordsMax = (mendBytesMax + 512) / 4 + 1;
  const bits = Array.from({ length: 32 }, (_, index) => index);
  const wanted = new Set<number>();
  for (const a of bits)
    for (const b of bits) {
      const pair = power(a - b) ^ power(b - a);
      for (const c of bits) wanted.add((pair ^ power(2 * c - a - b)) >>> 0);
    }
  // Of two bits of one word: u is 1, and u + 1/u is 0.
  expect(wanted.has(0)).toBe(false);
  const [word, back] = [power(32), power(-32)];
  let [up, down] = [one, one];
  const found: number[] = [];
  // Beyond, there is one: so the search finds what there is.
  for (let distance = 1; distance <= 740_000; distance += 1) {
    up = times(up, word);
    down = times(down, back);
    if (wanted.has((up ^ down) >>> 0)) found.push(distance);
  }
  expect(times(up, down)).toBe(one);
  expect(found).toEqual([736_794]);
  expect(wordsMax).toBeLessThan(736_794);
});
