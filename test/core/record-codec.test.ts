import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeInboxRecord,
  decodeSentRecord,
  encodeInboxRecord,
  encodeOutboxRecord,
  encodeSentRecord,
  type InboxFields,
  type OutboxFields,
  type SentFields,
} from "../../src/core/record-codec.ts";
import { InboxRecordSchema, OutboxRecordSchema, SentRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";

const fixed64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 1n, 2n ** 63n));
const whole = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 127, 128, 2 ** 32, 2 ** 53 - 1));
const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 });
const anyOutbox: fc.Arbitrary<OutboxFields> = fc.record({
  ...{ conversation: fixed64, to: fixed64, boundTo: fixed64, group: fixed64, bodies },
  ...{ number: whole, sentAtMs: whole, expiresAtMs: whole, begin: whole },
});
const anyInbox: fc.Arbitrary<InboxFields> = fc.record({
  ...{ from: fixed64, epoch: fixed64, conversation: fixed64, bodies },
  ...{ cursor: whole, number: whole, sentAtMs: whole, receivedAtMs: whole, missing: whole },
  unordered: fc.boolean(),
});

const anySent: fc.Arbitrary<SentFields> = fc.record({
  ...{ to: fixed64, from: fixed64, epoch: fixed64, conversation: fixed64, bodies },
  ...{ cursor: whole, number: whole, sentAtMs: whole },
});

/** What the generated codec writes. */
function generatedInbox(record: InboxFields): Uint8Array {
  const { cursor, number, sentAtMs, receivedAtMs, missing } = record;
  const numbers = { cursor: BigInt(cursor), number: BigInt(number), missing: BigInt(missing) };
  const times = { sentAtMs: BigInt(sentAtMs), receivedAtMs: BigInt(receivedAtMs) };
  const [body, ...more] = record.bodies;
  const { from, epoch, conversation, unordered } = record;
  const rest = { from, epoch, conversation, unordered, more, ...(body && { body }) };
  return toBinary(InboxRecordSchema, create(InboxRecordSchema, { ...rest, ...numbers, ...times }));
}

test("an outbox record is, byte for byte, the one that the generated codec writes", () => {
  fc.assert(
    fc.property(anyOutbox, (record) => {
      const { number, sentAtMs, expiresAtMs, begin } = record;
      const numbers = { number: BigInt(number), begin: BigInt(begin) };
      const times = { sentAtMs: BigInt(sentAtMs), expiresAtMs: BigInt(expiresAtMs) };
      const { conversation, to, boundTo, group } = record;
      const [body, ...more] = record.bodies;
      const rest = { conversation, to, boundTo, group, more, ...(body && { body }) };
      const generated = toBinary(OutboxRecordSchema, create(OutboxRecordSchema, { ...rest, ...numbers, ...times }));
      expect(encodeOutboxRecord(record)).toEqual(generated);
    }),
  );
});

test("a record of what was said is, byte for byte, the one that the generated codec writes, and reads back", () => {
  fc.assert(
    fc.property(anySent, (record) => {
      const { cursor, number, sentAtMs, to, from, epoch, conversation } = record;
      const numbers = { cursor: BigInt(cursor), number: BigInt(number), sentAtMs: BigInt(sentAtMs) };
      const [body, ...more] = record.bodies;
      const rest = { to, from, epoch, conversation, more, ...(body && { body }) };
      const generated = toBinary(SentRecordSchema, create(SentRecordSchema, { ...rest, ...numbers }));
      expect(encodeSentRecord(record)).toEqual(generated);
      expect(decodeSentRecord(generated)).toEqual(record);
    }),
  );
});

test("an inbox record is, byte for byte, the one that the generated codec writes, and reads back", () => {
  fc.assert(
    fc.property(anyInbox, (record) => {
      expect(encodeInboxRecord(record)).toEqual(generatedInbox(record));
      expect(decodeInboxRecord(encodeInboxRecord(record))).toEqual(record);
    }),
  );
});

test("an inbox record of a newer version is read, as far as it is known", () => {
  const record = {
    cursor: 7,
    from: 1n,
    epoch: 2n,
    conversation: 3n,
    number: 4,
    sentAtMs: 5,
    receivedAtMs: 6,
    missing: 0,
    unordered: true,
  };
  const known = encodeInboxRecord({ ...record, bodies: [Uint8Array.of(8), Uint8Array.of(9, 10)] });
  const newer = Uint8Array.from([...known, 0xa2, 0x06, 1, 7]); // field 100
  expect(decodeInboxRecord(newer)).toEqual({ ...record, bodies: [Uint8Array.of(8), Uint8Array.of(9, 10)] });
});

test("bytes that are no inbox record are refused, like the generated codec does", () => {
  const torn = encodeInboxRecord({
    ...{ cursor: 7, from: 1n, epoch: 2n, conversation: 3n, number: 4 },
    ...{ sentAtMs: 5, receivedAtMs: 6, missing: 0, unordered: false, bodies: [Uint8Array.of(8), Uint8Array.of(9, 10)] },
  }).subarray(0, 12);
  expect(() => fromBinary(InboxRecordSchema, torn)).toThrow(RangeError);
  expect(() => decodeInboxRecord(torn)).toThrow(RangeError);
});

test("a record has memory of its own: while a store fails, only what is counted is kept alive", () => {
  fc.assert(
    fc.property(anyOutbox, anyInbox, (sent, received) => {
      for (const bytes of [encodeOutboxRecord(sent), encodeInboxRecord(received)])
        expect(bytes.buffer.byteLength).toBe(bytes.length);
    }),
  );
});
