import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bodyOf, type Header, patchHops, readHeader, redirect, writeEnvelope } from "../../src/core/header.ts";
import { type Envelope, EnvelopeSchema } from "../../src/gen/e3/v1/envelope_pb.ts";
import { anyEnvelope, anyU32, anyU64, anyWireBytes, bodyFieldOf, joined } from "./envelope-arbitrary.ts";
import { isWellFormed } from "./well-formed.ts";

const max = 64;

const runs = { numRuns: 500 };

/** What readHeader should say of an envelope, by the generated codec. */
function headerOf(envelope: Envelope): Header {
  const { hopsLeft, origin, epoch, conversation, attempt, destinations, destinationKeys, ttlMs } = envelope;
  const { number, floor, sentAtMs, begin } = envelope;
  const bodyField = bodyFieldOf(envelope);
  return {
    hopsLeft,
    origin,
    epoch,
    conversation,
    number: Number(number),
    attempt,
    floor: Number(floor),
    destinations,
    destinationKeys,
    sentAtMs: Number(sentAtMs),
    ttlMs,
    begin: Number(begin),
    bodyField,
  };
}

/** The same without the body's number where the codec does not know the body: it may be one of a newer version. */
function knownOf(envelope: Envelope): Partial<Header> {
  const { bodyField, ...fields } = headerOf(envelope);
  return bodyField === 0 ? fields : { ...fields, bodyField };
}

function read(envelope: Uint8Array): Header {
  const header = readHeader(envelope, max);
  if (typeof header === "string") throw new Error(header);
  return header;
}

function decode(envelope: Uint8Array): Envelope {
  return fromBinary(EnvelopeSchema, envelope);
}

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

test("what the generated codec writes is read the same, field by field", () => {
  fc.assert(
    fc.property(anyEnvelope, (envelope) => {
      expect(read(toBinary(EnvelopeSchema, envelope))).toEqual(headerOf(envelope));
    }),
    runs,
  );
});

test("what is written is, byte for byte, what the generated codec writes, hops_left 0 apart", () => {
  fc.assert(
    fc.property(anyEnvelope, (envelope) => {
      const generated = toBinary(EnvelopeSchema, envelope);
      const written = writeEnvelope(headerOf(envelope), bodyOf(generated));
      expect(decode(written)).toEqual(envelope);
      expect(written).toEqual(envelope.hopsLeft === 0 ? joined(bytes(0x0d, 0, 0, 0, 0), generated) : generated);
    }),
    runs,
  );
});

test("a header survives being written and read", () => {
  fc.assert(
    fc.property(anyEnvelope, fc.uint8Array(), (envelope, body) => {
      const header = { ...headerOf(envelope), bodyField: 16 };
      const field = joined(bytes(0x82, 0x01, body.length & 0x7f), body.subarray(0, body.length & 0x7f));
      expect(read(writeEnvelope(header, field))).toEqual(header);
    }),
    runs,
  );
});

test("any bytes give a header or a fault, and never another header than the generated codec's", () => {
  let agreed = 0;
  fc.assert(
    fc.property(anyWireBytes, (envelope) => {
      const header = readHeader(envelope, max);
      expect(bodyOf(envelope).length).toBeLessThanOrEqual(envelope.length);
      if (typeof header === "string" || !isWellFormed(EnvelopeSchema, envelope)) return;
      const generated = decodeOrNot(envelope);
      if (generated === undefined) return;
      agreed++;
      expect(header).toMatchObject(knownOf(generated));
    }),
    { numRuns: 2_000 },
  );
  expect(agreed).toBeGreaterThan(50);
});

test("bytes that the generated codec accepts give the same header once it has written them anew", () => {
  fc.assert(
    fc.property(anyWireBytes, (envelope) => {
      const generated = decodeOrNot(envelope);
      if (generated === undefined) return;
      const header = readHeader(toBinary(EnvelopeSchema, generated), max);
      if (isRefused(generated)) expect(typeof header).toBe("string");
      else expect(header).toMatchObject(knownOf(generated));
    }),
    { numRuns: 2_000 },
  );
});

test("an envelope that is cut off anywhere is refused, or read as the whole fields before the cut", () => {
  fc.assert(
    fc.property(anyEnvelope, fc.nat(), (envelope, at) => {
      const whole = toBinary(EnvelopeSchema, envelope);
      const cut = whole.subarray(0, at % (whole.length + 1));
      const header = readHeader(cut, max);
      if (typeof header !== "string") expect(header).toEqual(headerOf(decode(cut)));
    }),
    runs,
  );
});

test("hops_left is patched in place, and nothing else", () => {
  fc.assert(
    fc.property(anyEnvelope, anyU32, (envelope, hopsLeft) => {
      const patched = writeEnvelope(headerOf(envelope), bodyOf(toBinary(EnvelopeSchema, envelope)));
      expect(patchHops(patched, hopsLeft)).toBe(true);
      expect(decode(patched)).toEqual({ ...envelope, hopsLeft });
    }),
    runs,
  );
});

test("a redirected envelope is the same message for others", () => {
  const others = fc.array(anyU64, { maxLength: 8 });
  fc.assert(
    fc.property(anyEnvelope, others, fc.boolean(), (envelope, destinations, isBound) => {
      const encoded = toBinary(EnvelopeSchema, envelope);
      const destinationKeys = isBound ? destinations.map((id) => id ^ 1n) : [];
      const redirected = redirect(encoded, read(encoded), destinations, destinationKeys);
      expect(decode(redirected)).toEqual({ ...envelope, destinations, destinationKeys });
    }),
    runs,
  );
});

function decodeOrNot(envelope: Uint8Array): Envelope | undefined {
  try {
    return decode(envelope);
  } catch {
    return undefined;
  }
}

/** What readHeader refuses although the generated codec takes it. */
function isRefused({
  number,
  floor,
  sentAtMs,
  begin,
  destinations,
  destinationKeys,
  $unknown = [],
}: Envelope): boolean {
  const isOver = [number, floor, sentAtMs, begin].some((count) => count >= 2n ** 53n);
  const isUneven = destinationKeys.length !== 0 && destinationKeys.length !== destinations.length;
  return (
    isOver ||
    isUneven ||
    $unknown.some(({ wireType, data }) => wireType === WireType.StartGroup || varintBytes(wireType, data) > 10)
  );
}

/** Bytes of the varint that the value of the unknown field is or starts with; a length of over 32 bits counts as too long. */
function varintBytes(wireType: WireType, data: Uint8Array): number {
  if (wireType !== WireType.Varint && wireType !== WireType.LengthDelimited) return 0;
  const bytes = data.findIndex((byte) => byte < 0x80) + 1;
  return wireType === WireType.LengthDelimited && bytes > 4 ? 11 : bytes;
}
