import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeAcquaintance, encodeAcquaintance } from "../../src/core/acquaintance-codec.ts";
import { AcquaintanceRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";

const anyId = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const anyText = fc.oneof(fc.constant(""), fc.string({ maxLength: 300 }), fc.string({ unit: "grapheme" }));
const anyBytes = fc.uint8Array({ maxLength: 300 });
const anyPeer = fc.record({
  ...{ id: anyId, node: anyId, name: anyText, address: anyText, key: anyBytes, credential: anyBytes, via: anyText },
  ...{ seenMs: fc.oneof(fc.constant(0), fc.maxSafeNat()), present: fc.boolean() },
});

test("an acquaintance is written as the generated codec writes it, and read as it was written", () => {
  fc.assert(
    fc.property(anyPeer, ({ address, via, seenMs, present, ...same }) => {
      const addresses = address === "" ? [] : [address];
      const fields = { peer: { ...same, addresses, features: via === "" ? [] : [`via ${via}`] }, seenMs, present };
      const record = { ...same, address, via, seenMs: BigInt(seenMs), present };
      const bytes = encodeAcquaintance(fields);
      expect(bytes).toEqual(toBinary(AcquaintanceRecordSchema, create(AcquaintanceRecordSchema, record)));
      expect(decodeAcquaintance(bytes)).toEqual(fields);
    }),
  );
});

test("of several addresses the first is kept, of features for whom it speaks, and no parts of milliseconds", () => {
  const [key, credential] = [new Uint8Array([1]), new Uint8Array()];
  const peer = {
    id: 1n,
    node: 2n,
    name: "ali",
    addresses: ["a:1", "b:1"],
    key,
    credential,
    features: ["custody", "via cs2"],
  };
  const kept = { ...peer, addresses: ["a:1"], features: ["via cs2"] };
  const bytes = encodeAcquaintance({ peer, seenMs: 7.9, present: true });
  expect(decodeAcquaintance(bytes)).toEqual({ peer: kept, seenMs: 7, present: true });
});
