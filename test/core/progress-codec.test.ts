import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  encodeCounterRecord,
  encodeLaneRecord,
  encodeMarkRecord,
  encodeSentCountRecord,
} from "../../src/core/progress-codec.ts";
import { RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import {
  CounterRecordSchema,
  LaneRecordSchema,
  MarkRecordSchema,
  SentCountRecordSchema,
} from "../../src/gen/e3/v1/store_pb.ts";

const fixed64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 1n, 2n ** 63n));
const whole = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 127, 128, 2 ** 32, 2 ** 53 - 1));
const anyLane = fc.record({
  ...{ conversation: fixed64, to: fixed64, boundTo: fixed64, group: fixed64, retired: fc.boolean() },
  ...{ next: whole, begin: whole, floor: whole, lamport: whole },
});
const reason = fc.constantFrom(RefusalReason.UNSPECIFIED, RefusalReason.TOO_LARGE, RefusalReason.UNKNOWN_BODY);
const anyMarks = fc.record({
  ...{ epoch: fixed64, conversation: fixed64, next: whole, missing: whole, begin: whole },
  ...{ from: fixed64, lamport: whole, heardAtMs: whole },
  holes: fc.array(fc.record({ first: whole, last: whole }), { maxLength: 5 }),
  refused: fc.array(fc.record({ number: whole, reason }), { maxLength: 5 }),
});

test("a lane's record is, byte for byte, the one that the generated codec writes", () => {
  fc.assert(
    fc.property(anyLane, (lane) => {
      const { next, begin, floor, lamport } = lane;
      const numbers = { next: BigInt(next), begin: BigInt(begin), floor: BigInt(floor), lamport: BigInt(lamport) };
      expect(encodeLaneRecord(lane)).toEqual(
        toBinary(LaneRecordSchema, create(LaneRecordSchema, { ...lane, ...numbers })),
      );
    }),
  );
});

test("the record of marks is, byte for byte, the one that the generated codec writes", () => {
  fc.assert(
    fc.property(anyMarks, (marks) => {
      const { next, missing, begin, lamport } = marks;
      const numbers = { next: BigInt(next), missing: BigInt(missing), begin: BigInt(begin), lamport: BigInt(lamport) };
      const heardAtMs = BigInt(marks.heardAtMs);
      const holes = marks.holes.map(({ first, last }) => ({ first: BigInt(first), last: BigInt(last) }));
      const refused = marks.refused.map((one) => ({ ...one, number: BigInt(one.number) }));
      const record = create(MarkRecordSchema, { ...marks, ...numbers, heardAtMs, holes, refused });
      expect(encodeMarkRecord(marks)).toEqual(toBinary(MarkRecordSchema, record));
    }),
  );
});

test("the count of what was said is, byte for byte, the one that the generated codec writes", () => {
  fc.assert(
    fc.property(whole, whole, whole, (cursor, first, bytes) => {
      const numbers = { cursor: BigInt(cursor), first: BigInt(first), bytes: BigInt(bytes) };
      const record = create(SentCountRecordSchema, numbers);
      expect(encodeSentCountRecord({ cursor, first, bytes })).toEqual(toBinary(SentCountRecordSchema, record));
    }),
  );
});

test("a counter is, byte for byte, the one that the generated codec writes", () => {
  fc.assert(
    fc.property(whole, (value) => {
      const record = create(CounterRecordSchema, { value: BigInt(value) });
      expect(encodeCounterRecord(value)).toEqual(toBinary(CounterRecordSchema, record));
    }),
  );
});
