import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { checkFormat, formatOp, storeFormat } from "../../src/core/store-format.ts";
import { StoreFormatSchema } from "../../src/gen/e3/v1/store_pb.ts";

function stored(version: number): Uint8Array {
  return toBinary(StoreFormatSchema, create(StoreFormatSchema, { version }));
}

test("a new store is fine, and so is what this e3 or an older one wrote", () => {
  expect(() => checkFormat(undefined)).not.toThrow();
  expect(() => checkFormat(stored(storeFormat))).not.toThrow();
  expect(() => checkFormat(stored(storeFormat - 1))).not.toThrow();
});

test("what a newer e3 wrote is refused, with both formats named and a way out", () => {
  expect(() => checkFormat(stored(storeFormat + 1))).toThrow(expect.objectContaining({ code: "store-newer" }));
  expect(() => checkFormat(stored(storeFormat + 1))).toThrow(
    `the store has format ${storeFormat + 1}, this e3 reads up to ${storeFormat}`,
  );
  expect(() => checkFormat(stored(storeFormat + 1))).toThrow("choose another --state directory");
});

test("a new store is marked with the format that is checked", () => {
  const { table, key, value } = formatOp();
  expect({ table, key }).toEqual({ table: "meta", key: "format" });
  expect(value).toEqual(stored(storeFormat));
});
