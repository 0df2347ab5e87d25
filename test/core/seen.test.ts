import fc from "fast-check";
import { expect, test } from "vitest";
import { Seen } from "../../src/core/seen.ts";

type Envelope = readonly [epoch: bigint, conversation: bigint, number: number, attempt: number, key: bigint];

function add(seen: Seen, ...[epoch, conversation, number, attempt, key]: Envelope): boolean {
  return seen.add({ epoch, conversation, number, attempt }, key);
}

test("an envelope is new once", () => {
  const seen = new Seen(10);
  expect(add(seen, 1n, 2n, 3, 4, 5n)).toBe(true);
  expect(add(seen, 1n, 2n, 3, 4, 5n)).toBe(false);
});

test("an envelope of nothing but zeros is new once too", () => {
  const seen = new Seen(10);
  expect(add(seen, 0n, 0n, 0, 0, 0n)).toBe(true);
  expect(add(seen, 0n, 0n, 0, 0, 0n)).toBe(false);
});

test("envelopes that differ in any one thing, in any of its bits, are different ones", () => {
  const seen = new Seen(1_000);
  expect(add(seen, 0n, 0n, 0, 0, 0n)).toBe(true);
  for (let bit = 0n; bit < 64n; bit++) {
    expect(add(seen, 1n << bit, 0n, 0, 0, 0n)).toBe(true);
    expect(add(seen, 0n, 1n << bit, 0, 0, 0n)).toBe(true);
    expect(add(seen, 0n, 0n, 0, 0, 1n << bit)).toBe(true);
    if (bit < 53n) expect(add(seen, 0n, 0n, 2 ** Number(bit), 0, 0n)).toBe(true);
    if (bit < 32n) expect(add(seen, 0n, 0n, 0, 2 ** Number(bit), 0n)).toBe(true);
  }
});

test("the same numbers in other places are another envelope", () => {
  const seen = new Seen(10);
  expect(add(seen, 1n, 2n, 3, 4, 5n)).toBe(true);
  expect(add(seen, 2n, 1n, 3, 4, 5n)).toBe(true);
  expect(add(seen, 1n, 2n, 4, 3, 5n)).toBe(true);
  expect(add(seen, 5n, 2n, 3, 4, 1n)).toBe(true);
});

test("the latest max envelopes are remembered, and none older than twice as many", () => {
  const max = 100;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), (count) => {
      const seen = new Seen(max);
      for (let number = 1; number <= count; number++) expect(add(seen, 1n, 1n, number, 0, 0n)).toBe(true);
      // Asking for what is remembered changes nothing; the latest first.
      for (let number = count; number > count - max && number > 0; number--)
        expect(add(seen, 1n, 1n, number, 0, 0n)).toBe(false);
      if (count > 2 * max) expect(add(seen, 1n, 1n, count - 2 * max, 0, 0n)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("a model with a plain set of texts agrees while nothing is forgotten", () => {
  const small = fc.bigInt({ min: 0n, max: 3n });
  const anyEnvelope = fc.tuple(small, small, fc.nat(5), fc.nat(2), small);
  fc.assert(
    fc.property(
      fc.array(anyEnvelope, { maxLength: 200 }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      (envelopes, seed) => {
        const seen = new Seen(1_000, seed);
        const model = new Set<string>();
        for (const envelope of envelopes) {
          expect(add(seen, ...envelope)).toBe(!model.has(envelope.join()));
          model.add(envelope.join());
        }
      },
    ),
  );
});

test("a hundred thousand envelopes of many conversations do not collide", () => {
  // Among so few, 53 good bits collide by chance once in two million seeds.
  const seen = new Seen(100_000, 12_345n);
  let collisions = 0;
  for (let number = 0; number < 100; number++) {
    for (let conversation = 0n; conversation < 1_000n; conversation++) {
      if (!add(seen, 7n, conversation << 32n, number, number % 3, 1n)) collisions++;
    }
  }
  expect(collisions).toBe(0);
});
