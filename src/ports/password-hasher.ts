/**
 * Slow hashes of passwords. Pinned by test/contract/password-hasher.ts.
 *
 * - hash makes another text for the same password each time, with all that verify needs in it;
 * - verify is true for the password that was hashed, and false for any other;
 * - neither holds up the event loop, and verify takes about as long for a wrong password as for the right one;
 * - any failure rejects: text that is no hash, or no memory.
 */
export interface PasswordHasher {
  /**
   * @param password UTF-8, at most 1,024 bytes.
   * @returns printable ASCII, at most 512 characters.
   */
  hash(password: Uint8Array): Promise<string>;
  verify(hash: string, password: Uint8Array): Promise<boolean>;
}
