import { fromBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { bodyOf, type Header, patchHops, readHeader, writeEnvelope } from "../../src/core/header.ts";
import { EnvelopeSchema } from "../../src/gen/e3/v1/envelope_pb.ts";
import { joined } from "./envelope-arbitrary.ts";

const max = 64;

const empty: Header = {
  hopsLeft: 0,
  origin: 0n,
  epoch: 0n,
  conversation: 0n,
  number: 0,
  attempt: 0,
  floor: 0,
  destinations: [],
  destinationKeys: [],
  sentAtMs: 0,
  ttlMs: 0,
  begin: 0,
  bodyField: 0,
};

function read(envelope: Uint8Array): Header {
  const header = readHeader(envelope, max);
  if (typeof header === "string") throw new Error(header);
  return header;
}

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

test("an envelope of nothing has an empty header, and one without fields too", () => {
  expect(readHeader(bytes(), max)).toEqual(empty);
  expect(writeEnvelope(empty, bytes())).toEqual(bytes(0x0d, 0, 0, 0, 0));
});

test("the view of an envelope inside a frame is read like the envelope", () => {
  const envelope = writeEnvelope({ ...empty, hopsLeft: 3, origin: 7n, number: 5 }, bytes(0x82, 0x01, 1, 65));
  const frame = joined(bytes(0xff, 0xff, 0xff), envelope, bytes(0xff));
  const view = frame.subarray(3, 3 + envelope.length);
  expect(read(view)).toEqual(read(envelope));
  expect(patchHops(view, 2)).toBe(true);
  expect(fromBinary(EnvelopeSchema, view).hopsLeft).toBe(2);
  expect([frame[2], frame.at(-1)]).toEqual([0xff, 0xff]);
});

test("fields may come in any order, and of a scalar that comes twice the last counts", () => {
  const number = (value: number): Uint8Array => bytes(0x29, value, 0, 0, 0, 0, 0, 0, 0);
  const envelope = joined(bytes(0x82, 0x01, 1, 65), number(1), bytes(0x0d, 4, 0, 0, 0), number(2));
  expect(read(envelope)).toEqual({ ...empty, bodyField: 16, hopsLeft: 4, number: 2 });
});

test("destinations are read packed, unpacked and mixed", () => {
  const one = (tag: number, value: number): Uint8Array => bytes(tag, value, 0, 0, 0, 0, 0, 0, 0);
  const packed = bytes(0x42, 16, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0);
  expect(read(joined(packed, one(0x41, 3)))).toEqual({ ...empty, destinations: [1n, 2n, 3n] });
  expect(read(joined(one(0x41, 1), one(0x49, 9)))).toEqual({ ...empty, destinations: [1n], destinationKeys: [9n] });
});

test("unknown fields of every wire type are passed over, and stay with the body", () => {
  const unknown = joined(
    bytes(0x70, 0xff, 0x01), // 14, varint
    bytes(0x71, 1, 2, 3, 4, 5, 6, 7, 8), // 14, fixed64
    bytes(0x7a, 2, 1, 2), // 15, length-delimited
    bytes(0xa5, 0x06, 1, 2, 3, 4), // 100, fixed32
  );
  const envelope = joined(bytes(0x0d, 1, 0, 0, 0), unknown, bytes(0x82, 0x01, 1, 65));
  expect(read(envelope)).toEqual({ ...empty, hopsLeft: 1, bodyField: 16 });
  expect(bodyOf(envelope)).toEqual(envelope.subarray(5));
});

test("a body of a newer version has its field number, unless there is one that is known", () => {
  const newer = bytes(0xc2, 0x01, 1, 0); // 24
  expect(read(newer).bodyField).toBe(24);
  expect(read(joined(bytes(0x92, 0x01, 0), newer)).bodyField).toBe(18);
  expect(read(joined(newer, bytes(0x92, 0x01, 0), bytes(0x82, 0x01, 0))).bodyField).toBe(16);
});

test.each<readonly [string, Uint8Array, string]>([
  ["a fixed32 that is cut off", bytes(0x0d, 1, 2, 3), "longer than the bytes that are there"],
  ["a fixed64 that is cut off", bytes(0x11, 1, 2, 3, 4, 5, 6, 7), "longer than the bytes that are there"],
  ["a tag that is cut off", bytes(0x82), "varint does not end"],
  ["a length beyond the end", bytes(0x82, 0x01, 2, 65), "beyond the end"],
  [
    "a length of 2^63",
    joined(bytes(0x82, 0x01), bytes(128, 128, 128, 128, 128, 128, 128, 128, 128, 1)),
    "beyond the end",
  ],
  ["a varint over 10 bytes", joined(bytes(0x70), new Uint8Array(10).fill(0x80), bytes(0)), "varint does not end"],
  ["a varint that is cut off", bytes(0x70, 0x80), "varint does not end"],
  ["field number 0", bytes(0x02, 0), "not of a field"],
  ["a tag above 32 bits", bytes(0x82, 0x80, 0x80, 0x80, 0x80, 0x01), "not of a field"],
  ["a group", bytes(0x73, 0x74), "field 14 is a group"],
  ["the end of a group", bytes(0x74), "field 14 is a group"],
  ["wire type 7", bytes(0x77), "field 14 is a group"],
  ["a header field of another type", bytes(0x10, 1), "field 2 is not of its type"],
  ["a list of another type", bytes(0x40, 1), "field 8 is not of its type"],
  ["an entry of after of another type", bytes(0x50, 1), "field 10 is not of its type"],
  ["a body of another type", bytes(0x80, 0x01, 1), "field 16 is not of its type"],
  ["hops_left twice", bytes(0x0d, 1, 0, 0, 0, 0x0d, 9, 0, 0, 0), "hops_left is there twice"],
  ["a packed list of half a value", bytes(0x42, 4, 1, 2, 3, 4), "not of whole values"],
  ["keys without destinations", bytes(0x49, 1, 0, 0, 0, 0, 0, 0, 0), "neither empty nor as many"],
  ["a number of 2^53", bytes(0x29, 0, 0, 0, 0, 0, 0, 0x20, 0), "above 2^53-1"],
  ["a floor of 2^64-1", bytes(0x39, 255, 255, 255, 255, 255, 255, 255, 255), "above 2^53-1"],
  ["a first number of 2^53", bytes(0x69, 0, 0, 0, 0, 0, 0, 0x20, 0), "above 2^53"],
  ["a time of 2^53", bytes(0x59, 0, 0, 0, 0, 0, 0, 0x20, 0), "above 2^53-1"],
])("%s is a fault", (_, envelope, fault) => {
  expect(readHeader(envelope, max)).toContain(fault);
});

test("more destinations than allowed are a fault, packed or not", () => {
  const destinations = Array.from({ length: 5 }, (_, index) => BigInt(index));
  const packed = writeEnvelope({ ...empty, destinations }, bytes());
  const unpacked = joined(...destinations.map((id) => bytes(0x41, Number(id), 0, 0, 0, 0, 0, 0, 0)));
  for (const envelope of [packed, unpacked]) {
    expect(readHeader(envelope, 5)).toMatchObject({ destinations });
    expect(readHeader(envelope, 4)).toBe("a list is longer than 4");
  }
});

test("a long list of faulty length costs nothing before it is refused", () => {
  expect(readHeader(joined(bytes(0x42, 0x80, 0x10), new Uint8Array(2_048)), 255)).toBe("a list is longer than 255");
});

test("hops_left elsewhere than at the start is not patched", () => {
  for (const envelope of [bytes(), bytes(0x0d, 1, 2, 3), bytes(0x70, 1, 0x0d, 1, 0, 0, 0)]) {
    const before = envelope.slice();
    expect(patchHops(envelope, 9)).toBe(false);
    expect(envelope).toEqual(before);
  }
});

test("the body is a view of the envelope where it stands in one piece", () => {
  const body = bytes(0x82, 0x01, 2, 72, 105);
  const envelope = writeEnvelope({ ...empty, hopsLeft: 2, destinations: [4n], sentAtMs: 5 }, body);
  expect(bodyOf(envelope)).toEqual(body);
  expect(bodyOf(envelope).buffer).toBe(envelope.buffer);
});

test("the body with after before it is put together, and written back in ascending order", () => {
  const after = bytes(0x52, 9, 9, 1, 0, 0, 0, 0, 0, 0, 0);
  const text = bytes(0x82, 0x01, 2, 72, 105);
  const body = joined(after, after, text);
  const envelope = writeEnvelope({ ...empty, sentAtMs: 5, ttlMs: 6 }, body);
  const late = joined(bytes(0x59, 5, 0, 0, 0, 0, 0, 0, 0), bytes(0x65, 6, 0, 0, 0));
  expect(envelope).toEqual(joined(bytes(0x0d, 0, 0, 0, 0), after, after, late, text));
  expect(bodyOf(envelope)).toEqual(body);
});
