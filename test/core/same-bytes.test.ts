import fc from "fast-check";
import { expect, test } from "vitest";
import { sameBytes } from "../../src/core/same-bytes.ts";

test("arrays are the same when they hold the same bytes, wherever these lie", () => {
  const bytes = fc.uint8Array({ maxLength: 8, max: 2 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(sameBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
      expect(sameBytes(a, Uint8Array.from([9, ...a]).subarray(1))).toBe(true);
    }),
  );
});
