import { expect, test } from "vitest";
import { draw, type DrawOptions, type Mix } from "./draw.ts";
import { keepOf, printKeep } from "./keep.ts";
import type { Plan } from "./plan.ts";
import { runPlan, type RunResult } from "./run.ts";

// Small worlds, and many: what takes large ones is left to `npm run sim`, which also replays what fails here.
const seedsMax = 60;
const mixNames: readonly Mix[] = ["all", "network", "process", "disk", "clock", "none"];

function drawing(seed: number): DrawOptions {
  const mix = mixNames[seed % mixNames.length] ?? "all";
  return { peers: 3 + (seed % 5), messages: 100, forMs: 5_000 + 1_000 * (seed % 20), mix };
}

function command(seed: number): string {
  const { peers, messages, forMs, mix } = drawing(seed);
  const minutes = forMs / 60_000;
  return `npm run sim -- --seed ${seed} --peers ${peers} --messages ${messages} --minutes ${minutes} --mix ${mix}`;
}

test("whatever happens, nothing accepted is lost, doubled or out of order, and all comes to rest", () => {
  const results: RunResult[] = [];
  for (let seed = 1; seed <= seedsMax; seed += 1) {
    const result = runPlan(draw(seed, drawing(seed)));
    expect(result.violation, command(seed)).toBeUndefined();
    results.push(result);
  }
  const sum = (of: (result: RunResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  // The runs are worth something: plenty is sent, most of it arrives, some cannot.
  expect(sum(({ figures }) => figures.sends)).toBeGreaterThan(60 * seedsMax);
  expect(sum(({ figures }) => figures.delivered)).toBeGreaterThan(0.6 * sum(({ figures }) => figures.sends));
  expect(sum(({ figures }) => figures.expired)).toBeGreaterThan(seedsMax);
  expect(new Set(results.map(({ hash }) => hash)).size).toBe(seedsMax);
  expect(new Set(results.flatMap(({ reached }) => reached)).size).toBeGreaterThan(40);
});

test("the same plan goes the same way, whoever looks on", () => {
  const plan = draw(14, drawing(14));
  const lines: string[] = [];
  const told = runPlan(plan, { line: (line) => lines.push(line), topology: true, observers: [{}] });
  expect(told).toEqual(runPlan(plan));
  expect(lines.length).toBeGreaterThan(100);
});

test("a plan that was made smaller goes the same way as long as what is left out would come later", () => {
  const plan = draw(6, drawing(6));
  const early: Plan = { ...plan, faults: plan.faults.filter(({ atMs }) => atMs < 4_000) };
  const stories = [plan, early].map((each) => storyUntil(each, 4_000));
  expect(printKeep(keepOf(early))).not.toBe(printKeep(keepOf(plan)));
  expect(stories[0]).toBe(stories[1]);
});

/** What was told until a time. */
function storyUntil(plan: Plan, atMs: number): string {
  const lines: string[] = [];
  runPlan(plan, { line: (line) => lines.push(line) });
  const minutesAndSeconds = `  0:0${atMs / 1_000}`;
  return lines.filter((line) => line < minutesAndSeconds).join("\n");
}

test("what an observer throws is a violation, at its time, and ends the run", () => {
  const plan = draw(3, drawing(3));
  let frames = 0;
  const frame = (): void => {
    frames += 1;
    if (frames === 50) throw new Error("broken: 2: exactly once: p3 has it twice");
  };
  const { violation, figures } = runPlan(plan, { observers: [{ frame }] });
  expect(violation).toMatchObject({ invariant: "2: exactly once", message: "p3 has it twice" });
  expect(violation?.atMs).toBe(figures.simulatedMs);
  expect(figures.frames).toBe(50);
});
