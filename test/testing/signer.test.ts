import { expect, test } from "vitest";
import { testSigner } from "../../src/testing/signer.ts";

const bytes = Uint8Array.of(1, 2, 3);

test("a signature holds for its key and its bytes, and for nothing else", () => {
  const [a, b] = [testSigner(1), testSigner(2)];
  const signature = a.sign(bytes);
  expect(b.verify(a.publicKey, bytes, signature)).toBe(true);
  expect(b.verify(b.publicKey, bytes, signature)).toBe(false);
  expect(b.verify(a.publicKey, Uint8Array.of(1, 2, 4), signature)).toBe(false);
  expect(b.verify(a.publicKey, bytes, signature.subarray(1))).toBe(false);
  expect(signature).toHaveLength(64);
});

test("the same seed gives the same key, and another one another", () => {
  expect(testSigner(1).publicKey).toEqual(testSigner(1).publicKey);
  expect(testSigner(1).publicKey).not.toEqual(testSigner(2).publicKey);
  expect(testSigner(1).publicKey).toHaveLength(32);
});

test("hashes are those of SHA-256", () => {
  const empty = Buffer.from(testSigner(1).sha256(new Uint8Array(0))).toString("hex");
  expect(empty).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
