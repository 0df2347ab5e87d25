import { expect, test } from "vitest";
import { roundsOf, scenariosOf } from "../../../scripts/bench/plan.ts";
import { baseline } from "../../../scripts/bench/scenario.ts";

test("each value is measured alone, with the usual values of the others", () => {
  expect(scenariosOf({ bodies: [64, 1_024], lines: [3], fanouts: [16] })).toEqual([
    { bodyBytes: 64, line: 3, fanout: 1 },
    { bodyBytes: 1_024, line: 3, fanout: 1 },
    { bodyBytes: 64, line: 3, fanout: 16 },
  ]);
});

test("what is not varied adds nothing, and the usual work is what is left when nothing is", () => {
  expect(scenariosOf({ bodies: [], lines: [5], fanouts: [] })).toEqual([{ bodyBytes: 64, line: 5, fanout: 1 }]);
  expect(scenariosOf({ bodies: [], lines: [], fanouts: [] })).toEqual([baseline]);
});

test("no scenario is measured twice", () => {
  expect(scenariosOf({ bodies: [64, 64], lines: [3], fanouts: [1] })).toEqual([baseline]);
});

test("in each round everybody comes once, and each round begins with another", () => {
  expect(roundsOf(["a", "b", "c"], 4)).toEqual([
    ["a", "b", "c"],
    ["b", "c", "a"],
    ["c", "a", "b"],
    ["a", "b", "c"],
  ]);
});

test("rounds of nobody are empty", () => {
  expect(roundsOf([], 2)).toEqual([[], []]);
});
