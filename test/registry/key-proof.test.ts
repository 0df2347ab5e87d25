import { expect, test } from "vitest";
import { createSigner } from "../../src/adapters/node/signer.ts";
import { isProven, proveKey } from "../../src/registry/key-proof.ts";

test("a proof holds for its key and its name alone", () => {
  const [own, other] = [createSigner(), createSigner()];
  const proof = proveKey("ali", own);
  expect(isProven({ name: "ali", key: own.publicKey, proof }, own)).toBe(true);
  expect(isProven({ name: "veli", key: own.publicKey, proof }, own)).toBe(false);
  expect(isProven({ name: "ali", key: other.publicKey, proof }, own)).toBe(false);
  expect(isProven({ name: "ali", key: own.publicKey, proof: new Uint8Array(64) }, own)).toBe(false);
  expect(isProven({ name: "ali", key: own.publicKey, proof: new Uint8Array() }, own)).toBe(false);
});
