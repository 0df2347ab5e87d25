import { base64Encode } from "@bufbuild/protobuf/wire";
import { encodeUtf8 } from "../core/utf8.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Signer } from "../ports/signer.ts";

/**
 * Sessions: which user a token stands for. Only hashes of tokens are known here, so that whoever reads the disk or the
 * memory cannot act for anybody; they are looked up by hash, so that the time it takes tells nothing of them.
 *
 * Invariants
 * 1. A user has one session at most.
 * 2. Of the tokens that stood for a user, the last that another took the place of is known, and no earlier one.
 */
export class Sessions {
  readonly #users = new Map<string, string>();
  readonly #hashes = new Map<string, string>();
  /** Of tokens that another took the place of, by hash: whose they were. */
  readonly #replaced = new Map<string, string>();
  /** The same, by user. */
  readonly #replacedHashes = new Map<string, string>();

  /** Sessions that are open. */
  get count(): number {
    return this.#users.size;
  }

  /** From now on the token stands for the user, and no other does. */
  open(user: string, tokenHash: Uint8Array): void {
    const hash = base64Encode(tokenHash);
    const before = this.#hashes.get(user);
    if (before === hash) return;
    this.end(user);
    if (before !== undefined) {
      this.#replaced.set(before, user);
      this.#replacedHashes.set(user, before);
    }
    this.#users.set(hash, user);
    this.#hashes.set(user, hash);
  }

  /** No token stands for the user any more. */
  end(user: string): void {
    const replaced = this.#replacedHashes.get(user);
    if (replaced !== undefined) this.#replaced.delete(replaced);
    this.#replacedHashes.delete(user);
    const hash = this.#hashes.get(user);
    if (hash === undefined) return;
    this.#hashes.delete(user);
    this.#users.delete(hash);
  }

  /** The user that a token stands for. */
  find(tokenHash: Uint8Array): string | undefined {
    return this.#users.get(base64Encode(tokenHash));
  }

  /** The user that a token stood for until a later one did. */
  findReplaced(tokenHash: Uint8Array): string | undefined {
    return this.#replaced.get(base64Encode(tokenHash));
  }
}

/** A fresh token: 256 random bits as 43 characters that any protocol can carry. */
export function makeToken(entropy: Entropy): string {
  return base64Encode(entropy.bytes(32), "url");
}

/** What is kept of a token. No salt and no work: a token has more chance in it than anybody can guess. */
export function hashToken(token: string, signer: Pick<Signer, "sha256">): Uint8Array {
  return signer.sha256(encodeUtf8(token.slice(0, tokenCharactersMax)));
}

/** Longer than any token; what a stranger sends may be longer still. */
const tokenCharactersMax = 64;
