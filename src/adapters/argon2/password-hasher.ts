import type { PasswordHasher } from "../../ports/password-hasher.ts";

/**
 * The costs: 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet, Argon2id. Hashes say with which
 * costs they were made, so these can be raised later.
 */
const costs = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * Argon2id (RFC 9106) on Node's pool of threads, as PHC strings with a random salt of 16 bytes.
 *
 * The library is loaded here, since it takes 40 ms, which only a registry should pay.
 */
export async function createPasswordHasher(): Promise<PasswordHasher> {
  // Its default is Argon2id; its constants for that are of a kind that cannot be imported file by file.
  const { hash, verify } = await import("@node-rs/argon2");
  return {
    hash: (password) => hash(password, costs),
    verify: (hashed, password) => verify(hashed, password),
  };
}
