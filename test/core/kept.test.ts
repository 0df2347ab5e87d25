import fc from "fast-check";
import { expect, test } from "vitest";
import { bundleItemsMax, encodeBundle, encodeText } from "../../src/core/body.ts";
import { bodiesOf } from "../../src/core/bundle.ts";
import { alike, finish, isCovered, keep, overlap, readMail, reopen, type Kept } from "../../src/core/kept.ts";
import { mailOf } from "./mail.ts";
import { envelopeOf, headerOf } from "./room.ts";

const texts = (...all: readonly string[]): Uint8Array => encodeBundle(all.map(encodeText));

/** Mail with the numbers from first on. */
function keptOf(first: number, ...all: readonly string[]): Kept {
  return keep(mailOf(envelopeOf({ number: first, destinations: [9n] }, texts(...all))), 500);
}

test("an envelope is read as far as it has to be: for whom it is, and which messages are in it", () => {
  const single = mailOf(envelopeOf({ number: 3, destinations: [9n] }));
  expect([single.target, single.numbers]).toEqual([9n, { first: 3, last: 3 }]);
  expect(mailOf(envelopeOf({ number: 3, destinations: [9n] }, texts("a", "b"))).numbers).toEqual({ first: 3, last: 4 });
});

test("what is for nobody, or has no messages that could be told apart, is no mail", () => {
  const read = (envelope: Uint8Array) => readMail(envelope, headerOf(envelope), bundleItemsMax);
  expect(read(envelopeOf({ destinations: [] }))).toBe(undefined);
  expect(read(envelopeOf({}, texts()))).toBe(undefined);
  expect(read(envelopeOf({}, Uint8Array.of(0xa2, 0x01, 2, 0x0a, 5)))).toBe(undefined);
  expect(read(envelopeOf({ number: 2 ** 53 - 1 }, texts("a", "b")))).toBe(undefined);
});

test("what is kept is a copy, with all of its messages needed", () => {
  const envelope = envelopeOf({ number: 3, destinations: [9n] }, texts("a", "b"));
  const kept = keep(mailOf(envelope), 500);
  expect(kept).toMatchObject({ first: 3, count: 2, left: 2, bytes: envelope.length, expiresAtMs: 500 });
  envelope.fill(0);
  expect(headerOf(kept.envelope).number).toBe(3);
});

test("numbers that both have", () => {
  const kept = keptOf(5, "a", "b", "c");
  expect(overlap(kept, { first: 1, last: 4 })).toBe(undefined);
  expect(overlap(kept, { first: 8, last: 9 })).toBe(undefined);
  expect(overlap(kept, { first: 1, last: 5 })).toEqual({ first: 5, last: 5 });
  expect(overlap(kept, { first: 6, last: 2 ** 53 - 1 })).toEqual({ first: 6, last: 7 });
});

test("it is needed until each of its messages was finished, and again when one of them is", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 12 }), fc.nat({ max: 5 })), { maxLength: 30 }),
      (steps) => {
        const kept = keptOf(4, "a", "b", "c", "d", "e");
        const needed = new Set([4, 5, 6, 7, 8]);
        for (const [isFinished, first, more] of steps) {
          const range = { first, last: first + more };
          for (let number = first; number <= range.last; number += 1)
            if (isFinished) needed.delete(number);
            else if (number >= 4 && number <= 8) needed.add(number);
          if (isFinished) {
            expect(finish(kept, range)).toBe(needed.size > 0);
            // Then it is dropped.
            if (needed.size === 0) return;
          } else reopen(kept, range);
          expect(kept.left).toBe(needed.size);
        }
      },
    ),
  );
});

test("messages are the same where their number and their bytes are", () => {
  const kept = keptOf(4, "a", "b", "c", "d");
  const compare = (first: number, ...all: readonly string[]) => {
    const mail = mailOf(envelopeOf({ number: first, destinations: [9n] }, texts(...all)));
    const bodies = bodiesOf(mail.envelope, mail.header);
    if (typeof bodies === "string") throw new Error(bodies);
    return alike(kept, mail, bodies);
  };
  expect(compare(4, "a", "b", "c", "d")).toEqual([{ first: 4, last: 7 }]);
  expect(compare(2, "x", "y", "a", "?", "c")).toEqual([
    { first: 4, last: 4 },
    { first: 6, last: 6 },
  ]);
  expect(compare(7, "d", "e")).toEqual([{ first: 7, last: 7 }]);
  expect([compare(3, "a", "b"), compare(8, "d"), compare(1, "a")]).toEqual([[], [], []]);
});

test("it is covered by ranges that have all that is still needed of it", () => {
  const kept = keptOf(4, "a", "b", "c");
  expect(isCovered(kept, [{ first: 4, last: 6 }])).toBe(true);
  expect(isCovered(kept, [{ first: 1, last: 4 }])).toBe(false);
  expect(isCovered(kept, [])).toBe(false);
  finish(kept, { first: 5, last: 5 });
  const ends = [
    { first: 1, last: 4 },
    { first: 6, last: 99 },
  ];
  expect(isCovered(kept, ends)).toBe(true);
});
