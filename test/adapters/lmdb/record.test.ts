import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRecord, encodeRecords, type RecordWrite } from "../../../src/adapters/lmdb/record.ts";
import type { StoreOp } from "../../../src/core/store-op.ts";

const ops: fc.Arbitrary<readonly StoreOp[]> = fc.array(
  fc.record({
    table: fc.constantFrom("meta" as const, "inbox" as const),
    key: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 40 }),
    value: fc.option(fc.uint8Array({ maxLength: 100 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 5 },
);

const firstOf = (given: readonly StoreOp[]): RecordWrite & { readonly record: Uint8Array } => {
  const [first] = encodeRecords(given);
  if (first?.record === undefined) throw new Error("expected a record");
  return { ...first, record: first.record };
};

test("records decode to what they were made of, and removals have none", () => {
  fc.assert(
    fc.property(ops, (given) => {
      const decoded = encodeRecords(given).map(({ table, key, record }, at) => {
        if (record === undefined || table === "damaged")
          return { key: Buffer.from(key).toString("latin1"), removed: true, at };
        return { ...decodeRecord(table, key, record), at };
      });
      expect(decoded).toEqual(
        given.map(({ key, value }, at) => (value === undefined ? { key, removed: true, at } : { key, value, at })),
      );
    }),
    { numRuns: 200 },
  );
});

test("every single bit counts, in the key, the value and the sums", () => {
  const { key, record } = firstOf([{ table: "inbox", key: "key", value: Uint8Array.of(0, 0, 255) }]);
  expect(decodeRecord("inbox", key, record)).toBeDefined();
  for (const bytes of [key, record]) {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const at = bit >> 3;
      const sound = bytes[at] ?? 0;
      bytes[at] = sound ^ (1 << (bit & 7));
      expect(decodeRecord("inbox", key, record)).toBeUndefined();
      bytes[at] = sound;
    }
  }
  expect(decodeRecord("inbox", key, record)).toBeDefined();
});

test("a record in another table or cut short is damaged", () => {
  const { key, record } = firstOf([{ table: "inbox", key: "key", value: Uint8Array.of(1) }]);
  expect(decodeRecord("outbox", key, record)).toBeUndefined();
  for (let length = 0; length < record.length; length += 1) {
    expect(decodeRecord("inbox", key, record.subarray(0, length))).toBeUndefined();
  }
});
