import { expect, test } from "vitest";
import { Report } from "./report.ts";
import type { RunResult } from "./run.ts";

const figures = {
  sends: 100,
  accepted: 100,
  delivered: 90,
  expired: 10,
  events: 12_345,
  frames: 5_000,
  starts: 10,
  faults: 20,
  simulatedMs: 1_800_000,
};
const sound: RunResult = { hash: "0123456789abcdef", violation: undefined, figures, reached: ["a"] };
const broken = (invariant: string): RunResult => ({ ...sound, violation: { invariant, message: "", atMs: 1 } });

test("figures of all runs are summed up", () => {
  const report = new Report();
  report.add(1, sound, 500);
  report.add(2, sound, 500);
  expect(report.totals(2_000, [])).toMatchObject({
    seeds: 2,
    simulatedHours: 1,
    events: 24_690,
    delivered: 180,
    violations: 0,
    wallSeconds: 2,
    hoursPerCoreSecond: 1,
  });
  expect(report.lines(2_000, []).join("\n")).toMatch(/events +24,690\n/);
});

test("what broke is counted by invariant, with the lowest seed, in whatever order runs end", () => {
  const report = new Report();
  report.add(9, broken("2: exactly once"), 1);
  report.add(4, broken("2: exactly once"), 1);
  report.add(7, broken("10: in order"), 1);
  report.addBroken(8, "a run ends");
  expect(report.violations).toBe(4);
  expect(report.broken).toEqual([
    { invariant: "2: exactly once", count: 2, seed: 4 },
    { invariant: "10: in order", count: 1, seed: 7 },
    { invariant: "a run ends", count: 1, seed: 8 },
  ]);
});

test("what never happened is named, once there were runs enough for it to happen", () => {
  const report = new Report();
  report.add(1, sound, 1);
  expect(report.lines(1, ["a", "b"]).at(-1)).toBe("  what is to happen sometimes: 1 of 2 did");
  for (let seed = 2; seed <= 50; seed += 1) report.add(seed, sound, 1);
  expect(report.lines(1, ["a", "b"]).at(-1)).toBe("    not reached: b");
  expect(report.totals(1, ["a", "b"])).toMatchObject({ reached: ["a"], notReached: ["b"] });
});
