import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AdvertDeltaSchema, AdvertSchema, SignedAdvertSchema, type Advert } from "../../src/gen/e3/v1/link_pb.ts";
import {
  applyDelta,
  bytesOf,
  compareAge,
  deltaBetween,
  openAdvert,
  signAdvert,
  signedOf,
  type AdvertRecord,
} from "../../src/core/advert.ts";
import type { LinkDelta } from "../../src/core/topology-frame.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import type { Signer } from "../../src/core/world.ts";
import { fakePeer } from "../world/adverts.ts";
import { testSigner } from "../../src/testing/signer.ts";

const peer = fakePeer(1);
const limits = { ...defaultLimits, neighboursMax: 8, advertListMax: 2, advertTextBytesMax: 16 };
const context = { signer: testSigner(99), limits };

/** The record's message changed, and signed again by the peer itself: wrong in nothing but the change. */
function forged(change: (message: Advert) => void, signer: Signer = peer.signer) {
  const message = fromBinary(AdvertSchema, bytesOf(peer.advert()));
  change(message);
  const advert = toBinary(AdvertSchema, message);
  const labelled = Buffer.concat([Buffer.from("e3 advert 1"), advert]);
  return create(SignedAdvertSchema, { advert, signature: signer.sign(labelled) });
}

test("a signed advert opens to the same record elsewhere", () => {
  const record = peer.advert({
    name: "Zoë",
    neighbours: [9n, 3n, 9n],
    features: ["relay", "custody"],
    claimedAtMs: 17.9,
    credential: Uint8Array.of(1, 2, 3),
  });
  expect(record).toMatchObject({
    node: peer.node,
    neighbours: [3n, 9n],
    features: ["custody", "relay"],
    claimedAtMs: 17,
  });
  expect(openAdvert(signedOf(record), context)).toEqual(record);
});

test("the signature is over the label and the exact bytes", () => {
  const record = peer.advert();
  const signed = Buffer.concat([Buffer.from("e3 advert 1"), bytesOf(record)]);
  expect(peer.signer.sign(signed)).toEqual(record.signature);
});

test("an opened advert owns its memory", () => {
  const record = peer.advert();
  const { length } = bytesOf(record);
  const frame = Buffer.concat([bytesOf(record), record.signature]);
  const opened = openAdvert({ advert: frame.subarray(0, length), signature: frame.subarray(length) }, context);
  frame.fill(0);
  expect(opened).toEqual(record);
});

test("fields of a newer version are kept and do no harm", () => {
  const future = Uint8Array.of(0xa2, 0x06, 0x03, 1, 2, 3); // field 100, three bytes
  const advert = Buffer.concat([bytesOf(peer.advert()), future]);
  const signature = peer.signer.sign(Buffer.concat([Buffer.from("e3 advert 1"), advert]));
  const opened = openAdvert(create(SignedAdvertSchema, { advert, signature }), context);
  expect(opened).toMatchObject({ node: peer.node, verbatim: new Uint8Array(advert) });
});

test.each<readonly [string, (message: Advert) => void]>([
  ["the key must be 32 bytes", (message) => (message.key = new Uint8Array(31))],
  ["the id 0 is not", (message) => (message.id = 0n)],
  ["the id 9223372036854775808 is not", (message) => (message.id = 2n ** 63n)],
  ["count from 1", (message) => (message.incarnation = 0n)],
  ["count from 1", (message) => (message.version = 0n)],
  ["9 neighbours are too many", (message) => (message.neighbours = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n])],
  ["not in ascending order", (message) => (message.neighbours = [2n, 1n])],
  ["not in ascending order", (message) => (message.neighbours = [2n, 2n])],
  ["with itself", (message) => (message.neighbours = [peer.node])],
  ["over 16 bytes", (message) => (message.name = "12345678901234567")],
  ["over 16 bytes", (message) => (message.name = "ééééééééé")],
  ["control characters", (message) => (message.name = "red \u001b[31m")],
  ["control characters", (message) => (message.addresses = ["a:1\nb:2"])],
  ["control characters", (message) => (message.features = ["x\u0085"])],
  ["control characters", (message) => (message.name = "two\u2028lines")],
  ["3 addresses are too many", (message) => (message.addresses = ["a", "b", "c"])],
  ["3 features are too many", (message) => (message.features = ["a", "b", "c"])],
])("an advert is refused when %s", (reason, change) => {
  expect(openAdvert(forged(change), context)).toContain(reason);
});

test("an advert at every limit is accepted", () => {
  const atLimits = forged((message) => {
    message.id = 2n ** 63n - 1n;
    message.neighbours = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 2n ** 64n - 1n];
    message.name = "éééééééé";
    message.addresses = ["1234567890123456", "1234567890123456"];
    message.features = ["1234567890123456", "1234567890123456"];
  });
  expect(openAdvert(atLimits, context)).toMatchObject({ id: 2n ** 63n - 1n, name: "éééééééé" });
});

test("a claim far in the future is accepted, and read as a time that a lease can keep", () => {
  const opened = openAdvert(
    forged((message) => (message.claimedAtMs = 2n ** 64n - 1n)),
    context,
  );
  expect(opened).toMatchObject({ claimedAtMs: Number.MAX_SAFE_INTEGER });
});

test("an advert signed by another key is refused", () => {
  expect(
    openAdvert(
      forged(() => {}, testSigner(2)),
      context,
    ),
  ).toContain("not signed by its key");
});

test("sizes and cheap faults are found before anything is decoded, hashed or verified", () => {
  const unused = () => expect.unreachable("must not be called");
  const lazy = { ...context, signer: { verify: unused, sha256: unused } };
  const { advert: bytes, signature } = signedOf(peer.advert());
  const huge = create(SignedAdvertSchema, { advert: new Uint8Array(100_000), signature });
  expect(openAdvert(huge, lazy)).toContain("too many");
  expect(openAdvert(create(SignedAdvertSchema, { advert: bytes }), lazy)).toContain("64 bytes");
  expect(openAdvert(create(SignedAdvertSchema, { advert: bytes.subarray(1), signature }), lazy)).toContain(
    "not an Advert",
  );
  expect(
    openAdvert(
      forged((message) => (message.id = 0n)),
      lazy,
    ),
  ).toContain("id 0");
});

test("what is held already is not verified again, what is newer or older is", () => {
  let verified = 0;
  const verify: Signer["verify"] = (...args) => {
    verified += 1;
    return peer.signer.verify(...args);
  };
  const held = peer.advert({ version: 2n });
  const counting = { ...context, signer: { ...peer.signer, verify }, held: () => held };
  expect(openAdvert(signedOf(peer.advert({ version: 2n })), counting)).toBe(held);
  expect(verified).toBe(0);
  expect(openAdvert(signedOf(peer.advert({ version: 3n })), counting)).toMatchObject({ version: 3n });
  expect(openAdvert(signedOf(peer.advert({ version: 1n })), counting)).toMatchObject({ version: 1n });
  expect(verified).toBe(2);
});

test("arbitrary bytes never make an advert, nor an exception", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.uint8Array({ minLength: 64, maxLength: 64 }),
      (advert, signature) => {
        expect(openAdvert(create(SignedAdvertSchema, { advert, signature }), context)).toBeTypeOf("string");
      },
    ),
    { numRuns: 300 },
  );
});

test("a flipped bit anywhere makes no other advert", () => {
  const record = peer.advert({ neighbours: [3n, 9n] });
  fc.assert(
    fc.property(fc.nat({ max: bytesOf(record).length * 8 - 1 }), (bit) => {
      const advert = bytesOf(record);
      advert[bit >> 3] = (advert[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openAdvert({ ...signedOf(record), advert }, context)).toBeTypeOf("string");
    }),
    { numRuns: 300 },
  );
});

test("age goes by incarnation, then version", () => {
  const ages = [
    [1n, 1n],
    [1n, 2n],
    [2n, 1n],
  ].map(([incarnation = 0n, version = 0n]) => ({ incarnation, version }));
  for (const [i, a] of ages.entries()) {
    for (const [j, b] of ages.entries()) expect(Math.sign(compareAge(a, b))).toBe(Math.sign(i - j));
  }
});

test("a chain of deltas comes to the same bytes as the whole", () => {
  const links = fc.uniqueArray(fc.bigInt({ min: 1n, max: 30n }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(links, { minLength: 2, maxLength: 8 }), (lives) => {
      const versions = lives.map((neighbours, index) => peer.advert({ version: BigInt(index + 1), neighbours }));
      let remote: AdvertRecord | undefined;
      for (const [index, fresh] of versions.entries()) {
        const before = versions[index - 1];
        const delta = before && deltaBetween(before, fresh);
        remote = remote && delta ? applyDelta(remote, delta, context) : fresh;
        expect(delta === undefined).toBe(index === 0);
        expect(remote).toEqual(fresh);
      }
    }),
    { numRuns: 200 },
  );
});

test("a delta is as large as the change, not as the links", () => {
  const neighbours = Array.from({ length: 8 }, (_, index) => BigInt(index + 1));
  const delta = deltaBetween(
    peer.advert({ neighbours }),
    peer.advert({ version: 2n, neighbours: [...neighbours.slice(1), 50n] }),
  );
  expect(delta).toMatchObject({ node: peer.node, version: 2n, linked: [50n], unlinked: [1n] });
});

test.each([
  ["the name", { name: "other" }],
  ["the id", { id: 7n }],
  ["leaving", { left: true }],
  ["an address", { addresses: [] }],
  ["what others state", { credential: Uint8Array.of(1) }],
  ["the time of the claim", { claimedAtMs: 5 }],
  ["the incarnation", { incarnation: 2n }],
  ["the version by two", { version: 3n }],
  ["the version by none", { version: 1n }],
])("there is no delta that changes %s", (_, change) => {
  expect(deltaBetween(peer.advert(), peer.advert({ version: 2n, neighbours: [5n], ...change }))).toBeUndefined();
});

test("there is no delta from one peer to another", () => {
  const { id, name, addresses } = peer.advert();
  const other = signAdvert({ ...fakePeer(2).advert({ version: 2n }), id, name, addresses }, fakePeer(2).signer);
  expect(deltaBetween(peer.advert(), other)).toBeUndefined();
});

test("a delta keeps fields of newer versions, which are signed too", () => {
  const withFuture = (record: AdvertRecord): AdvertRecord => {
    const verbatim = new Uint8Array(Buffer.concat([bytesOf(record), Uint8Array.of(0xa2, 0x06, 0x01, 7)]));
    const signature = peer.signer.sign(Buffer.concat([Buffer.from("e3 advert 1"), verbatim]));
    return { ...record, verbatim, signature };
  };
  const old = withFuture(peer.advert({ neighbours: [3n] }));
  const fresh = withFuture(peer.advert({ version: 2n, neighbours: [3n, 4n] }));
  const delta = deltaBetween(old, fresh);
  expect(delta && applyDelta(old, delta, context)).toEqual(fresh);
});

test.each<readonly [string, (delta: LinkDelta) => Partial<LinkDelta>]>([
  ["is another peer's", ({ node }) => ({ node: node + 1n })],
  ["is of another incarnation", ({ incarnation }) => ({ incarnation: incarnation + 1n })],
  ["skips a version", ({ version }) => ({ version: version + 1n })],
  ["repeats the version", ({ version }) => ({ version: version - 1n })],
  ["links what is linked", () => ({ linked: [3n, 4n] })],
  ["links the same twice", () => ({ linked: [4n, 4n] })],
  ["unlinks what is not linked", () => ({ unlinked: [2n, 77n] })],
  ["unlinks the same twice", () => ({ unlinked: [2n, 2n] })],
  ["links the peer with itself", () => ({ linked: [peer.node] })],
  ["links too many", () => ({ linked: Array.from({ length: 9 }, (_, index) => BigInt(index + 100)) })],
  ["links more than it is signed for", () => ({ linked: [4n, 5n] })],
  ["has no signature", () => ({ signature: new Uint8Array() })],
  ["has a wrong signature", () => ({ signature: new Uint8Array(64) })],
])("a delta that %s does not apply", (_, change) => {
  const old = peer.advert({ neighbours: [2n, 3n] });
  const delta = deltaBetween(old, peer.advert({ version: 2n, neighbours: [3n, 4n] }));
  if (delta === undefined) return expect.unreachable("there is a delta");
  expect(applyDelta(old, delta, context)).toMatchObject({ neighbours: [3n, 4n] });
  expect(applyDelta(old, { ...delta, ...change(delta) }, context)).toBeUndefined();
});

test.each<readonly [string, bigint[]]>([
  ["a link of the peer with itself", [peer.node]],
  ["a link twice", [3n, 3n]],
  ["too many links", [3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n]],
])("a delta that comes to %s does not apply, although its own peer signed the outcome", (_, linked) => {
  const old = peer.advert({ neighbours: [2n] });
  const version = 2n;
  const { signature } = forged((message) => {
    message.version = version;
    message.neighbours = [2n, ...linked].toSorted((a, b) => (a < b ? -1 : 1));
  });
  const delta = create(AdvertDeltaSchema, { node: old.node, incarnation: old.incarnation, version, linked, signature });
  expect(applyDelta(old, delta, context)).toBeUndefined();
});
