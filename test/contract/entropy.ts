import { describe, expect, test } from "vitest";
import type { Entropy } from "../../src/ports/entropy.ts";

/** What every adapter of src/ports/entropy.ts promises. */
export function entropyContract(name: string, make: () => Entropy): void {
  describe(`${name} keeps the entropy contract`, () => {
    test.each([0, 1, 8, 32, 100_000])("%d bytes asked for are as many", (count) => {
      const bytes = make().bytes(count);
      expect(bytes).toBeInstanceOf(Uint8Array);
      expect(bytes).toHaveLength(count);
    });

    test("no two answers are alike, nor share memory", () => {
      const entropy = make();
      const answers = Array.from({ length: 1_000 }, () => entropy.bytes(16));
      const before = new Set(answers.map((bytes) => bytes.toString()));
      expect(before.size).toBe(1_000);
      answers[0]?.fill(0);
      expect(answers.slice(1).every((bytes) => before.has(bytes.toString()))).toBe(true);
    });

    test("every value of a byte comes up", () => {
      // A byte's absence among 100,000 has a chance below 1 in 10^160.
      expect(new Set(make().bytes(100_000)).size).toBe(256);
    });
  });
}
