import { expect, test } from "vitest";
import { OrderedFields } from "../../src/core/ordered-fields.ts";
import { WireReader } from "../../src/core/wire-reader.ts";

const one = [0x09, 1, 0, 0, 0, 0, 0, 0, 0];
const two = [0x11, 2, 0, 0, 0, 0, 0, 0, 0];

function over(bytes: readonly number[]): { readonly wire: WireReader; readonly fields: OrderedFields } {
  const wire = new WireReader(Uint8Array.from(bytes));
  return { wire, fields: new OrderedFields(wire) };
}

test("fields are read in their order", () => {
  const { wire, fields } = over([...one, ...two]);
  expect([fields.fixed64(0x09), fields.fixed64(0x11)]).toEqual([1n, 2n]);
  fields.end();
  expect(wire.fault).toBe("");
});

test("a field that is not there is empty", () => {
  const { wire, fields } = over(two);
  expect([fields.fixed64(0x09), fields.fixed64(0x11), fields.bytes(0x1a), fields.packed64(0x22)]).toEqual([
    0n,
    2n,
    new Uint8Array(),
    [],
  ]);
  fields.end();
  expect(wire.fault).toBe("");
});

test.each([
  ["is not in its place", [...two, ...one]],
  ["comes twice", [...one, ...one]],
  ["is unknown", [0x19, 3, 0, 0, 0, 0, 0, 0, 0]],
])("a field that %s is a fault", (_, bytes) => {
  const { wire, fields } = over(bytes);
  fields.fixed64(0x09);
  fields.fixed64(0x11);
  fields.end();
  expect(wire.fault).not.toBe("");
});
