import fc from "fast-check";
import { expect, test } from "vitest";
import { WireReader } from "../../src/core/wire-reader.ts";
import { anyWireBytes } from "./envelope-arbitrary.ts";

function reader(...bytes: readonly number[]): WireReader {
  return new WireReader(Uint8Array.from(bytes));
}

test("tags are read in one byte or several, and 0 at the end", () => {
  const wire = reader(0x08, 5, 0x82, 0x01, 0);
  expect(wire.tag()).toBe(0x08);
  expect(wire.varint()).toBe(5);
  expect(wire.tag()).toBe(0x82);
  expect(wire.bytes()).toEqual(new Uint8Array(0));
  expect([wire.tag(), wire.tag(), wire.fault]).toEqual([0, 0, ""]);
});

test("numbers of fixed size are read little-endian", () => {
  const wire = reader(1, 2, 3, 0xff, 1, 0, 0, 0, 0, 0, 0, 0xff, 2, 0, 0, 0, 1, 0, 0, 0);
  expect(wire.fixed32()).toBe(0xff030201);
  expect(wire.fixed64()).toBe(0xff00000000000001n);
  expect(wire.number64()).toBe(2 ** 32 + 2);
});

test("a number up to 2^53-1 is exact, one above is a fault", () => {
  expect(reader(255, 255, 255, 255, 255, 255, 0x1f, 0).number64()).toBe(Number.MAX_SAFE_INTEGER);
  const wire = reader(0, 0, 0, 0, 0, 0, 0x20, 0);
  expect([wire.number64(), wire.fault]).toEqual([0, "a number is above 2^53-1"]);
});

test("a varint may have ten bytes", () => {
  const wire = reader(...Array<number>(9).fill(0x80), 1);
  expect([wire.varint(), wire.fault]).toEqual([2 ** 63, ""]);
});

test("a nested message has an end of its own, and leaving it goes there", () => {
  const wire = reader(3, 0x08, 1, 0x08, 0x10, 2);
  const outer = wire.enter();
  expect([wire.tag(), wire.varint()]).toEqual([0x08, 1]);
  wire.leave(outer);
  expect([wire.tag(), wire.varint(), wire.tag(), wire.fault]).toEqual([0x10, 2, 0, ""]);
});

test("a value cannot reach beyond the nested message it is in", () => {
  const wire = reader(2, 0x0d, 1, 0x10, 2, 0x10, 2);
  const outer = wire.enter();
  expect([wire.tag(), wire.fixed32()]).toEqual([0x0d, 0]);
  wire.leave(outer);
  expect([wire.tag(), wire.fault]).toEqual([0, "a field is longer than the bytes that are there"]);
});

test("after a fault everything is empty, and the first fault is the one that is told", () => {
  const wire = reader(0x0b, 1, 2, 3, 4, 5, 6, 7, 8);
  wire.skip(wire.tag());
  expect(wire.fault).toBe("field 1 is a group");
  expect([wire.tag(), wire.fixed32(), wire.fixed64(), wire.number64(), wire.varint()]).toEqual([0, 0, 0n, 0, 0]);
  expect(wire.bytes()).toEqual(new Uint8Array(0));
  wire.leave(wire.enter());
  expect([wire.tag(), wire.fault]).toEqual([0, "field 1 is a group"]);
});

test("bytes are a view, also of a view", () => {
  const all = Uint8Array.from([9, 9, 2, 65, 66, 9]);
  const bytes = new WireReader(all.subarray(2, 5)).bytes();
  expect([bytes, bytes.buffer, bytes.byteOffset]).toEqual([Uint8Array.from([65, 66]), all.buffer, 3]);
});

test("any bytes are walked through to their end, forwards only", () => {
  fc.assert(
    fc.property(fc.oneof(anyWireBytes, fc.uint8Array()), (bytes) => {
      const wire = new WireReader(bytes);
      for (let at = 0, tag = wire.tag(); tag !== 0; tag = wire.tag()) {
        wire.skip(tag);
        expect(wire.at).toBeGreaterThan(at);
        at = wire.at;
      }
      expect(wire.at).toBe(bytes.length);
    }),
    { numRuns: 1_000 },
  );
});
