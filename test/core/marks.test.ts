import fc from "fast-check";
import { expect, test } from "vitest";
import { Marks, rangesMax } from "../../src/core/marks.ts";

const holesMax = 4;

function fresh(): Marks {
  return Marks.from({ next: 1, holes: [] });
}

/** Marks that have passed 1 to 9 with 3 to 6 given up. */
function holed(): Marks {
  const marks = fresh();
  for (const number of [1, 2]) marks.take(number);
  marks.giveUp(7, holesMax);
  for (const number of [7, 8, 9]) marks.take(number);
  return marks;
}

test("numbers in order are new, each once", () => {
  const marks = fresh();
  expect([1, 2, 3].map((number) => marks.take(number))).toEqual(["new", "new", "new"]);
  expect([1, 2, 3].map((number) => marks.take(number))).toEqual(["duplicate", "duplicate", "duplicate"]);
  expect(marks.record()).toEqual({ begin: 1, next: 4, holes: [] });
});

test("a number ahead of its turn is early, however often, and new in its turn", () => {
  const marks = fresh();
  expect([2, 2, 1, 2].map((number) => marks.take(number))).toEqual(["early", "early", "new", "new"]);
});

test("a number that counts nothing is a duplicate", () => {
  expect(fresh().take(0)).toBe("duplicate");
});

test("what was given up on and arrives after all is late, once", () => {
  const marks = holed();
  expect(marks.record()).toEqual({ begin: 1, next: 10, holes: [{ first: 3, last: 6 }] });
  expect([4, 4, 3, 6, 5, 5].map((number) => marks.take(number))).toEqual([
    "late",
    "duplicate",
    "late",
    "late",
    "late",
    "duplicate",
  ]);
  expect(marks.record()).toEqual({ begin: 1, next: 10, holes: [] });
});

test("a hole shrinks at its ends and splits in its middle", () => {
  const marks = holed();
  marks.take(3);
  expect(marks.record().holes).toEqual([{ first: 4, last: 6 }]);
  marks.take(5);
  expect(marks.record().holes).toEqual([
    { first: 4, last: 4 },
    { first: 6, last: 6 },
  ]);
});

test("the floor passes over what will not come, and tells how much was never passed before", () => {
  const marks = fresh();
  marks.take(1);
  expect(marks.floor(5)).toBe(3);
  expect(marks.floor(5)).toBe(0);
  expect(marks.floor(2)).toBe(0);
  expect([2, 4, 5].map((number) => marks.take(number))).toEqual(["duplicate", "duplicate", "new"]);
});

test("the floor closes the holes below it and cuts the one it falls into", () => {
  const marks = holed();
  expect(marks.floor(5)).toBe(0);
  expect(marks.record()).toEqual({ begin: 1, next: 10, holes: [{ first: 5, last: 6 }] });
  expect([4, 5].map((number) => marks.take(number))).toEqual(["duplicate", "late"]);
  expect(marks.floor(12)).toBe(2);
  expect(marks.record()).toEqual({ begin: 1, next: 12, holes: [] });
});

test("giving up leaves a hole, which grows when it is given up on again", () => {
  const marks = fresh();
  expect(marks.giveUp(3, 1)).toBe(true);
  expect(marks.giveUp(6, 1)).toBe(true);
  expect(marks.giveUp(6, 1)).toBe(true);
  expect(marks.giveUp(2, 1)).toBe(true);
  expect(marks.record()).toEqual({ begin: 1, next: 6, holes: [{ first: 1, last: 5 }] });
});

test("a hole too many is not made, and nothing changes", () => {
  const marks = holed();
  expect(marks.giveUp(12, 1)).toBe(false);
  expect(marks.record()).toEqual({ begin: 1, next: 10, holes: [{ first: 3, last: 6 }] });
  expect(marks.giveUp(12, 2)).toBe(true);
});

test("numbers below the first are none of it: neither taken nor missing, in later lives neither (invariant 3)", () => {
  const marks = Marks.from({ begin: 5, next: 5, holes: [] });
  expect([4, 6, 5].map((number) => marks.take(number))).toEqual(["duplicate", "early", "new"]);
  expect([marks.begin, marks.taken()]).toEqual([5, [{ first: 5, last: 5 }]]);
  expect(marks.floor(8)).toBe(2);
  const later = Marks.from(marks.record());
  expect(later.taken()).toEqual([{ first: 5, last: 7 }]);
});

test("what was taken is everything passed but the holes", () => {
  expect(fresh().taken()).toEqual([]);
  expect(holed().taken()).toEqual([
    { first: 1, last: 2 },
    { first: 7, last: 9 },
  ]);
  const marks = fresh();
  marks.giveUp(3, holesMax);
  expect(marks.taken()).toEqual([]);
});

test("a record does not change afterwards, nor does it change the marks it was made into", () => {
  const marks = holed();
  const record = marks.record();
  marks.take(4);
  const copy = Marks.from(record);
  expect(copy.take(4)).toBe("late");
  expect(record).toEqual({ begin: 1, next: 10, holes: [{ first: 3, last: 6 }] });
});

test("a sender that fills every other number of a hole costs bounded space, and loses nothing", () => {
  const marks = fresh();
  const count = 4 * rangesMax;
  marks.giveUp(count + 1, holesMax);
  for (let number = 2; number <= count; number += 2) marks.take(number);
  expect(marks.record().holes.length).toBe(rangesMax);
  expect(marks.giveUp(count + 2, 10 * rangesMax)).toBe(false);
  // Sent again from the lowest, as without receipt they are, all arrive.
  const taken = new Set(rangesOf(marks));
  for (let number = 1; number <= count; number++)
    expect(marks.take(number)).toBe(taken.has(number) ? "duplicate" : "late");
  expect(marks.taken()).toEqual([{ first: 1, last: count }]);
});

test("the highest number there is can be taken, once", () => {
  const top = Number.MAX_SAFE_INTEGER;
  const marks = fresh();
  expect(marks.floor(top)).toBe(top - 1);
  expect([top, top].map((number) => marks.take(number))).toEqual(["new", "duplicate"]);
  expect(marks.taken()).toEqual([{ first: 1, last: top }]);
});

type Step =
  | { readonly kind: "take"; readonly number: number }
  | { readonly kind: "floor"; readonly number: number }
  | { readonly kind: "giveUp"; readonly number: number }
  | { readonly kind: "restart" };

const anyNumber = fc.integer({ min: 1, max: 30 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: anyNumber.map((number) => ({ kind: "take" as const, number })) },
  { weight: 1, arbitrary: anyNumber.map((number) => ({ kind: "floor" as const, number })) },
  { weight: 3, arbitrary: anyNumber.map((number) => ({ kind: "giveUp" as const, number })) },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" as const }) },
);

/** The plain reference: every number is in a set. */
class Model {
  next = 1;
  readonly taken = new Set<number>();
  readonly open = new Set<number>();

  take(number: number): string {
    if (number > this.next) return "early";
    const isNew = number === this.next;
    if (!isNew && !this.open.delete(number)) return "duplicate";
    if (isNew) this.next++;
    if (this.taken.has(number)) throw new Error(`${number} was taken twice`);
    this.taken.add(number);
    return isNew ? "new" : "late";
  }

  floor(number: number): number {
    for (const open of this.open) if (open < number) this.open.delete(open);
    const skipped = Math.max(0, number - this.next);
    this.next += skipped;
    return skipped;
  }

  giveUp(upTo: number): void {
    for (; this.next < upTo; this.next++) this.open.add(this.next);
  }

  /** Passed and in no hole. */
  settled(): number[] {
    return Array.from({ length: this.next - 1 }, (_, index) => index + 1).filter((number) => !this.open.has(number));
  }
}

test("any sequence of events agrees with a plain set of numbers, and takes each number once at most", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 80 }), (steps) => {
      const model = new Model();
      let marks = fresh();
      for (const step of steps) {
        if (step.kind === "take") expect(marks.take(step.number)).toBe(model.take(step.number));
        else if (step.kind === "floor") expect(marks.floor(step.number)).toBe(model.floor(step.number));
        else if (step.kind === "restart") marks = Marks.from(structuredClone(marks.record()));
        else giveUp(marks, model, step.number);
        expect(marks.next).toBe(model.next);
        expect(rangesOf(marks)).toEqual(model.settled());
        expectTidy(marks);
      }
    }),
    { numRuns: 500 },
  );
});

function giveUp(marks: Marks, model: Model, upTo: number): void {
  const before = marks.record();
  if (marks.giveUp(upTo, holesMax)) model.giveUp(upTo);
  else {
    expect(marks.record()).toEqual(before);
    expect(before.holes.length).toBeGreaterThanOrEqual(holesMax);
  }
}

/** Invariant 2: disjoint, ascending, not adjacent, below next. */
function expectTidy(marks: Marks): void {
  const { next, holes } = marks.record();
  let above = 0;
  for (const { first, last } of holes) {
    expect(first).toBeGreaterThan(above);
    expect(last).toBeGreaterThanOrEqual(first);
    above = last + 1;
  }
  expect(above).toBeLessThanOrEqual(next);
}

function rangesOf(marks: Marks): number[] {
  return marks
    .taken()
    .flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}
