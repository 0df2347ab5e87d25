import { describe, expect, test } from "vitest";
import type { PasswordHasher } from "../../src/ports/password-hasher.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** What every adapter of src/ports/password-hasher.ts promises. */
export function passwordHasherContract(name: string, make: () => PasswordHasher | Promise<PasswordHasher>): void {
  describe(`${name} keeps the password hasher contract`, () => {
    test("the password that was hashed is right, and no other is", async () => {
      const hasher = await make();
      const hash = await hasher.hash(text("correct horse"));
      expect(await hasher.verify(hash, text("correct horse"))).toBe(true);
      for (const wrong of ["correct horsf", "correct hors", "correct horse ", ""]) {
        expect(await hasher.verify(hash, text(wrong))).toBe(false);
      }
    });

    test("one password has another hash each time, of printable ASCII", async () => {
      const hasher = await make();
      const hashes = [await hasher.hash(text("password")), await hasher.hash(text("password"))];
      expect(new Set(hashes).size).toBe(2);
      for (const hash of hashes) expect(hash).toMatch(/^[!-~]{1,512}$/);
    });

    test("a password may be any text, and long", async () => {
      const hasher = await make();
      const password = text("\u0000 \u00e9 \u{1f600} ".repeat(100));
      const hash = await hasher.hash(password);
      expect(await hasher.verify(hash, password)).toBe(true);
      expect(await hasher.verify(hash, password.subarray(0, -1))).toBe(false);
    });

    test("text that is no hash is a failure, and not a wrong password", async () => {
      const hasher = await make();
      await expect(hasher.verify("nonsense", text("password"))).rejects.toBeInstanceOf(Error);
    });
  });
}
