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
    sign: (bytes) => bytesOf(hashOf(publicKey, bytes), signatureBytes),
    verify: (key, bytes, signed) => isSignature(signed, hashOf(key, bytes)),
    sha256,
  };
}

const signatureBytes = 64;
/** What is to be hashed: one array for all, as a world signs and verifies more than it does anything else. */
let scratch = new Uint8Array(1_024);

/** The hash of both, a character for each byte: an array for it would take longer to make than the hash. */
function hashOf(publicKey: Uint8Array, bytes: Uint8Array): string {
  const length = publicKey.length + bytes.length;
  if (length > scratch.length) scratch = new Uint8Array(2 * length);
  scratch.set(publicKey);
  scratch.set(bytes, publicKey.length);
  return hash("sha256", scratch.subarray(0, length), "binary");
}

/** Whether it is the hash, and zeros after it. */
function isSignature(signed: Uint8Array, right: string): boolean {
  if (signed.length !== signatureBytes) return false;
  for (let index = 0; index < signatureBytes; index += 1) {
    if (signed[index] !== (index < right.length ? right.charCodeAt(index) : 0)) return false;
  }
  return true;
}

function sha256(bytes: Uint8Array): Uint8Array {
  const text = hash("sha256", bytes, "binary");
  return bytesOf(text, text.length);
}

/** As many bytes, zeros after those of the text. */
function bytesOf(text: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}
