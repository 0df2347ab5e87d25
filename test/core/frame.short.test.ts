import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFrame, encodeShort, pongTo, shortKind, shortValue, type ShortFrame } from "../../src/core/frame.ts";
import { FrameSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { anyWireBytes, joined } from "./envelope-arbitrary.ts";

const anyKind = fc.constantFrom<ShortFrame>("digest", "ping", "pong");
const anyValue = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 1n, 2n ** 63n));

/** The frame that the generated codec writes. */
function generated(kind: ShortFrame, value: bigint): Uint8Array {
  if (kind === "digest") return encodeFrame({ case: kind, value: { summary: value } });
  return encodeFrame({ case: kind, value: { nonce: value } });
}

test("a short frame is, byte for byte, the one that the generated codec writes", () => {
  fc.assert(
    fc.property(anyKind, anyValue, (kind, value) => {
      expect(encodeShort(kind, value)).toEqual(generated(kind, value));
    }),
  );
});

test("the generated codec's frame is recognised, and its value read, wherever in a buffer it lies", () => {
  fc.assert(
    fc.property(anyKind, anyValue, fc.nat({ max: 9 }), (kind, value, offset) => {
      fc.pre(value !== 0n);
      const frame = generated(kind, value);
      const within = joined(new Uint8Array(offset), frame, Uint8Array.of(7)).subarray(offset, offset + frame.length);
      expect([shortKind(within), shortValue(within)]).toEqual([kind, value]);
    }),
  );
});

test("any bytes are what the generated codec takes them for, or left to it", () => {
  const resembling = fc
    .tuple(
      fc.constantFrom(0x32, 0x42, 0x4a, 0x3a, 0x2a),
      fc.constantFrom(9, 9, 9, 8, 10),
      fc.constantFrom(0x09, 0x09, 0x0a),
      anyValue,
    )
    .chain(([tag, length, field, value]) => {
      const frame = joined(Uint8Array.of(tag, length, field), generated("ping", value).subarray(3));
      return anyWireBytes.chain((more) => fc.constantFrom(frame, joined(frame, more), joined(more, frame)));
    });
  let short = 0;
  fc.assert(
    fc.property(fc.oneof(resembling, anyWireBytes), (bytes) => {
      const kind = shortKind(bytes);
      if (kind === undefined) return;
      short += 1;
      const frame = create(FrameSchema, { frame: fromBinary(FrameSchema, generated(kind, shortValue(bytes))).frame });
      expect(fromBinary(FrameSchema, bytes)).toEqual(frame);
    }),
    { numRuns: 2_000 },
  );
  expect(short).toBeGreaterThan(0);
});

test("what is not written in the shortest way is left to the generated codec", () => {
  const ping = generated("ping", 7n);
  const unknown = Uint8Array.of(0x58, 1);
  for (const bytes of [
    new Uint8Array(0),
    generated("ping", 0n),
    joined(ping, unknown),
    joined(unknown, ping),
    joined(ping, ping),
    ping.subarray(0, 10),
    encodeFrame({ case: "digest", value: { summary: 7n, wanted: [1n] } }),
    encodeFrame({ case: "exchange", value: { wanted: 1 } }),
    toBinary(FrameSchema, create(FrameSchema)),
  ])
    expect(shortKind(bytes)).toBeUndefined();
});

test("a pong has the nonce of its ping, which stays as it was", () => {
  fc.assert(
    fc.property(anyValue, (nonce) => {
      fc.pre(nonce !== 0n);
      const ping = encodeShort("ping", nonce);
      const pong = pongTo(ping);
      expect(pong).toEqual(generated("pong", nonce));
      expect(ping).toEqual(generated("ping", nonce));
      expect(pong.buffer).not.toBe(ping.buffer);
    }),
  );
});

test("a pong keeps no more than itself alive, also where frames are views of a pool", () => {
  const pool = Buffer.alloc(65_536);
  pool.set(encodeShort("ping", 7n), 100);
  const pong = pongTo(pool.subarray(100, 111));
  expect(pong).toEqual(encodeShort("pong", 7n));
  expect(pong.buffer.byteLength).toBe(11);
});
