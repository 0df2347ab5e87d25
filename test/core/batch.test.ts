import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBatch, splitBatch } from "../../src/core/batch.ts";
import { EnvelopeSchema } from "../../src/gen/e3/v1/envelope_pb.ts";
import { FrameSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { anyEnvelope, anyWireBytes, joined } from "./envelope-arbitrary.ts";
import { isWellFormed } from "./well-formed.ts";

const ping = toBinary(FrameSchema, create(FrameSchema, { frame: { case: "ping", value: { nonce: 7n } } }));

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

test("a batch is, byte for byte, the frame that the generated codec writes", () => {
  fc.assert(
    fc.property(fc.array(anyEnvelope, { maxLength: 6 }), (envelopes) => {
      const frame = create(FrameSchema, { frame: { case: "envelopes", value: { envelopes } } });
      const encoded = envelopes.map((envelope) => toBinary(EnvelopeSchema, envelope));
      expect(encodeBatch(encoded)).toEqual(toBinary(FrameSchema, frame));
    }),
  );
});

test("the generated codec's frame is split into its envelopes, as views of the frame", () => {
  fc.assert(
    fc.property(fc.array(anyEnvelope, { maxLength: 6 }), (envelopes) => {
      const frame = toBinary(FrameSchema, create(FrameSchema, { frame: { case: "envelopes", value: { envelopes } } }));
      const split = splitBatch(frame, 6);
      expect(split).toEqual(envelopes.map((envelope) => toBinary(EnvelopeSchema, envelope)));
      for (const envelope of split ?? []) expect(envelope).toMatchObject({ buffer: frame.buffer });
    }),
  );
});

test("any bytes are split as the generated codec does, refused, or left to it", () => {
  const wrapped = fc
    .tuple(
      fc.array(anyWireBytes, { maxLength: 3 }),
      fc.constantFrom(bytes(), ping, bytes(0x5a, 1, 0), bytes(0x2a, 0)),
      anyWireBytes,
    )
    .map(([envelopes, before, behind]) => joined(before, encodeBatch(envelopes), behind));
  fc.assert(
    fc.property(fc.oneof(wrapped, anyWireBytes), (frame) => {
      const split = splitBatch(frame, 100);
      if (typeof split === "string" || !isWellFormed(FrameSchema, frame)) return;
      const generated = decodeOrNot(frame);
      if (generated === undefined) return;
      expect(split !== undefined).toBe(generated.frame.case === "envelopes");
      if (split === undefined || generated.frame.case !== "envelopes") return;
      expect(split.map((envelope) => fromBinary(EnvelopeSchema, envelope))).toEqual(generated.frame.value.envelopes);
    }),
    { numRuns: 1_000 },
  );
});

test("other frames are left to the generated codec", () => {
  expect(splitBatch(bytes(), 10)).toBeUndefined();
  expect(splitBatch(ping, 10)).toBeUndefined();
  expect(splitBatch(joined(encodeBatch([bytes(1)]), ping), 10)).toBeUndefined();
});

test("every member of the oneof that this version knows ends a batch before it", () => {
  for (const { number } of FrameSchema.oneofs.flatMap(({ fields }) => fields)) {
    const other = number === 5 ? [] : [bytes(number * 8 + 2, 0)];
    expect(splitBatch(joined(encodeBatch([bytes(1)]), ...other), 10)).toEqual(number === 5 ? [bytes(1)] : undefined);
  }
});

test("of a oneof that comes twice the last counts, and the same one again is added to", () => {
  expect(splitBatch(joined(ping, encodeBatch([bytes(1)])), 10)).toEqual([bytes(1)]);
  expect(splitBatch(joined(encodeBatch([bytes(1)]), encodeBatch([bytes(2)])), 10)).toEqual([bytes(1), bytes(2)]);
  expect(splitBatch(joined(encodeBatch([bytes(1)]), ping, encodeBatch([bytes(2)])), 10)).toEqual([bytes(2)]);
});

test("unknown fields around and in the batch are passed over", () => {
  // 14 and above.
  const frame = joined(bytes(0x70, 1), bytes(0x2a, 6, 0x10, 5, 0x0a, 2, 65, 66), bytes(0x7a, 1, 0));
  expect(splitBatch(frame, 10)).toEqual([bytes(65, 66)]);
});

test.each<readonly [string, Uint8Array, string]>([
  ["a batch that is cut off", encodeBatch([bytes(1, 2, 3)]).subarray(0, 5), "beyond the end"],
  ["an envelope that reaches beyond its batch", bytes(0x2a, 3, 0x0a, 2, 65, 66), "beyond the end"],
  ["a fault behind the batch", joined(encodeBatch([bytes(1)]), bytes(0x80)), "varint does not end"],
  ["a frame that is no protobuf", bytes(0xff, 0xff), "varint does not end"],
  ["a batch of another type", bytes(0x28, 1), "field 5 is not of its type"],
  ["another frame of another type", bytes(0x40, 1), "field 8 is not of its type"],
  ["an envelope of another type", bytes(0x2a, 2, 0x08, 1), "field 1 is not of its type"],
  ["a group in the batch", bytes(0x2a, 1, 0x13), "field 2 is a group"],
  ["a batch with too many envelopes", encodeBatch([bytes(), bytes(), bytes()]), "more than 2 envelopes"],
  [
    "too many envelopes in two batches",
    joined(encodeBatch([bytes(), bytes()]), encodeBatch([bytes()])),
    "more than 2 envelopes",
  ],
])("%s is a fault", (_, frame, fault) => {
  expect(splitBatch(frame, 2)).toContain(fault);
});

function decodeOrNot(frame: Uint8Array): ReturnType<typeof fromBinary<typeof FrameSchema>> | undefined {
  try {
    return fromBinary(FrameSchema, frame);
  } catch {
    return undefined;
  }
}
