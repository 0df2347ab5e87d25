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

test("who always wants to act at once is found out", () => {
  const agenda = new Agenda(0);
  const again = (): void => void agenda.after(0, again);
  again();
  expect(() => {
    while (agenda.step(10));
  }).toThrow("time stands still");
});
