import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { Run, type Sized } from "../../src/core/run.ts";
import { Sequence } from "../../src/core/sequence.ts";

const limits = { ...defaultLimits, windowCountMax: 3, windowBytesMax: 100, resendMinMs: 500, resendMaxMs: 4_000 };

function things(...numbers: readonly number[]): Sequence<Sized> {
  const sequence = new Sequence<Sized>();
  for (const number of numbers) sequence.put(number, { bytes: 10 });
  return sequence;
}

/** Everything that may leave now. */
function drain(run: Run, sequence: Sequence<Sized>, nowMs = 0): number[] {
  const left: number[] = [];
  for (let next = run.next(sequence, nowMs); next !== undefined; next = run.next(sequence, nowMs)) left.push(next);
  return left;
}

function confirm(run: Run, sequence: Sequence<Sized>, number: number, nowMs = 0): void {
  const thing = sequence.delete(number);
  if (thing !== undefined) run.gone(number, thing, nowMs);
}

test("numbers leave ascending, up to the window, and more as they are confirmed (invariants 1 and 2)", () => {
  const [run, sequence] = [new Run(limits), things(2, 4, 6, 8, 10)];
  expect(drain(run, sequence)).toEqual([2, 4, 6]);
  confirm(run, sequence, 4);
  expect(drain(run, sequence)).toEqual([8]);
  expect(run.inFlight).toBe(3);
});

test("the window is one of bytes too, but lets pass what is larger than it, alone (invariant 2)", () => {
  const [run, sequence] = [new Run(limits), things(1)];
  sequence.put(2, { bytes: 95 });
  sequence.put(3, { bytes: 1_000 });
  expect(drain(run, sequence)).toEqual([1]);
  confirm(run, sequence, 1);
  expect(drain(run, sequence)).toEqual([2]);
  confirm(run, sequence, 2);
  expect(drain(run, sequence)).toEqual([3]);
});

test("things count as many messages as they have; what is larger than the window leaves alone (invariant 2)", () => {
  const [run, sequence] = [new Run(limits), new Sequence<Sized>()];
  for (const [number, count] of [
    [1, 2],
    [3, 1],
    [4, 2],
    [6, 9],
  ] as const)
    sequence.put(number, { bytes: 10, count });
  expect([drain(run, sequence), run.inFlight]).toEqual([[1, 3], 3]);
  confirm(run, sequence, 3);
  expect([drain(run, sequence), run.inFlight]).toEqual([[], 2]);
  confirm(run, sequence, 1);
  expect([drain(run, sequence), run.inFlight]).toEqual([[4], 2]);
  confirm(run, sequence, 4);
  expect([drain(run, sequence), run.inFlight]).toEqual([[6], 9]);
});

test("without progress it goes back to the front, waiting twice as long each time, up to a bound (invariant 3)", () => {
  const [run, sequence] = [new Run(limits), things(1, 2)];
  const waits: number[] = [];
  let nowMs = 0;
  for (let round = 0; round < 6; round += 1) {
    expect(drain(run, sequence, nowMs)).toEqual([1, 2]);
    waits.push(run.dueMs - nowMs);
    nowMs = run.dueMs;
    run.timeout();
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000]);
});

test("progress makes the wait short again", () => {
  const [run, sequence] = [new Run(limits), things(1, 2)];
  drain(run, sequence);
  run.timeout();
  run.timeout();
  drain(run, sequence, 10);
  confirm(run, sequence, 1, 20);
  expect(run.dueMs).toBe(520);
  confirm(run, sequence, 2, 30);
  expect(run.dueMs).toBe(Infinity);
});

test("each time it begins at the front is another attempt, and attempts stay within 32 bits", () => {
  const run = new Run(limits, 0xffff_ffff);
  run.restart();
  expect(run.attempt).toBe(0);
  run.timeout();
  expect(run.attempt).toBe(1);
});

test("confirmed before it left, a number was never in flight", () => {
  const [run, sequence] = [new Run(limits), things(1, 2, 3, 4, 5)];
  drain(run, sequence);
  confirm(run, sequence, 5);
  expect(run.inFlight).toBe(3);
});

test("what is put in when its turn is over leaves as soon as nothing else is in flight (invariant 3)", () => {
  const [run, sequence] = [new Run(limits), things(5, 6)];
  drain(run, sequence);
  sequence.put(3, { bytes: 10 });
  run.added(3);
  expect(drain(run, sequence)).toEqual([]);
  confirm(run, sequence, 5);
  confirm(run, sequence, 6);
  expect(drain(run, sequence, 40)).toEqual([3]);
  expect(run.dueMs).toBe(540);
});

test("what is put in when its turn is over and is confirmed elsewhere does not count as one in flight (invariant 3)", () => {
  const [run, sequence] = [new Run(limits), things(5, 6)];
  drain(run, sequence);
  sequence.put(3, { bytes: 10 });
  run.added(3);
  confirm(run, sequence, 3);
  confirm(run, sequence, 5);
  expect([run.inFlight, run.dueMs]).toEqual([1, 500]);
});

type Step = readonly [what: "put" | "leave" | "confirm" | "due" | "restart", pick: number];

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom<Step[0]>("put", "put", "leave", "leave", "confirm", "confirm", "due", "restart"),
    fc.nat({ max: 30 }),
  ),
  { maxLength: 120 },
);

/** One step; returns what is in flight by the test's own count, in this attempt. */
function take([what, pick]: Step, run: Run, sequence: Sequence<Sized>, inFlight: ReadonlySet<number>): Set<number> {
  const flying = new Set(inFlight);
  if (what === "put" && !sequence.has(pick + 1)) {
    sequence.put(pick + 1, { bytes: 7 * pick });
    run.added(pick + 1);
  } else if (what === "confirm") {
    confirm(run, sequence, pick + 1);
    flying.delete(pick + 1);
  } else if (what === "restart") run.restart();
  else if (what === "due" && run.dueMs !== Infinity) run.timeout();
  else if (what === "leave") {
    const number = run.next(sequence, 0);
    if (number === undefined) return flying;
    expect(Math.max(0, ...flying)).toBeLessThan(number); // invariant 1
    flying.add(number);
  }
  return flying;
}

test("it never exceeds its window and never forgets anything, whatever happens (invariants 1, 2 and 3)", () => {
  fc.assert(
    fc.property(steps, (walk) => {
      const [run, sequence] = [new Run(limits), things()];
      let flying: ReadonlySet<number> = new Set();
      for (const step of walk) {
        const { attempt } = run;
        const after = take(step, run, sequence, flying);
        flying = run.attempt === attempt ? after : new Set();
        const bytes = [...flying].reduce((sum, number) => sum + (sequence.get(number)?.bytes ?? 0), 0);
        expect(run.inFlight).toBe(flying.size);
        expect(flying.size <= 3 && (bytes <= 100 || flying.size === 1)).toBe(true); // invariant 2
        expect(run.dueMs === Infinity).toBe(flying.size === 0); // invariant 3
      }
      // Whoever confirms all that leaves gets everything.
      while (sequence.size > 0) {
        const before = sequence.size;
        for (const number of [...flying, ...drain(run, sequence)]) confirm(run, sequence, number);
        flying = new Set();
        expect(sequence.size).toBeLessThan(before);
      }
    }),
    { numRuns: 300 },
  );
});

test("what takes seconds to cross a slow road is given them before it is sent again", () => {
  const run = new Run({ ...defaultLimits, resendMinMs: 500, roadBytesPerSecond: 1_000 });
  const things = new Sequence<{ bytes: number }>();
  for (const number of [1, 2]) things.put(number, { bytes: 1_600 });
  run.next(things, 0);
  expect(run.dueMs).toBe(1_500);
  run.next(things, 10);
  expect(run.dueMs).toBe(3_510);
  things.delete(1);
  run.gone(1, { bytes: 1_600 }, 100);
  expect(run.dueMs).toBe(1_600);
});

test("a slow road is given no more than it may be, but for what is large", () => {
  const run = new Run({ ...defaultLimits, resendMinMs: 500, roadBytesPerSecond: 1_000, crossingMaxMs: 2_500 });
  const things = new Sequence<{ bytes: number }>();
  for (const number of [1, 2, 3, 4]) things.put(number, { bytes: 1_000 });
  things.put(5, { bytes: 3_000 });
  expect([1, 2, 3, 4, 5].map(() => run.next(things, 0) && run.dueMs)).toEqual([1_500, 2_500, 3_000, 3_000, 6_500]);
  run.timeout();
  run.next(things, 0);
  expect(run.dueMs).toBe(2_000);
});
