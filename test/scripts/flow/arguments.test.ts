import { expect, test } from "vitest";
import { parseFlowArguments } from "../../../scripts/flow/arguments.ts";

test("left alone, five rounds of two seconds and two hundred leaves are measured", () => {
  expect(parseFlowArguments([])).toEqual({ rounds: 5, seconds: 2, leaves: 200, full: false, json: false });
});

test("words change that", () => {
  const words = ["--rounds", "0", "--seconds", "1.5", "--leaves", "8", "--full", "--json"];
  expect(parseFlowArguments(words)).toEqual({ rounds: 0, seconds: 1.5, leaves: 8, full: true, json: true });
});

test.each([
  ["a measurement during which a stopped neighbour is given up on", ["--seconds", "4"]],
  ["leaves that four processes cannot share", ["--leaves", "10"]],
  ["what is no number", ["--rounds", "many"]],
  ["an option that is not there", ["--fast"]],
])("%s: refused", (_, words) => {
  expect(() => parseFlowArguments(words)).toThrow(/.{10}/);
});
