import fc from "fast-check";
import { expect, test } from "vitest";
import { Sequence } from "../../src/core/sequence.ts";

function sequenceOf(...numbers: readonly number[]): Sequence<string> {
  const sequence = new Sequence<string>();
  for (const number of numbers) sequence.put(number, `value ${number}`);
  return sequence;
}

test("what was put in any order comes out ascending (invariant 1)", () => {
  const sequence = sequenceOf(5, 1, 9, 3);
  expect([...sequence.range(0, 10)]).toEqual([1, 3, 5, 9]);
  expect([sequence.first(), sequence.after(3), sequence.after(4), sequence.after(9)]).toEqual([1, 5, 5, undefined]);
});

test("a range has its ends, and is not troubled by what is deleted while it is walked", () => {
  const sequence = sequenceOf(1, 2, 3, 4, 5);
  const walked: number[] = [];
  for (const number of sequence.range(2, 4)) {
    walked.push(number);
    sequence.delete(number);
  }
  expect(walked).toEqual([2, 3, 4]);
  expect([...sequence.range(-Infinity, Infinity)]).toEqual([1, 5]);
});

test("a number put again has its new value, and is there once", () => {
  const sequence = sequenceOf(1, 2);
  sequence.delete(2);
  sequence.put(2, "again");
  sequence.put(1, "anew");
  expect([...sequence.entries()].toSorted(([a], [b]) => a - b)).toEqual([
    [1, "anew"],
    [2, "again"],
  ]);
  expect([...sequence.range(1, 2)]).toEqual([1, 2]);
});

test("what is not there has no value and cannot be deleted", () => {
  const sequence = sequenceOf(1);
  expect([sequence.get(2), sequence.delete(2), sequence.has(2), sequence.size]).toEqual([
    undefined,
    undefined,
    false,
    1,
  ]);
});

test("an impossibly long range costs what is in it", () => {
  expect([...sequenceOf(1, 2, 2 ** 53 - 1).range(1, 2 ** 53 - 1)]).toEqual([1, 2, 2 ** 53 - 1]);
});

test("looking behind a long stretch of deleted numbers, again and again, is not slow (invariant 2)", () => {
  const count = 100_000;
  const sequence = new Sequence<number>();
  for (let number = 1; number <= 2 * count; number += 1) sequence.put(number, number);
  for (let number = 2; number < count; number += 1) sequence.delete(number);
  // Were they walked through each time, this would be 10,000,000,000 steps.
  const found = new Set<number | undefined>();
  for (let look = 0; look < count; look += 1) found.add(sequence.after(1));
  expect([...found]).toEqual([count]);
});

test("a first number that stays does not make the ones that come and go pile up (invariant 3)", () => {
  const sequence = sequenceOf(1);
  const found = new Set<number | undefined>();
  for (let number = 2; number <= 200_000; number += 1) {
    sequence.put(number, "");
    sequence.put(number + 1, "");
    sequence.delete(number);
    // A walk from the front shows what is kept: were nothing forgotten, this would be 20,000,000,000 steps.
    if (sequence.after(1) !== number + 1) found.add(number);
  }
  expect([...found]).toEqual([]);
});

type Step = readonly [what: "put" | "delete" | "look", number: number];

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(fc.constantFrom<Step[0]>("put", "put", "delete", "delete", "look"), fc.nat({ max: 80 })),
  { maxLength: 400 },
);

test("it is like a sorted list, whatever is put and deleted (invariant 1)", () => {
  fc.assert(
    fc.property(steps, (walk) => {
      const sequence = new Sequence<number>();
      let model: readonly number[] = [];
      for (const [what, number] of walk) {
        if (what === "put") {
          sequence.put(number, number);
          model = [...model.filter((other) => other !== number), number].toSorted((a, b) => a - b);
        } else if (what === "delete") {
          expect(sequence.delete(number)).toBe(model.includes(number) ? number : undefined);
          model = model.filter((other) => other !== number);
        } else {
          expect(sequence.first()).toBe(model[0]);
          expect(sequence.after(number)).toBe(model.find((other) => other > number));
          expect([...sequence.range(number, number + 9)]).toEqual(model.filter((n) => n >= number && n <= number + 9));
        }
        expect(sequence.size).toBe(model.length);
      }
      expect([...sequence.range(0, 100)]).toEqual(model);
      expect([...sequence.values()].toSorted((a, b) => a - b)).toEqual(model);
    }),
    { numRuns: 200 },
  );
});

test("the highest number up to a given one is found, also behind a long stretch of deleted ones", () => {
  const sequence = sequenceOf(...Array.from({ length: 200 }, (_, index) => index + 1));
  for (let number = 3; number < 200; number += 1) sequence.delete(number);
  expect([0, 1, 2, 150, 199, 200, 500].map((number) => sequence.upTo(number))).toEqual([
    ...[undefined, 1, 2, 2, 2, 200, 200],
  ]);
});

test("in any order of comings and goings the front is taken without anything being lost", () => {
  const sequence = new Sequence<number>();
  // The ring goes round many times, and grows and shrinks on the way.
  for (const width of [3, 900, 20, 5_000, 1]) {
    const start = 10_000 * width;
    for (let number = start; number < start + 10_000; number += 1) {
      sequence.put(number, number);
      if (sequence.size > width) expect(sequence.delete(sequence.first() ?? NaN)).toBe(number - width);
    }
    expect([...sequence.range(0, Infinity)]).toEqual([...sequence.values()]);
    expect(sequence.size).toBe(width);
    for (const number of sequence.range(0, Infinity)) sequence.delete(number);
  }
  expect([sequence.size, sequence.first(), sequence.after(0)]).toEqual([0, undefined, undefined]);
});
