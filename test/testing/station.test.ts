import { expect, test } from "vitest";
import { Agenda } from "../../src/testing/agenda.ts";
import { Station } from "../../src/testing/station.ts";

/** A station, and acts that wait as long as it is paused. */
function setting(): { agenda: Agenda; station: Station; happened: string[]; act: (name: string) => void } {
  const agenda = new Agenda(0);
  const station = new Station("a", agenda);
  const happened: string[] = [];
  const act = (name: string): void => {
    if (station.paused) station.hold(() => act(name));
    else happened.push(name);
  };
  return { agenda, station, happened, act };
}

test("what waits for a paused process comes in order, but not within the call", () => {
  const { agenda, station, happened, act } = setting();
  station.pause();
  act("first");
  act("second");
  station.resume();
  expect(happened).toEqual([]);
  while (agenda.step(0));
  expect(happened).toEqual(["first", "second"]);
});

test("a process paused again before all has come gets the rest when it goes on, in order", () => {
  const { agenda, station, happened, act } = setting();
  station.pause();
  for (const name of ["first", "second", "third"]) act(name);
  station.resume();
  agenda.step(0);
  station.pause();
  while (agenda.step(0));
  act("fourth");
  expect(happened).toEqual(["first"]);
  station.resume();
  while (agenda.step(0));
  expect(happened).toEqual(["first", "second", "third", "fourth"]);
});

test("a process that dies abandons its ends, listens no more, and is not paused", () => {
  const { station } = setting();
  const abandoned: boolean[] = [];
  const end = {
    abandon: (told: boolean) => {
      station.ends.delete(end);
      abandoned.push(told);
    },
  };
  station.ends.add(end);
  station.accept = () => ({ frame: () => {}, drained: () => {}, closed: () => {} });
  station.pause();
  station.die(true);
  expect([abandoned, station.accept, station.paused, station.ends.size]).toEqual([[true], undefined, false, 0]);
});
