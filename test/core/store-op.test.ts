import fc from "fast-check";
import { expect, test } from "vitest";
import { isKey, key64, keyOf, tables } from "../../src/core/store-op.ts";

test("keys have sixteen digits, from the lowest number to the highest", () => {
  expect(key64(0n)).toBe("0000000000000000");
  expect(key64(2n ** 64n - 1n)).toBe("ffffffffffffffff");
});

test("keys sort as their numbers do", () => {
  const number = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(number, number, (a, b) => {
      expect(key64(a) < key64(b)).toBe(a < b);
    }),
    { numRuns: 200 },
  );
});

test("no two tables share a name", () => {
  expect(new Set(tables).size).toBe(tables.length);
});

test("a number has one key, however it is written", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (number) => {
      expect(keyOf(number)).toBe(key64(BigInt(number)));
    }),
  );
});

test("a key is 1 to 512 printable ASCII characters", () => {
  const anyText = fc.oneof(fc.string({ maxLength: 520 }), fc.string({ unit: "binary", maxLength: 20 }));
  const edges = ["", "a", "a".repeat(512), "a".repeat(513), " ~", "\u001f", "\u007f", "a\u0000", "\u0100"];
  const examples = edges.map((text): [string] => [text]);
  fc.assert(
    fc.property(anyText, (text) => {
      expect(isKey(text)).toBe(/^[\x20-\x7e]{1,512}$/.test(text) && !text.includes("\n"));
    }),
    { examples },
  );
});
