import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { AdvertSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { advertBytesMax, faultOf } from "../../src/core/advert-fault.ts";
import { defaultLimits } from "../../src/core/limits.ts";

const text = "é".repeat(defaultLimits.advertTextBytesMax / 2);
const texts = Array.from({ length: defaultLimits.advertListMax }, () => text);
const largest = create(AdvertSchema, {
  id: 2n ** 63n - 1n,
  key: new Uint8Array(32),
  incarnation: 2n ** 64n - 1n,
  version: 2n ** 64n - 1n,
  claimedAtMs: 5n,
  name: text,
  addresses: texts,
  neighbours: Array.from({ length: defaultLimits.neighboursMax }, (_, index) => BigInt(index)),
  features: texts,
  left: true,
  credential: new Uint8Array(defaultLimits.credentialBytesMax),
});

test("the largest advert without a fault fits the bytes an advert may have, with room for new fields", () => {
  expect(faultOf(largest, defaultLimits)).toBeUndefined();
  const room = advertBytesMax(defaultLimits) - toBinary(AdvertSchema, largest).length;
  expect(room).toBeGreaterThanOrEqual(512);
});

test("the same advert is at fault under any tighter limit", () => {
  for (const limit of ["neighboursMax", "advertListMax", "advertTextBytesMax", "credentialBytesMax"] as const) {
    const limits = { ...defaultLimits, [limit]: defaultLimits[limit] - 1 };
    expect(faultOf(largest, limits)).toBeTypeOf("string");
  }
});

test("a claim in the future is no fault: it loses against any other, and its neighbours only pass it on", () => {
  const message = create(AdvertSchema, { ...largest, claimedAtMs: 2n ** 64n - 1n });
  expect(faultOf(message, defaultLimits)).toBeUndefined();
});
