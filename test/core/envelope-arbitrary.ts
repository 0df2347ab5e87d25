import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { type Envelope, EnvelopeSchema, ReceiptStatus, RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import { anyText } from "./text-arbitrary.ts";

/** Any 64-bit number, the edges more often than chance would. */
export const anyU64 = fc.oneof(
  fc.constantFrom(0n, 1n, 2n ** 63n - 1n, 2n ** 64n - 1n),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);

/** Any 32-bit number. */
export const anyU32 = fc.oneof(fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1), fc.nat(2 ** 32 - 1));

/** Any number that the core counts with, as the schema holds it. */
export const anyCount = fc.oneof(
  fc.constantFrom(0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n),
  fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
);

/** Without a byte order mark at the start: the generated codec, the reference here, drops it (src/core/utf8.ts). */
const anyContent = fc
  .oneof(anyText, fc.constantFrom("", "Hi there!", "x".repeat(200)))
  .map((text) => text.replace(/^\ufeff+/, ""));

const anyRange = fc
  .tuple(fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }), fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }))
  .map(([a, b]) => (a < b ? { first: a, last: b } : { first: b, last: a }));

/** Any receipt. */
export const anyReceipt = fc.record({
  epoch: anyU64,
  conversation: anyU64,
  status: fc.constantFrom(ReceiptStatus.STORED, ReceiptStatus.DELIVERED, ReceiptStatus.REFUSED, ReceiptStatus.SETTLED),
  ranges: fc.array(anyRange, { maxLength: 5 }),
  reason: fc.constantFrom(RefusalReason.UNSPECIFIED, RefusalReason.TOO_LARGE, RefusalReason.UNKNOWN_BODY),
});

const anyHeader = fc.record({
  hopsLeft: anyU32,
  origin: anyU64,
  epoch: anyU64,
  conversation: anyU64,
  number: anyCount,
  attempt: anyU32,
  floor: anyCount,
  sentAtMs: anyCount,
  ttlMs: anyU32,
  begin: anyCount,
  after: fc.oneof(
    { weight: 3, arbitrary: fc.constant<{ epoch: bigint; number: bigint }[]>([]) },
    { weight: 1, arbitrary: fc.array(fc.record({ epoch: anyU64, number: anyU64 }), { maxLength: 3 }) },
  ),
});

const anyDestinations = fc.array(fc.tuple(anyU64, anyU64), { maxLength: 20 }).chain((pairs) =>
  fc.boolean().map((isBound) => ({
    destinations: pairs.map(([id]) => id),
    destinationKeys: isBound ? pairs.map(([, key]) => key) : [],
  })),
);

const anyBody: fc.Arbitrary<Envelope["body"]> = fc
  .oneof(
    fc.constant(create(EnvelopeSchema)),
    anyContent.map((value) => create(EnvelopeSchema, { body: { case: "text", value } })),
    fc
      .record({ contentType: anyContent, data: fc.uint8Array() })
      .map((value) => create(EnvelopeSchema, { body: { case: "data", value } })),
    fc
      .array(anyReceipt, { maxLength: 4 })
      .map((receipts) => create(EnvelopeSchema, { body: { case: "receipts", value: { receipts } } })),
    fc
      .array(anyContent, { maxLength: 3 })
      .map((texts) => texts.map((value) => create(EnvelopeSchema, { hopsLeft: 1, body: { case: "text", value } })))
      .map((envelopes) => create(EnvelopeSchema, { body: { case: "custody", value: { envelopes } } })),
    fc
      .array(fc.uint8Array(), { maxLength: 4 })
      .map((bodies) => create(EnvelopeSchema, { body: { case: "bundle", value: { bodies } } })),
  )
  .map(({ body }) => body);

/** Any envelope that this version may send, as the generated codec knows it. */
export const anyEnvelope: fc.Arbitrary<Envelope> = fc
  .tuple(anyHeader, anyDestinations, anyBody)
  .map(([header, destinations, body]) => create(EnvelopeSchema, { ...header, ...destinations, body }));

/** Field number of the envelope's body in the schema; 0 when there is none. */
export function bodyFieldOf(envelope: Envelope): number {
  const name = envelope.body.case;
  return name === undefined ? 0 : EnvelopeSchema.field[name].number;
}

/** Bytes that look like protobuf often enough to get past the first tag: pieces of fields, whole, cut and garbled. */
export const anyWireBytes: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom(0x0d, 0x35, 0x65).chain((tag) => pieceOf([tag], 4)),
      fc.constantFrom(0x11, 0x19, 0x21, 0x29, 0x39, 0x41, 0x49, 0x59, 0x69).chain((tag) => pieceOf([tag], 8)),
      fc
        .constantFrom([0x42, 16], [0x4a, 16], [0x42, 0x90, 0x00], [0x7a, 16], [0xfa, 0x03, 16])
        .chain((tag) => pieceOf(tag, 16)),
      fc
        .constantFrom(
          [0x52, 0],
          [0x52, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8],
          [0x82, 0x01, 2, 65, 66],
          [0x92, 0x01, 0],
          [0xc8, 0x05, 7],
        )
        .map(bytesOf),
      fc
        .constantFrom(
          [0x83, 0x05],
          [0x84, 0x05],
          [0x80, 0x01],
          [0x82, 0x01, 0xff],
          [0x0b],
          [0x00],
          Array<number>(11).fill(0x80),
        )
        .map(bytesOf),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => bytesOf(pieces.flatMap((piece) => [...piece])));

function bytesOf(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from(bytes);
}

/** The tag with that many bytes of value, the upper ones often zero so that numbers stay below 2^53. */
function pieceOf(tag: readonly number[], count: number): fc.Arbitrary<Uint8Array> {
  return fc
    .uint8Array({ minLength: count, maxLength: count })
    .chain((value) =>
      fc
        .boolean()
        .map((isSmall) => bytesOf([...tag, ...(isSmall ? value.map((byte, at) => (at % 8 < 6 ? byte : 0)) : value)])),
    );
}

/** Joins encoded fields. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return bytesOf(parts.flatMap((part) => [...part]));
}
