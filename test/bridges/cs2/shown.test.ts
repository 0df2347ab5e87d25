import fc from "fast-check";
import { expect, test } from "vitest";
import { runsMax, Shown } from "../../../src/bridges/cs2/shown.ts";

const said = (from: bigint, number: bigint, atMs = 1_000) => ({ from, number, sentAt: new Date(atMs) });

test("what was noted was shown, and nothing else: not another number, and not another sender's", () => {
  const message = fc.record({ from: fc.bigInt(1n, 3n), number: fc.bigInt(1n, 12n) });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 30 }), (noted) => {
      const shown = new Shown();
      for (const { from, number } of noted) shown.note(said(from, number));
      for (let from = 1n; from <= 3n; from += 1n)
        for (let number = 1n; number <= 12n; number += 1n)
          expect(shown.has(said(from, number))).toBe(noted.some((one) => one.from === from && one.number === number));
    }),
  );
});

test("what a sender says under the same number in another life of its store was not shown", () => {
  const shown = new Shown();
  for (const number of [5n, 6n, 7n]) shown.note(said(1n, number, 1_000 * Number(number)));
  expect([shown.has(said(1n, 6n, 6_000)), shown.has(said(1n, 6n, 90_000)), shown.has(said(1n, 6n, 10))]).toEqual([
    true,
    false,
    false,
  ]);
});

test("however many senders there are, no more runs are kept than there is room for, and those the newest", () => {
  const shown = new Shown();
  for (let from = 1n; from <= BigInt(runsMax) + 1n; from += 1n) shown.note(said(from, 1n));
  expect([shown.has(said(1n, 1n)), shown.has(said(2n, 1n)), shown.has(said(BigInt(runsMax) + 1n, 1n))]).toEqual([
    false,
    true,
    true,
  ]);
});
