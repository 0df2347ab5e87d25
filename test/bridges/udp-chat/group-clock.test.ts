import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { CounterMark } from "../../../src/bridges/udp-chat/counter-mark.ts";
import { GroupClock, nameOf } from "../../../src/bridges/udp-chat/group-clock.ts";

function clockOf(): GroupClock {
  return new GroupClock(new CounterMark(memoryNotebook()));
}

function dict(clock: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries(clock);
}

/** Everything in the one has happened when the other is said. */
function isBefore(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return [...one].every(([id, counter]) => counter <= (other.get(id) ?? 0));
}

test("a peer counts what it hears and what it says, and states what others stated", () => {
  const clock = clockOf();
  clock.enter("1101");
  clock.hear("9101", new Map([["9101", 1]]));
  clock.hear(
    "7493",
    new Map([
      ["9101", 1],
      ["7493", 4],
    ]),
  );
  expect(dict(clock.speak("1101", "a"))).toEqual({ "1101": 3, "7493": 4, "9101": 1 });
  expect(dict(clock.speak("1101", "b"))).toEqual({ "1101": 4, "7493": 4, "9101": 1 });
});

test("what answers something comes after it, whoever says it", () => {
  const clock = clockOf();
  const question = clock.speak("1101", "question");
  const heard = new Map([...question, ["9101", 1] as const]);
  clock.hear("9101", heard);
  const answer = clock.speak("1102", "answer");
  expect(isBefore(question, heard)).toBe(true);
  expect(isBefore(heard, answer)).toBe(true);
  expect(isBefore(answer, heard)).toBe(false);
});

test("the same message has the same clock for each node", () => {
  const clock = clockOf();
  const stated = clock.speak("1101", "7 1");
  clock.speak("1102", "8 1");
  expect(clock.speak("1101", "7 1")).toEqual(stated);
});

test("what a node has said keeps the clock that it was said with", () => {
  const clock = clockOf();
  const stated = new Map([["9101", 7]]);
  clock.hear("9101", stated);
  clock.keep(nameOf(5n, 1n), stated);
  clock.speak("1101", "a");
  expect(clock.speak("9101", nameOf(5n, 1n))).toEqual(stated);
});

test("a peer goes on above what nodes state of it", () => {
  const clock = clockOf();
  clock.hear(
    "9101",
    new Map([
      ["9101", 1],
      ["1101", 50],
    ]),
  );
  expect(clock.speak("1101", "a").get("1101")).toBe(51);
});

test("a node that begins anew is not stated to have gone back", () => {
  const clock = clockOf();
  clock.hear("9101", new Map([["9101", 30]]));
  clock.hear("9101", new Map([["9101", 1]]));
  expect(clock.speak("1101", "a").get("9101")).toBe(30);
});

test("who spoke lately is stated first, and no more than there can be room for", () => {
  const clock = clockOf();
  for (let id = 2_000; id < 3_000; id++) clock.hear(`${id}`, new Map([[`${id}`, 1]]));
  const stated = [...clock.speak("1101", "a").keys()];
  expect(stated.slice(0, 3)).toEqual(["1101", "2999", "2998"]);
  expect(stated.length).toBeLessThanOrEqual(256);
});

test("what it stated once is below all that is stated after a restart", () => {
  const notebook = memoryNotebook();
  const clock = new GroupClock(new CounterMark(notebook));
  clock.hear("9101", new Map([["4403", 5_000]]));
  const stated = clock.speak("4403", "first").get("4403") ?? 0;
  expect(stated).toBeGreaterThan(5_000);
  expect(new CounterMark(notebook).base).toBeGreaterThan(stated);
});
