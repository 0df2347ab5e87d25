import { expect, test } from "vitest";
import { ShownRuns } from "../../../scripts/crash/shown-runs.ts";

/** What comes of it when each process showed these numbers, and the inbox has 1 to 6. */
function compare(...runs: readonly (readonly number[])[]): ReturnType<ShownRuns["compare"]> {
  const shown = new ShownRuns();
  for (const run of runs) {
    shown.begin();
    for (const number of run) shown.show(BigInt(number));
  }
  return shown.compare([1n, 2n, 3n, 4n, 5n, 6n]);
}

test("processes that go on where the one before ended are as promised", () => {
  expect(compare([1, 2, 3], [], [4, 5, 6])).toEqual({ faults: [], unprinted: 0 });
});

test("the last lines of a process that was killed may be unprinted, and are counted", () => {
  expect(compare([1, 2], [4, 5, 6])).toEqual({ faults: [], unprinted: 1 });
});

test.each([
  [
    "shown again",
    [
      [1, 2, 3],
      [3, 4, 5, 6],
    ],
    "shown again",
  ],
  [
    "left out within a process",
    [
      [1, 2, 4],
      [5, 6],
    ],
    "where the inbox has",
  ],
  ["left out at the beginning", [[2, 3, 4, 5, 6]], "though nothing was killed"],
  [
    "not shown in the end",
    [
      [1, 2, 3],
      [4, 5],
    ],
    "received and not shown: 6",
  ],
  ["shown and never received", [[1, 2, 3, 4, 5, 6], [7]], "never received"],
] as const)("a message that is %s is told", (_what, runs, fault) => {
  expect(compare(...runs).faults.join("\n")).toContain(fault);
});

test("each comparison is about what came since the last one", () => {
  const shown = new ShownRuns();
  shown.begin();
  shown.show(1n);
  expect(shown.compare([1n]).faults).toEqual([]);
  shown.begin();
  shown.show(2n);
  expect(shown.compare([2n]).faults).toEqual([]);
  expect(shown.last).toBe(2n);
});
