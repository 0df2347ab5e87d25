import { expect, test } from "vitest";
import { Repetitions } from "../../../src/bridges/gossip/repetitions.ts";

function fresh(bytesMax = 10_000): Repetitions {
  return new Repetitions({ windowMs: 1000, bytesMax });
}

test("what comes by original peers is new once within the window", () => {
  const repetitions = fresh();
  expect(repetitions.repeats("a", "peers", 0)).toBe(false);
  expect(repetitions.repeats("a", "peers", 999)).toBe(true);
  expect(repetitions.repeats("b", "peers", 999)).toBe(false);
  expect(repetitions.repeats("a", "peers", 1000)).toBe(false);
});

test("a module that says the same again means it", () => {
  const repetitions = fresh();
  expect(repetitions.repeats("a", "module", 0)).toBe(false);
  expect(repetitions.repeats("a", "module", 1)).toBe(false);
  expect(repetitions.repeats("a", "peers", 2)).toBe(true);
  expect(repetitions.repeats("b", "peers", 3)).toBe(false);
  expect(repetitions.repeats("b", "module", 4)).toBe(false);
});

test("so does a module at another bridge, even when original peers bring it as well", () => {
  const repetitions = fresh();
  expect(repetitions.repeats("a", "mesh", 0)).toBe(false);
  expect(repetitions.repeats("a", "peers", 1)).toBe(true);
  expect(repetitions.repeats("a", "mesh", 2)).toBe(false);
  expect(repetitions.repeats("a", "peers", 3)).toBe(true);
});

test("what original peers brought first is the one that the mesh brings next, and no other", () => {
  const repetitions = fresh();
  expect(repetitions.repeats("a", "peers", 0)).toBe(false);
  expect(repetitions.repeats("a", "mesh", 1)).toBe(true);
  expect(repetitions.repeats("a", "mesh", 2)).toBe(false);
});

test("only so much is remembered, and the oldest is forgotten first", () => {
  const repetitions = fresh(2 * 102);
  for (const content of ["a", "b", "c"]) expect(repetitions.repeats(content, "peers", 0)).toBe(false);
  expect(repetitions.repeats("b", "peers", 0)).toBe(true);
  expect(repetitions.repeats("a", "peers", 0)).toBe(false);
});
