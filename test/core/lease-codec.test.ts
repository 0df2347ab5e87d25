import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLease, encodeLease } from "../../src/core/lease-codec.ts";
import { key64 } from "../../src/core/store-op.ts";
import { LeaseRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";

const anyNumber = fc.oneof(fc.constant(0), fc.maxSafeNat());
const anyLease = fc.record({
  id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  node: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  claimedAtMs: anyNumber,
  silentSinceMs: anyNumber,
});

test("a lease is written as the generated codec writes it", () => {
  fc.assert(
    fc.property(anyLease, ({ id, node, claimedAtMs, silentSinceMs }) => {
      const key = new Uint8Array(8);
      new DataView(key.buffer).setBigUint64(0, node);
      const times = { claimedAtMs: BigInt(claimedAtMs), silentSinceMs: BigInt(silentSinceMs) };
      const generated = toBinary(LeaseRecordSchema, create(LeaseRecordSchema, { id, key, ...times }));
      expect(encodeLease({ id, node, claimedAtMs, silentSinceMs })).toEqual(generated);
    }),
  );
});

test("a lease is read as it was written, without the time of silence", () => {
  fc.assert(
    fc.property(anyLease, (lease) => {
      const { id, node, claimedAtMs } = lease;
      expect(decodeLease({ key: key64(id), value: encodeLease(lease) })).toEqual({ id, node, claimedAtMs });
    }),
  );
});

test("parts of milliseconds are left out", () => {
  const lease = { id: 1n, node: 2n, claimedAtMs: 17, silentSinceMs: 99 };
  expect(encodeLease({ ...lease, claimedAtMs: 17.9, silentSinceMs: 99.5 })).toEqual(encodeLease(lease));
});

test("what is under another key, or no lease, is not read", () => {
  const value = encodeLease({ id: 1n, node: 2n, claimedAtMs: 3, silentSinceMs: 4 });
  expect(decodeLease({ key: key64(2n), value })).toBeUndefined();
  expect(decodeLease({ key: key64(1n), value: value.subarray(1) })).toBeUndefined();
  expect(decodeLease({ key: key64(0n), value: new Uint8Array() })).toBeUndefined();
});
