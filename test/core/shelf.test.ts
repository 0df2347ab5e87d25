import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBundle, encodeText } from "../../src/core/body.ts";
import { keep, type Kept } from "../../src/core/kept.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Run } from "../../src/core/run.ts";
import { Sequence } from "../../src/core/sequence.ts";
import { touching, type Shelf } from "../../src/core/shelf.ts";
import { mailOf } from "./mail.ts";
import { envelopeOf } from "./room.ts";

/** A shelf with envelopes, each of so many messages from a number on. */
function shelfOf(...all: readonly (readonly [first: number, count: number])[]): Shelf {
  const kept = new Sequence<Kept>();
  for (const [first, count] of all) {
    const body = encodeBundle(Array.from({ length: count }, () => encodeText("hi")));
    kept.put(first, keep(mailOf(envelopeOf({ number: first, destinations: [9n] }, body)), 1));
  }
  const name = { epoch: 1n, conversation: 1n, target: 9n, origin: 2n, declaredTo: 0n, boundTo: 0n };
  return { ...name, kept, run: new Run(defaultLimits), holdUntilMs: 0 };
}

function touched(shelf: Shelf, first: number, last: number): readonly number[] {
  return [...touching(shelf, { first, last })].map((kept) => kept.first);
}

test("an envelope is found by any of its messages, not by its first alone", () => {
  const shelf = shelfOf([1, 4], [5, 2], [9, 3]);
  expect([touched(shelf, 3, 3), touched(shelf, 4, 5), touched(shelf, 6, 8)]).toEqual([[1], [1, 5], [5]]);
  expect([touched(shelf, 7, 8), touched(shelf, 12, 99), touched(shelf, 1, 2 ** 53 - 1)]).toEqual([[], [], [1, 5, 9]]);
});

test("what is found may be dropped meanwhile", () => {
  const shelf = shelfOf([1, 4], [5, 2], [9, 3]);
  for (const { first } of touching(shelf, { first: 2, last: 5 })) shelf.kept.delete(first);
  expect(touched(shelf, 1, 99)).toEqual([9]);
});

test("whatever stands there, those that have a number in the range are found, and no others", () => {
  const gapsAndCounts = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 5 })), { maxLength: 12 });
  fc.assert(
    fc.property(gapsAndCounts, fc.integer({ min: 1, max: 60 }), fc.nat({ max: 20 }), (drawn, first, more) => {
      let next = 1;
      const all = drawn.map(([gap, count]): readonly [number, number] => {
        const start = next + gap;
        next = start + count;
        return [start, count];
      });
      const wanted = all.filter(([start, count]) => start <= first + more && start + count > first);
      expect(touched(shelfOf(...all), first, first + more)).toEqual(wanted.map(([start]) => start));
    }),
  );
});
