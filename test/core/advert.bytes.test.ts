import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { bytesOf, isSealedAs, openAdvert, signedOf } from "../../src/core/advert.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import type { SealedAdvert } from "../../src/core/topology-frame.ts";
import { AdvertSchema, type Advert } from "../../src/gen/e3/v1/link_pb.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { fakePeer } from "../world/adverts.ts";

const peer = fakePeer(1);
const context = { signer: testSigner(99), limits: defaultLimits };

/** The peer's advert in these bytes. */
function sealed(advert: Uint8Array): SealedAdvert {
  return { advert, signature: peer.signer.sign(Buffer.concat([Buffer.from("e3 advert 1"), advert])) };
}

/** The peer's advert, changed. */
function changed(change: (message: Advert) => void): SealedAdvert {
  const message = fromBinary(AdvertSchema, bytesOf(peer.advert()));
  change(message);
  return sealed(toBinary(AdvertSchema, message));
}

test.each<readonly [string, (message: Advert) => void]>([
  ["plain", () => {}],
  ["without anything that can be left out", (message) => (message.addresses = [])],
  ["with a name beyond ASCII", (message) => (message.name = "Zoë")],
  ["with a time that no number holds", (message) => (message.claimedAtMs = 2n ** 64n - 1n)],
])("the bytes of an advert %s are the ones that came", (_, change) => {
  const signed = changed(change);
  const opened = openAdvert(signed, context);
  if (typeof opened === "string") return expect.unreachable(opened);
  expect(bytesOf(opened)).toEqual(new Uint8Array(signed.advert));
  expect(isSealedAs(opened, signed)).toBe(true);
});

test("the bytes of an advert are the ones that came, when its fields came in another order", () => {
  // The id, which comes first, nine bytes of it, at the end.
  const bytes = bytesOf(peer.advert());
  const advert = new Uint8Array(Buffer.concat([bytes.subarray(9), bytes.subarray(0, 9)]));
  const opened = openAdvert(sealed(advert), context);
  if (typeof opened === "string") return expect.unreachable(opened);
  expect(bytesOf(opened)).toEqual(advert);
  expect(opened.id).toBe(peer.advert().id);
});

test("an advert is not sealed as one with other bytes or another signature", () => {
  const record = peer.advert();
  expect(isSealedAs(record, signedOf(record))).toBe(true);
  expect(isSealedAs(record, { ...signedOf(record), advert: bytesOf(peer.advert({ version: 2n })) })).toBe(false);
  expect(isSealedAs(record, { ...signedOf(record), signature: new Uint8Array(64) })).toBe(false);
});
