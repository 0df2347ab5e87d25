import { expect, test } from "vitest";
import { sealedBytes, sealedOf } from "../../src/registry/sealed-bytes.ts";

test("a credential goes into bytes and comes out again", () => {
  const sealed = { credential: Uint8Array.of(1, 2), signature: Uint8Array.of(3) };
  expect(sealedOf(sealedBytes(sealed))).toEqual(sealed);
});

test("what is none is none", () => {
  expect(sealedOf(new Uint8Array())).toBeUndefined();
  expect(sealedOf(Uint8Array.of(0xff, 0xff))).toBeUndefined();
});
