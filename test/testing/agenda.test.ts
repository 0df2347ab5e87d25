import { expect, test } from "vitest";
import { Agenda } from "../../src/testing/agenda.ts";
import { Random } from "../../src/testing/random.ts";

test("acts happen in the order of their times, and of their planning at the same time", () => {
  const random = new Random(1);
  const agenda = new Agenda(0);
  const happened: (readonly [number, number])[] = [];
  for (let index = 0; index < 500; index += 1) {
    const atMs = random.whole(0, 50);
    agenda.at(atMs, () => happened.push([atMs, index]));
  }
  while (agenda.step(100));
  expect(happened).toHaveLength(500);
  expect(happened).toEqual(happened.toSorted(([a, first], [b, second]) => a - b || first - second));
  expect(agenda.nowMs).toBe(100);
});

test("what is taken off the agenda does not happen", () => {
  const agenda = new Agenda(0);
  const happened: string[] = [];
  const cancel = agenda.at(5, () => happened.push("cancelled"));
  agenda.at(5, () => happened.push("kept"));
  cancel();
  cancel();
  expect(agenda.size).toBe(1);
  while (agenda.step(10));
  expect(happened).toEqual(["kept"]);
});

test("an act beyond the time waits for the next step", () => {
  const agenda = new Agenda(0);
  let happened = false;
  agenda.at(11, () => {
    happened = true;
  });
  expect([agenda.step(10), happened, agenda.nowMs]).toEqual([false, false, 10]);
  expect([agenda.step(11), happened, agenda.nowMs]).toEqual([true, true, 11]);
});

test("what is to happen soon happens after the act that goes on and before all else, in order", () => {
  const agenda = new Agenda(0);
  const happened: string[] = [];
  agenda.at(1, () => {
    agenda.soon(() => {
      agenda.soon(() => happened.push("third"));
      happened.push("first");
    });
    agenda.soon(() => happened.push("second"));
    happened.push("act");
  });
  agenda.at(1, () => happened.push("next act"));
  while (agenda.step(1));
  expect(happened).toEqual(["act", "first", "second", "third", "next act"]);
});

test("whoever asks is told when the next act is due, and how many there are", () => {
  const agenda = new Agenda(0);
  expect([agenda.nextMs, agenda.size]).toEqual([Infinity, 0]);
  agenda.at(7, () => agenda.soon(() => {}));
  expect([agenda.nextMs, agenda.size]).toEqual([7, 1]);
  agenda.step(Infinity);
  expect([agenda.nextMs, agenda.size]).toEqual([7, 1]);
  agenda.step(Infinity);
  expect([agenda.nextMs, agenda.size]).toEqual([Infinity, 0]);
});

test("without a bound to the time, the clock stays at the last act", () => {
  const agenda = new Agenda(0);
  agenda.at(7, () => {});
  expect([agenda.step(Infinity), agenda.step(Infinity), agenda.nowMs]).toEqual([true, false, 7]);
});

test("a timer happens at the time it was set to last, once, and can be set from within", () => {
  const agenda = new Agenda(0);
  const rings: number[] = [];
  const timer = agenda.timer(() => {
    rings.push(agenda.nowMs);
    if (rings.length < 3) timer.set(agenda.nowMs + 10);
  });
  timer.set(5);
  timer.set(9);
  timer.set(7);
  expect([timer.isSet, agenda.size]).toEqual([true, 1]);
  while (agenda.step(1_000));
  expect([rings, timer.isSet]).toEqual([[7, 17, 27], false]);
});

test("a timer that is cleared, or set to Infinity, does not happen", () => {
  const agenda = new Agenda(0);
  const timer = agenda.timer(() => expect.unreachable("it was cleared"));
  timer.clear();
  timer.set(5);
  timer.clear();
  timer.set(5);
  timer.set(Infinity);
  expect([timer.isSet, agenda.size]).toEqual([false, 0]);
  while (agenda.step(10));
  expect(() => timer.set(Number.NaN)).toThrow(RangeError);
});

test("a time that has passed is now", () => {
  const agenda = new Agenda(100);
  let atMs = 0;
  agenda.at(-Infinity, () => (atMs = agenda.nowMs));
  while (agenda.step(100));
  expect(atMs).toBe(100);
});

test("a time between two instants is the later one: nothing is early by a hair", () => {
  const agenda = new Agenda(1_735_689_600_000);
  const times: number[] = [];
  for (const afterMs of [0.1, 0.25, 1]) agenda.after(afterMs, () => times.push(agenda.nowMs - 1_735_689_600_000));
  while (agenda.step(Infinity));
  expect(times).toEqual([103 / 1_024, 0.25, 1]);
});

test("times centuries away are exact to 1/1024 ms", () => {
  const agenda = new Agenda(1_735_689_600_000);
  const farMs = 1_735_689_600_000 + 200 * 365 * 24 * 3_600_000;
  const times: number[] = [];
  for (const afterMs of [1 / 1_024, 0]) agenda.at(farMs + afterMs, () => times.push(agenda.nowMs - farMs));
  while (agenda.step(Infinity));
  expect(times).toEqual([0, 1 / 1_024]);
});

test("who always wants to act at once is found out, by whichever road", () => {
  for (const again of [
    (agenda: Agenda, act: () => void) => void agenda.after(0, act),
    (agenda: Agenda, act: () => void) => agenda.soon(act),
  ]) {
    const agenda = new Agenda(0);
    const act = (): void => again(agenda, act);
    act();
    expect(() => {
      while (agenda.step(10));
    }).toThrow("time stands still");
  }
});
