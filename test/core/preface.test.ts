import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { bodyOf, writeEnvelope } from "../../src/core/header.ts";
import { joinOf } from "../../src/core/join.ts";
import { afterMax, encodePreface, lamportMax, lamportOf, readPreface, type Preface } from "../../src/core/preface.ts";
import { EnvelopeSchema } from "../../src/gen/e3/v1/envelope_pb.ts";

const above0 = fc.oneof(fc.constantFrom(1, 2 ** 32, Number.MAX_SAFE_INTEGER), fc.integer({ min: 1, max: 2 ** 40 }));
const anyReached = fc.record({ epoch: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), number: above0 });

const anyPreface: fc.Arbitrary<Preface> = fc.record({
  after: fc.array(anyReached, { maxLength: 20 }),
  lamport: fc.oneof(fc.constant(0), above0),
});

/** What the generated codec writes. */
function generated({ after, lamport }: Preface, hopLimit = 0): Uint8Array {
  const reached = after.map(({ epoch, number }) => ({ epoch, number: BigInt(number) }));
  return toBinary(EnvelopeSchema, create(EnvelopeSchema, { after: reached, lamport: BigInt(lamport), hopLimit }));
}

test("a preface is, byte for byte, what the generated codec writes", () => {
  fc.assert(
    fc.property(anyPreface, (preface) => {
      expect(encodePreface(preface)).toEqual(generated(preface));
    }),
  );
});

test("a preface is read back from in front of a body, and nothing of the body is taken", () => {
  fc.assert(
    fc.property(anyPreface, fc.string({ minLength: 1 }), (preface, text) => {
      const bytes = encodePreface(preface);
      const read = readPreface(Uint8Array.from([...bytes, ...encodeText(text)]));
      expect(read).toEqual({ ...preface, hopLimit: 0, bytes: bytes.length });
    }),
  );
});

test("a hop limit stands behind the rest, as the generated codec has it, and is read back", () => {
  fc.assert(
    fc.property(anyPreface, fc.integer({ min: 1, max: 2 ** 32 - 1 }), (preface, hopLimit) => {
      const bytes = encodePreface(preface, hopLimit);
      expect(bytes).toEqual(generated(preface, hopLimit));
      const read = readPreface(Uint8Array.from([...bytes, ...encodeText("hi")]));
      expect(read).toEqual({ ...preface, hopLimit, bytes: bytes.length });
    }),
  );
});

test("in an envelope it stands where the generated codec has it, and comes out with the body", () => {
  fc.assert(
    fc.property(anyPreface, (preface) => {
      const header = { hopsLeft: 3, origin: 2n, epoch: 7n, conversation: 4n, number: 5, attempt: 0, floor: 0 };
      const rest = { destinations: [], destinationKeys: [], sentAtMs: 6, ttlMs: 8, begin: 9 };
      const message = Uint8Array.from([...encodePreface(preface), ...encodeText("hi")]);
      const envelope = writeEnvelope({ ...header, ...rest }, message);
      const after = preface.after.map(({ epoch, number }) => ({ epoch, number: BigInt(number) }));
      const fields = { ...header, ...rest, after, lamport: BigInt(preface.lamport) };
      const numbers = { number: 5n, floor: 0n, sentAtMs: 6n, begin: 9n };
      const body = { case: "text", value: "hi" } as const;
      expect(envelope).toEqual(toBinary(EnvelopeSchema, create(EnvelopeSchema, { ...fields, ...numbers, body })));
      expect(bodyOf(envelope)).toEqual(message);
    }),
  );
});

test("whatever the bytes, reading them gives a bounded preface or a fault in words, and never throws", () => {
  const pieces = fc.array(
    fc.oneof(
      anyPreface.map(encodePreface),
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(Uint8Array.of(0x52), Uint8Array.of(0x71), Uint8Array.of(0x52, 18), Uint8Array.of(0x52, 0)),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
      const read = readPreface(bytes);
      expect(read).not.toBe("");
      if (typeof read === "string") return;
      expect(read.bytes).toBeLessThanOrEqual(bytes.length);
      expect(read.after.length).toBeLessThanOrEqual(afterMax);
      for (const number of [read.lamport, ...read.after.map((one) => one.number)])
        expect(Number.isSafeInteger(number) && number >= 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("as many entries as may be are read, and one more is a fault", () => {
  const after = Array.from({ length: afterMax + 1 }, (_, index) => ({ epoch: BigInt(index + 1), number: 1 }));
  expect(readPreface(encodePreface({ after: after.slice(1), lamport: 1 }))).toMatchObject({ after: after.slice(1) });
  expect(readPreface(encodePreface({ after, lamport: 1 }))).toBe(
    "more than 256 messages are named that it comes after",
  );
});

test.each([
  ["a Lamport time above 2^53-1", [0x71, 0, 0, 0, 0, 0, 0, 0x20, 0]],
  ["an entry that is cut off", [0x52, 18, 0x09, 1]],
  ["an entry whose number is a varint", [0x52, 2, 0x10, 1]],
  ["an entry that is above 2^53-1", [0x52, 9, 0x11, 0, 0, 0, 0, 0, 0, 0x20, 0]],
])("%s is a fault", (_, bytes) => {
  expect(readPreface(Uint8Array.from(bytes))).toBeTypeOf("string");
});

test("fields of an entry that a newer version knows are passed over", () => {
  const entry = [0x09, 1, 0, 0, 0, 0, 0, 0, 0, 0x18, 5, 0x11, 2, 0, 0, 0, 0, 0, 0, 0];
  expect(readPreface(Uint8Array.from([0x52, entry.length, ...entry]))).toMatchObject({
    after: [{ epoch: 1n, number: 2 }],
  });
});

test("the Lamport time of a message is what it states, if that can be believed, or else its number", () => {
  const plain = Uint8Array.of(0x82, 0x01, 1, 65);
  const stating = (lamport: number): Uint8Array =>
    joinOf(encodePreface({ after: [{ epoch: 1n, number: 1 }], lamport }), plain);
  expect(lamportOf(plain, 4)).toBe(4);
  expect(lamportOf(stating(9), 4)).toBe(9);
  expect(lamportOf(stating(0), 4)).toBe(4);
  expect(lamportOf(stating(lamportMax), 4)).toBe(4);
  expect(lamportOf(stating(lamportMax - 1), 4)).toBe(lamportMax - 1);
  expect(lamportOf(Uint8Array.of(0x52, 0xff), 4)).toBe(4);
});
