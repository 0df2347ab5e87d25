import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeAdvert, type AdvertContent } from "../../src/core/advert-codec.ts";
import { AdvertSchema } from "../../src/gen/e3/v1/link_pb.ts";

const fixed64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 1n, 2n ** 63n));
const text = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: "binary", maxLength: 20 }), fc.constant(""));
const texts = fc.array(text, { maxLength: 4 });
const anyAdvert: fc.Arbitrary<AdvertContent> = fc.record({
  id: fixed64,
  key: fc.uint8Array({ maxLength: 40 }),
  incarnation: fixed64,
  version: fixed64,
  claimedAtMs: fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 2 ** 53 - 1)),
  name: text,
  addresses: texts,
  neighbours: fc.array(fixed64, { maxLength: 40 }),
  features: texts,
  left: fc.boolean(),
  credential: fc.uint8Array({ maxLength: 40 }),
});

test("an advert is, byte for byte, the one that the generated codec writes", () => {
  fc.assert(
    fc.property(anyAdvert, (advert) => {
      const { addresses, neighbours, features } = advert;
      const lists = { addresses: [...addresses], neighbours: [...neighbours], features: [...features] };
      const message = create(AdvertSchema, { ...advert, ...lists, claimedAtMs: BigInt(advert.claimedAtMs) });
      expect(encodeAdvert(advert)).toEqual(toBinary(AdvertSchema, message));
    }),
  );
});
