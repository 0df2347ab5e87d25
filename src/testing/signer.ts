import { hash } from "node:crypto";
import type { Signer } from "../core/world.ts";

/**
 * A signer for tests: fast, the same for the same seed, and able to tell a right signature from a wrong one.
 *
 * It protects nothing: a signature is the hash of the public key and the bytes, which anybody can make.
 */
export function testSigner(seed: number): Signer {
  const publicKey = sha256(new TextEncoder().encode(`fake key ${seed}`));
  return {
    publicKey,
    sign: (bytes) => signature(publicKey, bytes),
    verify: (key, bytes, signed) => {
      const right = signature(key, bytes);
      return signed.length === right.length && right.every((byte, index) => byte === signed[index]);
    },
    sha256,
  };
}

function signature(publicKey: Uint8Array, bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(64);
  const whole = new Uint8Array(publicKey.length + bytes.length);
  whole.set(publicKey);
  whole.set(bytes, publicKey.length);
  padded.set(sha256(whole));
  return padded;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(hash("sha256", bytes, "buffer"));
}
