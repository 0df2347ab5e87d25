import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Body,
  bodyFields,
  bodyItemsMax,
  bundleItemsMax,
  countItems,
  decodeBody,
  encodeBundle,
  encodeCustody,
  encodeData,
  encodeReceipts,
  encodeText,
} from "../../src/core/body.ts";
import { bodyOf } from "../../src/core/header.ts";
import {
  type Envelope,
  EnvelopeSchema,
  GroupMessageSchema,
  MulticastSchema,
  ReceiptStatus,
  RefusalReason,
  SignalSchema,
} from "../../src/gen/e3/v1/envelope_pb.ts";
import { anyEnvelope, anyReceipt, anyWireBytes, joined } from "./envelope-arbitrary.ts";
import { anyText } from "./text-arbitrary.ts";
import { isWellFormed } from "./well-formed.ts";

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

function generated(body: Envelope["body"]): Uint8Array {
  return toBinary(EnvelopeSchema, create(EnvelopeSchema, { body }));
}

/** What decodeBody should say of an envelope, by the generated codec. */
function bodyBy({ body }: Envelope): Body {
  switch (body.case) {
    case undefined:
      return { kind: "unknown" };
    case "text":
      return { kind: "text", text: body.value };
    case "data":
      return { kind: "data", contentType: body.value.contentType, data: body.value.data };
    case "custody":
      return { kind: "custody", envelopes: body.value.envelopes.map((envelope) => toBinary(EnvelopeSchema, envelope)) };
    case "group":
      return { kind: "group", bytes: toBinary(GroupMessageSchema, body.value) };
    case "signal":
      return { kind: "signal", bytes: toBinary(SignalSchema, body.value) };
    case "multicast":
      return { kind: "multicast", bytes: toBinary(MulticastSchema, body.value) };
    case "bundle":
      return { kind: "bundle", bodies: body.value.bodies };
    case "receipts":
      return {
        kind: "receipts",
        receipts: body.value.receipts.map(({ epoch, conversation, status, ranges, reason }) => ({
          epoch,
          conversation,
          status,
          ranges: ranges.map(({ first, last }) => ({ first: Number(first), last: Number(last) })),
          reason,
        })),
      };
  }
}

test("the bodies of the schema have the numbers of the schema", () => {
  for (const [name, number] of Object.entries(bodyFields)) {
    expect(EnvelopeSchema.fields.find((field) => field.name === name)?.number).toBe(number);
  }
});

test("every body of the generated codec is decoded as it decodes it", () => {
  fc.assert(
    fc.property(anyEnvelope, (envelope) => {
      expect(decodeBody(bodyOf(toBinary(EnvelopeSchema, envelope)))).toEqual(bodyBy(envelope));
    }),
    { numRuns: 500 },
  );
});

test("every body is, byte for byte, what the generated codec writes", () => {
  fc.assert(
    fc.property(anyEnvelope, (envelope) => {
      const body = bodyBy(envelope);
      const expected = generated(envelope.body);
      if (body.kind === "text") expect(encodeText(body.text)).toEqual(expected);
      if (body.kind === "data") expect(encodeData(body.contentType, body.data)).toEqual(expected);
      if (body.kind === "receipts") expect(encodeReceipts(body.receipts)).toEqual(expected);
      if (body.kind === "bundle") expect(encodeBundle(body.bodies)).toEqual(expected);
      if (body.kind === "custody") expect(encodeCustody(body.envelopes)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("any text arrives as it was sent, a byte order mark included", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(decodeBody(encodeText(text))).toEqual({ kind: "text", text });
      expect(decodeBody(encodeText(`\ufeff${text}`))).toEqual({ kind: "text", text: `\ufeff${text}` });
    }),
  );
});

test("text of any length is encoded as the generated codec does", () => {
  for (const text of ["", "x".repeat(255), "x".repeat(256), "x".repeat(257), "é".repeat(200), "x".repeat(100_000)]) {
    expect(Buffer.from(encodeText(text)).equals(generated({ case: "text", value: text }))).toBe(true);
  }
});

test("text with half a surrogate pair is refused instead of being changed", () => {
  expect(() => encodeText("a\ud83d")).toThrow(expect.objectContaining({ code: "bad-content" }));
  expect(() => encodeData("\ude00", bytes())).toThrow(expect.objectContaining({ code: "bad-content" }));
});

test("data and envelopes in custody are views of what was decoded", () => {
  const data = encodeData("text/csv", bytes(1, 2, 3));
  expect(decodeBody(data)).toMatchObject({ data: { buffer: data.buffer } });
  const custody = encodeCustody([bytes(1), bytes(2, 3)]);
  expect(decodeBody(custody)).toMatchObject({ envelopes: [{ buffer: custody.buffer }, { buffer: custody.buffer }] });
});

test("any bytes are a body or a fault, and never another body than the generated codec's", () => {
  const pieces = fc.array(
    fc.oneof(
      anyWireBytes,
      fc.uint8Array({ maxLength: 9 }).map((text) => joined(bytes(0x82, 0x01, text.length), text)),
      fc.uint8Array({ maxLength: 9 }).map((data) => joined(bytes(0x8a, 0x01, data.length), data)),
      fc.uint8Array({ maxLength: 9 }).map((data) => joined(bytes(0x92, 0x01, data.length), data)),
      anyReceipt.map((receipt) =>
        generated(create(EnvelopeSchema, { body: { case: "receipts", value: { receipts: [receipt] } } }).body),
      ),
      fc.array(anyText).map((texts) => encodeCustody(texts.map(encodeText))),
    ),
    { maxLength: 2 },
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const body = joined(...parts);
      const decoded = decodeBody(body);
      if (typeof decoded === "string" || !isWellFormed(EnvelopeSchema, body)) return;
      let envelope: Envelope;
      try {
        envelope = fromBinary(EnvelopeSchema, body);
      } catch {
        return;
      }
      if (decoded.kind === "custody") expect(envelope.body.case).toBe("custody");
      else expect(withoutMark(decoded)).toEqual(knownOnly(bodyBy(envelope)));
    }),
    { numRuns: 1_000 },
  );
});

test("the body is found between after and unknown fields", () => {
  const body = joined(bytes(0x52, 0), bytes(0x68, 1), encodeText("Hi"), bytes(0xa2, 0x06, 1, 9));
  expect(decodeBody(body)).toEqual({ kind: "text", text: "Hi" });
});

test("no body, and one of a newer version, are unknown", () => {
  expect(decodeBody(bytes())).toEqual({ kind: "unknown" });
  expect(decodeBody(bytes(0xc2, 0x01, 1, 9))).toEqual({ kind: "unknown" });
});

test("a status and a reason of a newer version are unspecified", () => {
  const body = joined(bytes(0x92, 0x01, 8, 0x0a, 6, 0x18, 99, 0x28, 0xff, 0xff, 0x01));
  const receipt = {
    epoch: 0n,
    conversation: 0n,
    status: ReceiptStatus.UNSPECIFIED,
    ranges: [],
    reason: RefusalReason.UNSPECIFIED,
  };
  expect(decodeBody(body)).toEqual({ kind: "receipts", receipts: [receipt] });
});

test.each<readonly [string, Uint8Array, string]>([
  ["text that is not UTF-8", bytes(0x82, 0x01, 2, 0xc3, 0x28), "text is not UTF-8"],
  ["a surrogate in UTF-8", bytes(0x82, 0x01, 3, 0xed, 0xa0, 0x80), "text is not UTF-8"],
  ["a content type that is not UTF-8", bytes(0x8a, 0x01, 3, 0x0a, 1, 0xff), "content type is not UTF-8"],
  ["text of another type", bytes(0x80, 0x01, 1), "field 16 is not of its type"],
  ["data with a field of another type", bytes(0x8a, 0x01, 2, 0x08, 1), "field 1 is not of its type"],
  ["a receipt with a field of another type", bytes(0x92, 0x01, 4, 0x0a, 2, 0x08, 1), "field 1 is not of its type"],
  ["two bodies", joined(encodeText("a"), encodeText("b")), "two bodies"],
  ["a body that is cut off", encodeText("Hi").subarray(0, 4), "beyond the end"],
  ["data cut off inside", bytes(0x8a, 0x01, 2, 0x12, 9), "beyond the end"],
  ["a receipt cut off inside", bytes(0x92, 0x01, 3, 0x0a, 1, 0x09), "longer than the bytes"],
  ["a range that ends before it begins", encodeReceipts([receiptOf(5, 4)]), "impossible range"],
  ["a range from 0", encodeReceipts([receiptOf(0, 4)]), "impossible range"],
  ["a number of 2^53", encodeReceipts([receiptOf(1, 2 ** 53)]), "above 2^53-1"],
  [
    "more receipts than a body can hold",
    encodeReceipts(Array(bodyItemsMax + 1).fill({ ...receiptOf(1, 1), epoch: 0n, ranges: [] })),
    "more than 65536",
  ],
  [
    "more ranges than a body can hold",
    encodeReceipts([{ ...receiptOf(1, 1), ranges: Array(bodyItemsMax).fill({ first: 1, last: 1 }) }]),
    "too many",
  ],
  ["more bodies than a bundle can hold", encodeBundle(Array(bundleItemsMax + 1).fill(bytes())), "more than 1024"],
  ["more envelopes than a body can hold", encodeCustody(Array(bodyItemsMax + 1).fill(bytes())), "more than 65536"],
])("%s is a fault", (_, body, fault) => {
  expect(decodeBody(body)).toContain(fault);
});

test("as many receipts, ranges and envelopes as allowed are decoded", () => {
  const ranges = Array<{ first: number; last: number }>(bodyItemsMax - 1).fill({ first: 1, last: 1 });
  expect(decodeBody(encodeReceipts([{ ...receiptOf(1, 1), ranges }]))).toMatchObject({ kind: "receipts" });
  expect(decodeBody(encodeCustody(Array<Uint8Array>(bodyItemsMax).fill(bytes())))).toMatchObject({ kind: "custody" });
});

function receiptOf(first: number, last: number): Parameters<typeof encodeReceipts>[0][number] {
  const { DELIVERED } = ReceiptStatus;
  return {
    epoch: 1n,
    conversation: 2n,
    status: DELIVERED,
    ranges: [{ first, last }],
    reason: RefusalReason.UNSPECIFIED,
  };
}

/** As a version sees it that does not know other values than those of the schema. */
function knownOnly(body: Body): Body {
  if (body.kind !== "receipts") return body;
  const receipts = body.receipts.map((receipt) => ({
    ...receipt,
    status: ReceiptStatus[receipt.status] === undefined ? ReceiptStatus.UNSPECIFIED : receipt.status,
    reason: RefusalReason[receipt.reason] === undefined ? RefusalReason.UNSPECIFIED : receipt.reason,
  }));
  return { ...body, receipts };
}

/** As the generated codec has it, which drops one byte order mark at the start of a text. */
function withoutMark(body: Body): Body {
  if (body.kind === "text") return { ...body, text: body.text.replace(/^\ufeff/, "") };
  return body.kind === "data" ? { ...body, contentType: body.contentType.replace(/^\ufeff/, "") } : body;
}

test("items are counted without being read, and no further than asked", () => {
  const items = Array.from({ length: 70 }, () => encodeText("x"));
  expect(countItems(encodeBundle(items), 100)).toBe(70);
  expect(countItems(encodeCustody(items), 100)).toBe(70);
  expect(countItems(encodeBundle(items), 64)).toBe(65);
  expect(countItems(encodeText("x"), 64)).toBe(0);
  expect(countItems(Uint8Array.of(0xa2, 0x01, 9, 0x0a, 200), 64)).toBeLessThanOrEqual(1);
});
