import { expect, test } from "vitest";
import { signCredential, type Credential } from "../../src/registry/credential.ts";
import { sealedBytes } from "../../src/registry/sealed-bytes.ts";
import type { Bearer } from "../../src/registry/types.ts";
import { Vouching } from "../../src/registry/vouching.ts";
import { testSigner } from "../../src/testing/signer.ts";

const registry = testSigner(1);
const key = testSigner(2).publicKey;
const fields: Credential = { user: "ali", id: 7n, key, serial: 5n, issuedAtMs: 0, expiresAtMs: 1_000 };

function credential(parts: Partial<Credential> = {}, signer = registry): Uint8Array {
  return sealedBytes(signCredential({ ...fields, ...parts }, signer));
}

function bearer(parts: Partial<Bearer> = {}): Bearer {
  return { id: 7n, name: "ali", key, credential: credential(), ...parts };
}

function rig(nowMs = 500): Vouching {
  return new Vouching({ registryKey: registry.publicKey, signer: registry, nowMs: () => nowMs });
}

test("who has a credential for its name, id and key is verified, without the registry", () => {
  expect(rig().standing(bearer())).toEqual({ kind: "verified", user: "ali" });
});

test.each([
  ["another id", { id: 8n }],
  ["another key", { key: testSigner(3).publicKey }],
  ["another case", { name: "Ali" }],
  ["nothing to show", { credential: new Uint8Array() }],
  ["a credential that somebody else signed", { credential: credential({}, testSigner(9)) }],
  ["bytes that are none", { credential: Uint8Array.of(0xff) }],
])("who bears a user's name with %s is not", (_, parts: Partial<Bearer>) => {
  const vouching = rig();
  vouching.learn(credential());
  expect(vouching.standing(bearer(parts))).toEqual({ kind: "unverified", user: parts.name ?? "ali" });
});

test("a credential that is over verifies nobody", () => {
  expect(rig(999).standing(bearer())).toMatchObject({ kind: "verified" });
  expect(rig(1_000).standing(bearer())).toEqual({ kind: "unverified", user: "ali" });
});

test("of two for one user the one with the higher serial holds, in whatever order they are seen", () => {
  const later = bearer({
    key: testSigner(3).publicKey,
    credential: credential({ serial: 6n, key: testSigner(3).publicKey }),
  });
  const vouching = rig();
  expect(vouching.standing(bearer())).toMatchObject({ kind: "verified" });
  expect(vouching.standing(later)).toMatchObject({ kind: "verified" });
  expect(vouching.standing(bearer())).toMatchObject({ kind: "unverified" });
  expect(vouching.standing(later)).toMatchObject({ kind: "verified" });
});

test("of others nothing is said: those whose name is no user's, those of other registries, and those a leaf is told of", () => {
  const vouching = rig();
  expect(vouching.standing(bearer({ credential: new Uint8Array() }))).toEqual({ kind: "unknown" });
  expect(vouching.standing(bearer({ credential: credential({}, testSigner(9)) }))).toEqual({ kind: "unknown" });
  vouching.learn(credential());
  expect(vouching.standing(bearer({ name: "veli", credential: new Uint8Array() }))).toEqual({ kind: "unknown" });
  expect(vouching.standing(bearer({ key: new Uint8Array() }))).toEqual({ kind: "unknown" });
});

test("a user that calls itself like another user is not that user", () => {
  const vouching = rig();
  vouching.learn(credential({ user: "veli", id: 8n }));
  expect(vouching.standing(bearer({ name: "veli" }))).toEqual({ kind: "unverified", user: "veli" });
});

test("a signature is checked once for each credential, however often it is asked about", () => {
  let checks = 0;
  const verify = (...args: Parameters<typeof registry.verify>): boolean => {
    checks += 1;
    return registry.verify(...args);
  };
  const vouching = new Vouching({ registryKey: registry.publicKey, signer: { verify }, nowMs: () => 0 });
  const [right, wrong] = [bearer(), bearer({ credential: credential({}, testSigner(9)) })];
  for (let times = 0; times < 3; times += 1) for (const each of [right, wrong]) vouching.standing(each);
  expect(checks).toBe(2);
});
