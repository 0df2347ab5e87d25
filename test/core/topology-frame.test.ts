import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFrame } from "../../src/core/frame.ts";
import {
  decodeTopologyFrame,
  encodeAdverts,
  encodeDigest,
  type AdvertsFrame,
  type DigestFrame,
} from "../../src/core/topology-frame.ts";
import { FrameSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { anyWireBytes, joined } from "./envelope-arbitrary.ts";

const fixed64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 1n, 2n ** 63n));
const list = fc.array(fixed64, { maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 200 });
const edition = { node: fixed64, incarnation: fixed64, version: fixed64 };
const anyAdverts: fc.Arbitrary<AdvertsFrame> = fc.record({
  adverts: fc.array(fc.record({ advert: bytes, signature: bytes }), { maxLength: 4 }),
  deltas: fc.array(fc.record({ ...edition, linked: list, unlinked: list, signature: bytes }), { maxLength: 4 }),
});
const anyDigest: fc.Arbitrary<DigestFrame> = fc.record({
  summary: fixed64,
  entries: fc.array(fc.record(edition), { maxLength: 20 }),
  wanted: list,
});

/** The frames that the generated codec writes. */
function generatedAdverts({ adverts, deltas }: AdvertsFrame): Uint8Array {
  const mutable = deltas.map((delta) => ({ ...delta, linked: [...delta.linked], unlinked: [...delta.unlinked] }));
  return encodeFrame({ case: "adverts", value: { adverts: [...adverts], deltas: mutable } });
}

function generatedDigest({ summary, entries, wanted }: DigestFrame): Uint8Array {
  return encodeFrame({ case: "digest", value: { summary, entries: [...entries], wanted: [...wanted] } });
}

/** What the generated codec reads, without its type names. */
function generatedRead(frame: Uint8Array): unknown {
  const { frame: read } = fromBinary(FrameSchema, frame);
  if (read.case === "adverts") {
    const adverts = read.value.adverts.map(({ advert, signature }) => ({ advert, signature }));
    const deltas = read.value.deltas.map(({ node, incarnation, version, linked, unlinked, signature }) => {
      return { node, incarnation, version, linked, unlinked, signature };
    });
    return { case: read.case, value: { adverts, deltas } };
  }
  if (read.case !== "digest") return { case: read.case };
  const { summary, wanted } = read.value;
  const entries = read.value.entries.map(({ node, incarnation, version }) => ({ node, incarnation, version }));
  return { case: read.case, value: { summary, entries, wanted } };
}

test("a frame of adverts is, byte for byte, the one that the generated codec writes, and reads back", () => {
  fc.assert(
    fc.property(anyAdverts, (value) => {
      const frame = encodeAdverts(value);
      expect(frame).toEqual(generatedAdverts(value));
      expect(decodeTopologyFrame(frame)).toEqual({ case: "adverts", value });
    }),
  );
});

test("a digest is, byte for byte, the one that the generated codec writes, and reads back", () => {
  fc.assert(
    fc.property(anyDigest, (value) => {
      const frame = encodeDigest(value);
      expect(frame).toEqual(generatedDigest(value));
      expect(decodeTopologyFrame(frame)).toEqual({ case: "digest", value });
    }),
  );
});

test("any bytes are what the generated codec takes them for, or left to it", () => {
  const near = fc.oneof(anyAdverts.map(encodeAdverts), anyDigest.map(encodeDigest)).chain((frame) =>
    fc.tuple(fc.nat({ max: frame.length - 1 }), fc.nat({ max: 255 })).map(([at, byte]) => {
      const changed = frame.slice();
      changed[at] = byte;
      return changed;
    }),
  );
  fc.assert(
    fc.property(fc.oneof(near, anyWireBytes), (frame) => {
      const read = decodeTopologyFrame(frame);
      if (read !== undefined) expect(read).toEqual(generatedRead(frame));
    }),
    { numRuns: 2_000 },
  );
});

test("bytes of a frame that is a view of more are views of it, not of what surrounds it", () => {
  const value = { adverts: [{ advert: Uint8Array.of(1, 2), signature: Uint8Array.of(3) }], deltas: [] };
  const frame = encodeAdverts(value);
  const within = joined(Uint8Array.of(9, 9), frame, Uint8Array.of(7)).subarray(2, 2 + frame.length);
  expect(decodeTopologyFrame(within)).toEqual({ case: "adverts", value });
});

test.each([
  ["a list that is not packed, as encoders of old write it", "digest", [0x19, 1, 0, 0, 0, 0, 0, 0, 0]],
  ["a field of a newer version", "digest", [0xa2, 0x06, 1, 7]],
  ["fields in another order", "adverts", [0x12, 0, 0x0a, 0]],
] as const)("%s is left to the generated codec", (_, kind, fields) => {
  const frame = Uint8Array.of(kind === "digest" ? 0x32 : 0x22, fields.length, ...fields);
  expect(decodeTopologyFrame(frame)).toBeUndefined();
  expect(fromBinary(FrameSchema, frame).frame.case).toBe(kind);
});

test("another frame is left to the generated codec", () => {
  const ping = toBinary(FrameSchema, create(FrameSchema, { frame: { case: "ping", value: { nonce: 7n } } }));
  expect(decodeTopologyFrame(ping)).toBeUndefined();
});
