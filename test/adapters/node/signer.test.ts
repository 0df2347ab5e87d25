import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { createSigner } from "../../../src/adapters/node/signer.ts";
import { signerContract } from "../../contract/signer.ts";

signerContract("the node signer", createSigner);

test("a signer made of the same key, as an object or as bytes, is the same", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const byObject = createSigner(privateKey);
  const byBytes = createSigner(privateKey.export({ format: "der", type: "pkcs8" }));
  expect(byBytes.publicKey).toEqual(byObject.publicKey);
  expect(byBytes.sign(Uint8Array.of(1))).toEqual(byObject.sign(Uint8Array.of(1)));
});

test("signers without a key have different ones", () => {
  expect(createSigner().publicKey).not.toEqual(createSigner().publicKey);
});

test("anything but an Ed25519 private key is a bad option", () => {
  const { privateKey } = generateKeyPairSync("x25519");
  const { publicKey } = generateKeyPairSync("ed25519");
  for (const key of [privateKey, publicKey, new Uint8Array(0), new Uint8Array(48)]) {
    expect(() => createSigner(key)).toThrow(expect.objectContaining({ code: "bad-option" }));
  }
});
