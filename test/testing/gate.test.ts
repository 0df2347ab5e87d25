import { beforeEach, expect, test } from "vitest";
import { Agenda } from "../../src/testing/agenda.ts";
import { Gate } from "../../src/testing/gate.ts";

let agenda: Agenda;
let gate: Gate;
let happened: string[];

beforeEach(() => {
  agenda = new Agenda(0);
  happened = [];
  gate = new Gate(agenda, () => {
    happened.push("crash");
    gate.end();
  });
});

function out(...names: readonly string[]): void {
  for (const name of names) gate.out(() => happened.push(name));
}

test("an open gate lets everything through at once", () => {
  out("a");
  gate.in(() => happened.push("b"));
  expect([happened, gate.over, gate.paused]).toEqual([["a", "b"], false, false]);
});

test("what comes to a paused process waits, in order, and what it still does goes out", () => {
  gate.pause();
  for (const name of ["a", "b"]) gate.in(() => happened.push(name));
  out("c");
  expect([happened, gate.paused]).toEqual([["c"], true]);
  gate.resume();
  gate.in(() => happened.push("d"));
  expect(happened).toEqual(["c", "a", "b", "d"]);
});

test.each([
  ["before", ["a", "crash"]],
  ["during", ["a", "b", "crash"]],
] as const)("a process that ends %s its second call makes none after it", (side, expected) => {
  gate.crashAt({ call: 2, side });
  out("a", "b", "c");
  expect([happened, gate.over]).toEqual([expected, true]);
});

test("a process that ends after a call still does what follows from it at once, and nothing later", () => {
  gate.crashAt({ call: 1, side: "after" });
  out("a", "b");
  while (agenda.step(0));
  out("c");
  expect(happened).toEqual(["a", "b", "crash"]);
});

test("nothing passes a gate that is over, in either direction", () => {
  gate.pause();
  gate.in(() => happened.push("a"));
  gate.end();
  gate.resume();
  gate.in(() => happened.push("b"));
  out("c");
  expect([happened, gate.over]).toEqual([[], true]);
});

test("the chosen call is counted from when it was chosen", () => {
  out("a", "b");
  gate.crashAt({ call: 1, side: "before" });
  out("c");
  expect(happened).toEqual(["a", "b", "crash"]);
});
