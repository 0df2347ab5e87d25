import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { nodeOf } from "../../src/core/node-name.ts";
import { testSigner } from "../../src/testing/signer.ts";

test("a node is the first 8 bytes of the key's SHA-256, big-endian", () => {
  const key = Uint8Array.from({ length: 32 }, (_, index) => index);
  // First 16 digits of: printf of the bytes 0 to 31 | sha256sum.
  expect(nodeOf(key, testSigner(1))).toBe(0x630dcd2966c43366n);
});

test("a node is the same where the hash is a view into other memory", () => {
  const key = testSigner(1).publicKey;
  const pooled = Buffer.concat([Buffer.alloc(5), createHash("sha256").update(key).digest()]).subarray(5);
  expect(nodeOf(key, { sha256: () => pooled })).toBe(nodeOf(key, testSigner(1)));
});

test("different keys have different nodes", () => {
  const nodes = Array.from({ length: 1_000 }, (_, seed) => nodeOf(testSigner(seed).publicKey, testSigner(0)));
  expect(new Set(nodes).size).toBe(1_000);
});
