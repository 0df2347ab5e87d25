/**
 * What the core may ask of its world while it computes: pure functions and chance, both replaceable by a simulator.
 *
 * Everything else the core wants done leaves as an effect (effects.ts). All functions here answer at once.
 */
export interface Signer {
  /** This peer's Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Ed25519 signature of this peer over the bytes, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
  /** Whether the signature is the key's over the bytes. Malformed keys and signatures are simply false. */
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean;
  /** SHA-256, 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;
}

/** Unpredictable numbers. */
export interface Entropy {
  /** That many random bytes. */
  bytes(count: number): Uint8Array;
}
