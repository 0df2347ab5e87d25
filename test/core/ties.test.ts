import fc from "fast-check";
import { expect, test } from "vitest";
import { Ties } from "../../src/core/ties.ts";

test("each slot is tied to what it was last set to, however blocks grow and move", () => {
  const change = fc.tuple(fc.nat({ max: 40 }), fc.array(fc.nat({ max: 40 }), { maxLength: 12 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
      const ties = new Ties();
      const plain = new Map<number, readonly number[]>();
      for (const [slot, others] of changes) {
        ties.set(slot, others);
        plain.set(slot, others);
        for (const [each, expected] of plain) {
          const start = ties.starts[each] ?? 0;
          expect([...ties.blocks.subarray(start, start + (ties.counts[each] ?? 0))]).toEqual(expected);
        }
      }
    }),
  );
});

test("what slots once were tied to takes no room for ever", () => {
  const ties = new Ties();
  for (let round = 1; round <= 64; round += 1) {
    for (let slot = 0; slot < 10; slot += 1)
      ties.set(
        slot,
        Array.from({ length: round }, (_, other) => other),
      );
  }
  expect(ties.blocks.length).toBeLessThan(10 * 64 * 4);
});
