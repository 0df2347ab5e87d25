import fc from "fast-check";
import { expect, test } from "vitest";
import { isKey } from "../../src/core/store-op.ts";
import { signCredential } from "../../src/registry/credential.ts";
import { readUser, userPrefixes, writeUser } from "../../src/registry/user-record.ts";
import type { User } from "../../src/registry/user.ts";
import { testSigner } from "../../src/testing/signer.ts";

const plain: User = { name: "Ali", id: 5n, passwordHash: "$x$", serial: 2n, signedUpAtMs: 7, session: undefined };

test("a user comes back as it was written, signed in or out", () => {
  const key = testSigner(2).publicKey;
  const times = { issuedAtMs: 10, expiresAtMs: 20 };
  const sealed = signCredential({ user: "Ali", id: 5n, serial: 2n, key, ...times }, testSigner(1));
  const session = { tokenHash: new Uint8Array(32).fill(9), signedInAtMs: 8, sealed, key, ...times };
  for (const user of [plain, { ...plain, session }]) {
    for (const { value } of writeUser(user)) expect(readUser(value ?? new Uint8Array())).toEqual(user);
  }
});

test("any name that is allowed has keys of its own, in a form that every store takes", () => {
  const keysOf = (name: string): readonly string[] => writeUser({ ...plain, name }).map(({ key }) => key);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 16 }), fc.string({ unit: "binary", maxLength: 16 }), (a, b) => {
      const [first, second] = [keysOf(a), keysOf(b)];
      for (const [index, key] of first.entries()) {
        expect(isKey(key) && key.startsWith(userPrefixes[index] ?? "none")).toBe(true);
      }
      expect(new Set([...first, ...second]).size).toBe(a === b ? 2 : 4);
    }),
  );
  expect(keysOf("a".repeat(64)).every(isKey)).toBe(true);
});

test("what is no user is none", () => {
  expect(readUser(Uint8Array.of(0xff))).toBeUndefined();
  expect(readUser(new Uint8Array())).toBeUndefined();
});
