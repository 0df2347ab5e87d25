import { describe, expect, test } from "vitest";
import type { Signer } from "../../src/ports/signer.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, "hex"));

/** RFC 8032, section 7.1, test 2. */
const vector = {
  key: hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
  message: hex("72"),
  signature: hex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ),
};

/** What every adapter of src/ports/signer.ts promises. Each call of make gives a signer with a key of its own. */
export function signerContract(name: string, make: () => Signer): void {
  describe(`${name} keeps the signer contract`, () => {
    test("keys have 32 bytes, signatures 64, hashes 32", () => {
      const signer = make();
      expect([signer.publicKey.length, signer.sign(text("a")).length, signer.sha256(text("a")).length]).toEqual([
        32, 64, 32,
      ]);
    });

    test("a signature verifies for its key and its bytes, for other signers too", () => {
      const signer = make();
      const signature = signer.sign(text("hello"));
      expect(signer.verify(signer.publicKey, text("hello"), signature)).toBe(true);
      expect(make().verify(signer.publicKey, text("hello"), signature)).toBe(true);
    });

    test("a signature of other bytes, by another key, or with any bit changed, is false", () => {
      const [signer, other] = [make(), make()];
      const signature = signer.sign(text("hello"));
      expect(signer.verify(signer.publicKey, text("hellp"), signature)).toBe(false);
      expect(signer.verify(other.publicKey, text("hello"), signature)).toBe(false);
      for (let at = 0; at < signature.length; at += 1) {
        const changed = Uint8Array.from(signature, (byte, place) => (place === at ? byte ^ 1 : byte));
        expect(signer.verify(signer.publicKey, text("hello"), changed)).toBe(false);
      }
    });

    test.each([0, 31, 33, 64, 1_000])("a key of %d bytes is false, not an error", (length) => {
      const signer = make();
      expect(signer.verify(new Uint8Array(length), text("a"), signer.sign(text("a")))).toBe(false);
    });

    test.each([0, 1, 63, 65, 1_000])("a signature of %d bytes is false, not an error", (length) => {
      const signer = make();
      expect(signer.verify(signer.publicKey, text("a"), new Uint8Array(length).fill(7))).toBe(false);
    });

    test("32 bytes that are no key are false, not an error", () => {
      const signer = make();
      for (let fill = 1; fill < 256; fill += 1) {
        expect(signer.verify(new Uint8Array(32).fill(fill), text("a"), signer.sign(text("a")))).toBe(false);
      }
    });

    test("it is Ed25519: a published vector verifies", () => {
      expect(make().verify(vector.key, vector.message, vector.signature)).toBe(true);
    });

    test("it is SHA-256: a published vector comes out", () => {
      const expected = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
      expect(make().sha256(text("abc"))).toEqual(expected);
    });

    test("keys of many peers verify, however many there are", () => {
      const signer = make();
      const others = Array.from({ length: 300 }, make);
      for (const other of [...others, ...others]) {
        expect(signer.verify(other.publicKey, text("a"), other.sign(text("a")))).toBe(true);
      }
    });
  });
}
