import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  fixed32Bytes,
  fixed64Bytes,
  lengthDelimitedBytes,
  packed64Bytes,
  smallBytes,
  WireWriter,
} from "../../src/core/wire-writer.ts";
import { anyCount, anyU32, anyU64 } from "./envelope-arbitrary.ts";

test("fields are written as the protobuf library does, in as many bytes as told", () => {
  const fields = fc.record({
    a: anyU32,
    b: anyU64,
    c: anyCount,
    d: fc.array(anyU64),
    e: anyU32,
    f: fc.uint8Array({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(fields, ({ a, b, c, d, e, f }) => {
      const count = Number(c);
      const size =
        fixed32Bytes(a) +
        fixed64Bytes(b) +
        fixed64Bytes(count) +
        packed64Bytes(0x22, d.length) +
        smallBytes(0xa8, e) +
        lengthDelimitedBytes(0x32, f.length);
      const wire = new WireWriter(size);
      wire.fixed32(0x0d, a);
      wire.fixed64(0x11, b);
      wire.number64(0x19, count);
      wire.packed64(0x22, d);
      wire.small(0xa8, e);
      wire.prefix(0x32, f.length);
      wire.raw(f);
      const reference = new BinaryWriter();
      if (a !== 0) reference.tag(1, WireType.Bit32).fixed32(a);
      if (b !== 0n) reference.tag(2, WireType.Bit64).fixed64(b);
      if (c !== 0n) reference.tag(3, WireType.Bit64).fixed64(c);
      if (d.length > 0)
        d.reduce((packed, value) => packed.fixed64(value), reference.tag(4, WireType.LengthDelimited).fork()).join();
      if (e !== 0) reference.tag(21, WireType.Varint).uint32(e);
      reference.tag(6, WireType.LengthDelimited).bytes(f);
      expect(wire.bytes).toEqual(reference.finish());
    }),
  );
});

test("zero is left out, unless it is asked for", () => {
  const wire = new WireWriter(5);
  wire.fixed32(0x0d, 0);
  wire.fixed64(0x11, 0n);
  wire.number64(0x19, 0);
  wire.packed64(0x22, []);
  wire.small(0x28, 0);
  wire.always32(0x0d, 0);
  expect(wire.bytes).toEqual(Uint8Array.from([0x0d, 0, 0, 0, 0]));
  expect([fixed32Bytes(0), fixed64Bytes(0), fixed64Bytes(0n), packed64Bytes(0x22, 0), smallBytes(0x28, 0)]).toEqual([
    0, 0, 0, 0, 0,
  ]);
});

test.each([0, 127, 128, 16_383, 16_384, 2_097_152, 2 ** 31, 2 ** 32 - 1])(
  "a length of %d is written as a varint",
  (length) => {
    const prefixBytes = lengthDelimitedBytes(0x0a, length) - length;
    const wire = new WireWriter(prefixBytes);
    wire.prefix(0x0a, length);
    expect(wire.bytes).toEqual(new BinaryWriter().tag(1, WireType.LengthDelimited).uint32(length).finish());
  },
);

test("ASCII is written as it is", () => {
  const wire = new WireWriter(4);
  wire.prefix(0x0a, 2);
  wire.ascii("Hi");
  expect(wire.bytes).toEqual(Uint8Array.from([0x0a, 2, 72, 105]));
});

test.each([
  ["brief", 16_384],
  ["held", 1_024],
] as const)("what is %s shares memory of %d bytes, and none of it with what was cut before", (memory, slabBytes) => {
  const written = Array.from({ length: 500 }, (_, index) => {
    const wire = new WireWriter(9, memory);
    wire.number64(0x09, index + 1);
    return wire.bytes;
  });
  for (const [index, bytes] of written.entries()) {
    expect(bytes).toEqual(Uint8Array.from([0x09, (index + 1) & 255, (index + 1) >> 8, 0, 0, 0, 0, 0, 0]));
    expect(bytes.buffer.byteLength).toBe(slabBytes);
  }
  expect(new WireWriter(slabBytes / 8 + 1, memory).bytes.buffer.byteLength).toBe(slabBytes / 8 + 1);
});
