import { expect, test } from "vitest";
import { createSigner } from "../../src/adapters/node/signer.ts";
import { openCredential, readCredential, signCredential, type Credential } from "../../src/registry/credential.ts";

const registry = createSigner();
const stated: Credential = {
  user: "ali",
  id: 2n ** 63n - 1n,
  key: createSigner().publicKey,
  serial: 3n,
  issuedAtMs: 1_767_225_600_000,
  expiresAtMs: 1_769_817_600_000,
};
const sealed = signCredential(stated, registry);
const context = { registryKey: registry.publicKey, signer: createSigner(), nowMs: stated.issuedAtMs };

test("a credential says what the registry stated, to whoever knows its key", () => {
  expect(openCredential(sealed, context)).toEqual(stated);
  expect(readCredential(sealed.credential)).toEqual(stated);
});

test("a byte that changed, or another registry's key, is found out", () => {
  for (let at = 0; at < sealed.credential.length; at += 1) {
    const credential = Uint8Array.from(sealed.credential);
    credential[at] = (credential[at] ?? 0) ^ 1;
    expect(openCredential({ ...sealed, credential }, context)).toBe("the credential is not signed by the registry");
  }
  const other = { ...context, registryKey: createSigner().publicKey };
  expect(openCredential(sealed, other)).toBe("the credential is not signed by the registry");
});

test("it holds until it expires", () => {
  expect(openCredential(sealed, { ...context, nowMs: stated.expiresAtMs - 1 })).toEqual(stated);
  expect(openCredential(sealed, { ...context, nowMs: stated.expiresAtMs })).toBe("the credential has expired");
});

test("what is signed and no credential, or too long, is refused", () => {
  const bytes = Uint8Array.of(0xff, 0xff);
  const label = new TextEncoder().encode("e3 credential 1");
  const signature = registry.sign(Uint8Array.of(...label, ...bytes));
  expect(openCredential({ credential: bytes, signature }, context)).toBe("the credential is not a Credential message");
  expect(openCredential({ credential: new Uint8Array(513), signature }, context)).toContain("513 bytes, too many");
  expect(readCredential(bytes)).toBeUndefined();
});

test("a signature for something else does not pass for a credential's", () => {
  const signature = registry.sign(sealed.credential);
  expect(openCredential({ ...sealed, signature }, context)).toBe("the credential is not signed by the registry");
});
