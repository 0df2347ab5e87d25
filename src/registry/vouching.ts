import { foldName } from "../core/name.ts";
import { sameBytes } from "../core/same-bytes.ts";
import type { Signer } from "../ports/signer.ts";
import { openCredential, type Credential } from "./credential.ts";
import { sealedOf } from "./sealed-bytes.ts";
import type { Bearer, Standing } from "./types.ts";

/** What a vouching works with. */
export interface VouchingParts {
  /** Ed25519 public key of the registry. */
  readonly registryKey: Uint8Array;
  readonly signer: Pick<Signer, "verify">;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/**
 * Vouching: whether peers are the users that they call themselves, as far as a registry's credentials tell. Needs the
 * registry's key alone, and not the registry.
 *
 * Invariants
 * 1. Verified is whose credential the registry signed, for its name, its id and its key, and is not over; and of whose
 *    user no credential with a higher serial was seen.
 * 2. Each credential's signature is checked once, for as long as the peer is known.
 * 3. No more than usersMax users are remembered.
 */
export class Vouching {
  readonly #parts: VouchingParts;
  /** By the bytes as the topology holds them. Undefined for what the registry did not sign. (Invariant 2.) */
  readonly #opened = new WeakMap<Uint8Array, Credential | "none">();
  /** The highest serial seen, by folded name. */
  readonly #serials = new Map<string, bigint>();

  constructor(parts: VouchingParts) {
    this.#parts = parts;
  }

  /** Takes note of a credential, wherever it was seen. @param bytes a SignedCredential, encoded. */
  learn(bytes: Uint8Array): void {
    const credential = this.#open(bytes);
    if (credential !== undefined) this.#remember(credential);
  }

  /** What is known of a peer. One after the other may be asked about, but learn of all first: one may outdate another. */
  standing(peer: Bearer): Standing {
    // A leaf is told names and ids of others, and nothing that could show whose they are.
    if (peer.key.length === 0) return { kind: "unknown" };
    const credential = this.#open(peer.credential);
    if (credential !== undefined) {
      this.#remember(credential);
      if (this.#holds(credential, peer)) return { kind: "verified", user: credential.user };
    }
    const isUser = this.#serials.has(foldName(peer.name.slice(0, nameMax)));
    return isUser ? { kind: "unverified", user: peer.name } : { kind: "unknown" };
  }

  /** Invariant 1. */
  #holds(credential: Credential, { id, name, key }: Bearer): boolean {
    const { user, serial, expiresAtMs } = credential;
    const isNewest = serial >= (this.#serials.get(foldName(user)) ?? 0n);
    const fits = id === credential.id && name === user && sameBytes(key, credential.key);
    return fits && isNewest && this.#parts.nowMs() < expiresAtMs;
  }

  #open(bytes: Uint8Array): Credential | undefined {
    const before = this.#opened.get(bytes);
    if (before !== undefined) return before === "none" ? undefined : before;
    const sealed = sealedOf(bytes);
    // That it is over is looked at each time it is asked for: it was issued for the user all the same.
    const opened = sealed === undefined ? "" : openCredential(sealed, { ...this.#parts, nowMs: 0 });
    this.#opened.set(bytes, typeof opened === "string" ? "none" : opened);
    return typeof opened === "string" ? undefined : opened;
  }

  #remember({ user, serial }: Credential): void {
    const fold = foldName(user);
    const known = this.#serials.get(fold);
    if (known !== undefined && known >= serial) return;
    this.#serials.delete(fold);
    this.#serials.set(fold, serial);
    if (this.#serials.size <= usersMax) return;
    for (const longest of this.#serials.keys()) return void this.#serials.delete(longest); // invariant 3
  }
}

/** Users remembered: as many as a registry has, and some 100 bytes each. */
const usersMax = 100_000;
/** UTF-16 units: longer is no user's name. */
const nameMax = 192;
