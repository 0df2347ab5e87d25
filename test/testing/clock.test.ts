import { expect, test } from "vitest";
import { Agenda } from "../../src/testing/agenda.ts";
import { SimClock } from "../../src/testing/clock.ts";
import { clockContract } from "../contract/clock.ts";
import { usePassing } from "./passing.ts";

const passing = usePassing();

clockContract("the simulated clock", () => new SimClock(passing(new Agenda(1_735_689_600_000))));

const yearMs = 365 * 24 * 3_600_000;

/** A clock that stands at 1,000 when the agenda does at 0, and when its alarm rang, by the agenda and by itself. */
function setting(): {
  agenda: Agenda;
  clock: SimClock;
  rings: (readonly [number, number])[];
  run: (ms: number) => void;
} {
  const agenda = new Agenda(0);
  const clock = new SimClock(agenda, 1_000);
  const rings: (readonly [number, number])[] = [];
  const run = (ms: number): void => {
    const byMs = agenda.nowMs + ms;
    while (agenda.step(byMs));
  };
  clock.setAlarm(1_500, () => rings.push([agenda.nowMs, clock.nowMs()]));
  return { agenda, clock, rings, run };
}

test("an alarm rings when the clock reaches its time, once", () => {
  const { rings, run } = setting();
  run(5_000);
  expect(rings).toEqual([[500, 1_500]]);
});

test("a clock set forwards goes on from there, and its alarm rings sooner", () => {
  const { clock, rings, run } = setting();
  run(100);
  clock.step(300);
  expect(clock.nowMs()).toBe(1_400);
  run(5_000);
  expect(rings).toEqual([[200, 1_500]]);
});

test("a clock set forwards by years is exact, and an alarm passed over rings at once, but not within the call", () => {
  const { clock, rings, run } = setting();
  clock.step(40 * yearMs);
  expect([clock.nowMs(), rings]).toEqual([40 * yearMs + 1_000, []]);
  run(0);
  expect(rings).toEqual([[0, 40 * yearMs + 1_000]]);
  run(0.5);
  expect(clock.nowMs()).toBe(40 * yearMs + 1_000.5);
});

test("a process goes on at its own pace when the clock is set back, and its alarm rings as if nothing were", () => {
  const { clock, rings, run } = setting();
  run(100);
  clock.step(-400);
  run(300);
  expect([clock.nowMs(), clock.machineMs]).toEqual([1_400, 1_000]);
  run(5_000);
  expect(rings).toEqual([[500, 1_500]]);
});

test("a clock set back and forth again leaves the process where it was", () => {
  const { clock, run } = setting();
  clock.step(-400);
  run(100);
  clock.step(500);
  expect([clock.nowMs(), clock.machineMs]).toEqual([1_200, 1_200]);
});

test("what the process never asked for it has seen all the same: no time before a step is given twice", () => {
  const { clock, run } = setting();
  run(300);
  clock.step(-yearMs);
  expect(clock.nowMs()).toBe(1_300);
});

test("an alarm for a time the process has seen rings at once, though the machine's clock is behind it", () => {
  const { agenda, clock, run } = setting();
  run(100);
  clock.step(-yearMs);
  let rang = -1;
  clock.setAlarm(1_100, () => (rang = agenda.nowMs));
  run(1);
  expect(rang).toBe(100);
});

test("a new process goes by the machine's clock, behind what the one before it saw", () => {
  const { clock, rings, run } = setting();
  run(100);
  clock.step(-600);
  expect(clock.nowMs()).toBe(1_100);
  clock.restart();
  expect(clock.nowMs()).toBe(500);
  run(5_000);
  expect(rings).toEqual([]);
});

test("a frozen clock stands still and rings no alarm, then goes on from where it stood, or makes up for it", () => {
  for (const jumps of [false, true]) {
    const { clock, rings, run } = setting();
    run(100);
    clock.freeze();
    run(1_000);
    expect([clock.nowMs(), rings]).toEqual([1_100, []]);
    clock.thaw(jumps);
    clock.thaw(jumps);
    expect(clock.nowMs()).toBe(jumps ? 2_100 : 1_100);
    run(5_000);
    expect(rings).toEqual([jumps ? [1_100, 2_100] : [1_500, 1_500]]);
  }
});

test("a frozen clock may be set, and freezing it twice is freezing it once", () => {
  const { clock, run } = setting();
  clock.freeze();
  run(100);
  clock.freeze();
  clock.step(50);
  run(100);
  expect(clock.nowMs()).toBe(1_050);
  clock.thaw(true);
  expect(clock.nowMs()).toBe(1_250);
});

test("a clock that drifts reaches the alarm sooner or later, never before its time", () => {
  for (const rate of [0.5, 0.9, 1.0001, 1.3, 2, 3.7]) {
    const { clock, rings, run } = setting();
    clock.drift(rate);
    run(5_000);
    const [[agendaMs, clockMs] = [0, 0]] = rings;
    expect(agendaMs).toBeCloseTo(500 / rate, 1);
    expect(clockMs).toBeGreaterThanOrEqual(1_500);
    expect(clock.nowMs()).toBeCloseTo(1_000 + 5_000 * rate, 6);
  }
});

test("a clock that drifts goes on from where it is when the rate changes, and it cannot stand or go back", () => {
  const { clock, run } = setting();
  clock.drift(2);
  run(100);
  clock.drift(1);
  run(100);
  expect(clock.nowMs()).toBe(1_300);
  for (const rate of [0, -1, Number.NaN, Infinity]) expect(() => clock.drift(rate)).toThrow(RangeError);
});

test("drifting clocks keep the contract's word to the last hair, far from the beginning", () => {
  const agenda = new Agenda(1_735_689_600_000);
  const clock = new SimClock(agenda);
  for (let round = 1; round <= 1_000; round += 1) {
    clock.drift(0.5 + (round % 97) / 64);
    const atMs = clock.nowMs() + (round % 31) * 0.37;
    let rangMs = -Infinity;
    clock.setAlarm(atMs, () => (rangMs = clock.nowMs()));
    const byMs = agenda.nowMs + 100;
    while (agenda.step(byMs));
    expect(rangMs).toBeGreaterThanOrEqual(atMs);
    expect(rangMs).toBeLessThan(atMs + 0.01);
  }
});

test("a paused process is rung when it goes on, late, and not while it stands still", () => {
  const { clock, rings, run } = setting();
  clock.pause();
  run(999);
  clock.step(10);
  run(1);
  expect(rings).toEqual([]);
  clock.resume();
  expect(rings).toEqual([]);
  run(1_000);
  expect(rings).toEqual([[1_000, 2_010]]);
});

test("an alarm that is not yet due when a paused process goes on rings at its time", () => {
  const { clock, rings, run } = setting();
  clock.pause();
  run(100);
  clock.resume();
  run(1_000);
  expect(rings).toEqual([[500, 1_500]]);
});
