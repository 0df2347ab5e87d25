import type { SealedCredential } from "./credential.ts";

/** A user that signed up. */
export interface User {
  /** In form NFC. */
  readonly name: string;
  readonly id: bigint;
  /** A PHC string. */
  readonly passwordHash: string;
  /** Of the last credential issued; 0n before the first. */
  readonly serial: bigint;
  /** Milliseconds since 1970, whole. */
  readonly signedUpAtMs: number;
  /** Undefined when the user signed out. */
  readonly session: UserSession | undefined;
}

/** A user that is signed in, whether it is there or not. */
export interface UserSession {
  /** SHA-256 of the token; the token itself is nowhere kept. */
  readonly tokenHash: Uint8Array;
  /** Milliseconds since 1970, whole, like the others. */
  readonly signedInAtMs: number;
  readonly sealed: SealedCredential;
  /** Of the credential. The session ends with it. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Ed25519 public key that the credential states. */
  readonly key: Uint8Array;
}
