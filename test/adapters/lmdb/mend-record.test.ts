import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mendBytesMax, mendRecord } from "../../../src/adapters/lmdb/mend-record.ts";
import { decodeRecord, encodeRecords, sumBytes } from "../../../src/adapters/lmdb/record.ts";
import { tables, type Table } from "../../../src/core/store-op.ts";

interface Sample {
  readonly table: Table;
  readonly key: Uint8Array;
  readonly record: Uint8Array;
}

const keyText = "000000000000a7c3";

/** A record with a value of so many bytes, all different enough. */
function sampleOf(bytes: number, { table = "inbox", key = keyText }: { table?: Table; key?: string } = {}): Sample {
  const value = Uint8Array.from({ length: bytes }, (_, index) => Math.imul(index + bytes + 1, 0x9e37_79b1) >>> 24);
  const [write] = encodeRecords([{ table, key, value }]);
  if (write?.record === undefined) throw new Error("expected a record");
  return { table, key: write.key, record: write.record };
}

function turned(bytes: Uint8Array, ...bits: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const bit of bits) copy[bit >>> 3] = (copy[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** What a reader would get: nothing but for a record that is sound, or mended. */
function servedOf({ table, key, record }: Sample): Uint8Array | undefined {
  return decodeRecord(table, key, record) === undefined ? mendRecord(table, key, record) : record;
}

const below = (count: number): fc.Arbitrary<number> => fc.nat({ max: count - 1 });

describe("one bit", () => {
  const lengths = [...Array.from({ length: 41 }, (_, index) => index), 63, 64, 65, 127, 200, 255, 399];

  test.each(lengths)("of a value of %i bytes, or of its sums, is turned back, whichever it was", (length) => {
    const sample = sampleOf(length);
    for (let bit = 0; bit < sample.record.length * 8; bit += 1) {
      const damaged = turned(sample.record, bit);
      expect(decodeRecord(sample.table, sample.key, damaged)).toBeUndefined();
      const mended = mendRecord(sample.table, sample.key, damaged);
      expect(mended !== undefined && isSame(mended, sample.record), `bit ${bit}`).toBe(true);
      expect(isSame(damaged, turned(sample.record, bit)), "the damaged record is left alone").toBe(true);
    }
  });

  test.each([4_000, 6_397, 16_366, 16_370, 16_384, 65_537, 1_048_576, mendBytesMax])(
    "of a value of %i bytes is turned back at its ends and anywhere",
    (length) => {
      const sample = sampleOf(length);
      const bits = sample.record.length * 8;
      const some = Array.from({ length: 8 }, (_, index) => Math.floor((index * 0.123_4 + 0.061) * bits));
      // Where the value ends, the sums begin, and what is turned about at a time ends.
      const ends = [0, 1, 31, 32, (16_384 - 16) * 8 - 1, (16_384 - 16) * 8, length * 8 - 1, length * 8, bits - 1];
      for (const bit of [...some, ...ends.filter((end) => end < bits)]) {
        const mended = mendRecord(sample.table, sample.key, turned(sample.record, bit));
        expect(mended !== undefined && isSame(mended, sample.record), `bit ${bit}`).toBe(true);
      }
    },
  );

  test("of a larger value is not looked for", () => {
    const { table, key, record } = sampleOf(mendBytesMax + 1);
    expect(mendRecord(table, key, turned(record, 5))).toBeUndefined();
  });

  test("of a key is not taken for one of the value", () => {
    for (const length of [0, 1, 5, 100, 5_000]) {
      const { table, key, record } = sampleOf(length);
      for (let bit = 0; bit < key.length * 8; bit += 1)
        expect(servedOf({ table, key: turned(key, bit), record }), `bit ${bit}`).toBeUndefined();
    }
  });
});

test("a sound record is not mended, nor one too short to have sums", () => {
  const { table, key, record } = sampleOf(20);
  expect(mendRecord(table, key, record)).toBeUndefined();
  for (let length = 0; length < 2 * sumBytes; length += 1)
    expect(mendRecord(table, key, record.subarray(0, length))).toBeUndefined();
});

describe("more than a bit is never served", () => {
  test.each([0, 1, 9, 14])("any two bits of a key, a value of %i bytes and its sums", (length) => {
    const { table, key, record } = sampleOf(length, { key: "key a" });
    const whole = Buffer.concat([key, record]);
    const at = key.length;
    for (let first = 0; first < whole.length * 8; first += 1) {
      for (let second = 0; second < first; second += 1) {
        const damaged = turned(whole, first, second);
        const served = servedOf({ table, key: damaged.subarray(0, at), record: damaged.subarray(at) });
        if (served !== undefined) expect.fail(`bits ${first} and ${second} were served`);
      }
    }
  });

  const cases = (lengthMax: number, bitsMax: number): fc.Arbitrary<readonly [Sample, readonly number[]]> =>
    below(lengthMax + 1).chain((length) => {
      const sample = sampleOf(length);
      const bits = fc.uniqueArray(below(sample.record.length * 8), { minLength: 2, maxLength: bitsMax });
      return fc.tuple(fc.constant(sample), bits);
    });

  test.each([
    [2, 400, 4_000],
    [2, 20_000, 300],
    [3, 400, 4_000],
    [3, 20_000, 300],
    [40, 400, 2_000],
  ])("up to %i bits anywhere, in values of up to %i bytes", (bitsMax, lengthMax, numRuns) => {
    fc.assert(
      fc.property(cases(lengthMax, bitsMax), ([sample, bits]) => {
        expect(servedOf({ ...sample, record: turned(sample.record, ...bits) })).toBeUndefined();
      }),
      { numRuns },
    );
  });

  test.each([8, 32, 33, 64, 800])("bursts of up to %i bits", (bitsMax) => {
    const burst = below(600).chain((length) => {
      const sample = sampleOf(length);
      const mask = fc.uniqueArray(below(bitsMax), { minLength: 2, maxLength: Math.min(bitsMax, 64) });
      return fc.tuple(fc.constant(sample), below(sample.record.length * 8), mask);
    });
    fc.assert(
      fc.property(burst, ([sample, from, mask]) => {
        const bits = mask.map((offset) => from + offset).filter((bit) => bit < sample.record.length * 8);
        fc.pre(bits.length > 1);
        expect(servedOf({ ...sample, record: turned(sample.record, ...bits) })).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  test("two bits that a single CRC takes for one", () => {
    // 1 + x^i + x^j is 0 in the field of the CRC for some i and j from 91,607 bits on: a CRC alone would mend a third bit.
    const { table, key, record } = sampleOf(16_000);
    const misleading = misleadingBits(record.length * 8 - 64);
    expect(misleading.length).toBeGreaterThan(0);
    for (const [first, second, third] of misleading) {
      const two = turned(record, first, second);
      const value = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, -2 * sumBytes);
      expect(crc32(value(two))).toBe(crc32(value(turned(record, third))));
      expect(servedOf({ table, key, record: two })).toBeUndefined();
    }
  });

  test.each([0, 3, 40, 399])("a value of %i bytes whose record was torn or is partly of another", (length) => {
    const sample = sampleOf(length);
    const other = sampleOf(length, { key: "000000000000a7c4" });
    const noise = Uint8Array.from(sample.record, (byte, index) => byte ^ (Math.imul(index + 7, 0x85eb_ca6b) >>> 24));
    for (let kept = 0; kept < sample.record.length; kept += 1) {
      const head = sample.record.subarray(0, kept);
      expect(servedOf({ ...sample, record: head })).toBeUndefined();
      for (const tail of [new Uint8Array(noise.length), new Uint8Array(noise.length).fill(255), noise, other.record]) {
        const record = Buffer.concat([head, tail.subarray(kept)]);
        // The same by chance, or but for a bit.
        const served = servedOf({ ...sample, record });
        if (served !== undefined) expect(isSame(served, sample.record)).toBe(true);
      }
    }
  });

  test("records that changed places, with one beside it or of another table", () => {
    const keys = Array.from({ length: 300 }, (_, index) => (index + 0xa7c0).toString(16).padStart(16, "0"));
    for (const length of [0, 4, 60, 700]) {
      for (const key of keys) {
        const { record } = sampleOf(length, { key });
        expect(servedOf({ table: "inbox", key: Buffer.from(keyText), record }) === undefined).toBe(key !== keyText);
      }
      for (const [from, to] of tables.flatMap((from) => tables.map((to) => [from, to] as const))) {
        const { key, record } = sampleOf(length, { table: from });
        expect(servedOf({ table: to, key, record }) === undefined).toBe(from !== to);
      }
    }
  });

  test("a record whose key took a byte of its value, or gave one", () => {
    for (const length of [1, 5, 30]) {
      const { table, key, record } = sampleOf(length);
      const whole = Buffer.concat([key, record]);
      for (let at = 1; at < whole.length; at += 1) {
        const served = servedOf({ table, key: whole.subarray(0, at), record: whole.subarray(at) });
        expect(served === undefined).toBe(at !== key.length);
      }
    }
  });
});

/** Bits of a value of so many, of which the first two change a CRC as the third does. */
function misleadingBits(bits: number): readonly (readonly [number, number, number])[] {
  const distanceOf = new Map<number, number>();
  for (let distance = 0, change = 0xedb8_8320; distance < bits; distance += 1) {
    distanceOf.set(change >>> 0, distance);
    change = (change >>> 1) ^ (change & 1 ? 0xedb8_8320 : 0);
  }
  const last = 0xedb8_8320;
  return [...distanceOf].flatMap(([change, distance]) => {
    const third = distanceOf.get((change ^ last) >>> 0);
    return third === undefined ? [] : [[bits - 1, bits - 1 - distance, bits - 1 - third] as const];
  });
}
