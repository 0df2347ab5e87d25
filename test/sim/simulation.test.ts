import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseSimArguments } from "../../scripts/sim/arguments.ts";
import type { Order } from "../../scripts/sim/orders.ts";
import { WorkerLost, type End } from "../../scripts/sim/pool.ts";
import { Simulation } from "../../scripts/sim/simulation.ts";
import type { RunResult } from "./run.ts";

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => void vi.restoreAllMocks());

const counts = { sends: 9, accepted: 9, delivered: 8, expired: 1, events: 70, frames: 50, starts: 5, faults: 3 };
const figures = { ...counts, simulatedMs: 60_000 };
const violation = { invariant: "2: exactly once", message: "p2 has it twice", atMs: 1_234.5 };

/** What a worker would answer: every third seed breaks the same invariant, and every seventh never ends. */
async function answer(order: Order): Promise<End> {
  const { seed } = order;
  if (order.kind === "shrink") {
    const shrunk = { keep: "p1,s3", violation, runs: 17, plan: ["a small plan"], last: ["the small end"] };
    return { kind: "shrunk", shrunk };
  }
  if (seed % 7 === 0) throw new WorkerLost("no end after 1 s");
  const isBroken = seed % 3 === 0;
  const result: RunResult = { hash: "0123", violation: isBroken ? violation : undefined, figures, reached: [] };
  return { kind: "ran", run: { seed, result, coreMs: 10, last: isBroken ? ["the end"] : [] } };
}

function lost(error: unknown): WorkerLost {
  if (error instanceof WorkerLost) return error;
  throw error;
}

const pool = {
  one: answer,
  all: async (orders: Iterable<Order>, done: (order: Order, end: End | WorkerLost) => void): Promise<void> => {
    for (const order of orders) done(order, await answer(order).catch(lost));
  },
};

async function simulate(...argv: readonly string[]): Promise<Simulation> {
  const simulation = new Simulation(await parseSimArguments(argv), pool);
  await simulation.run();
  simulation.summarize();
  return simulation;
}

test("a sound seed prints its hash and the totals", async () => {
  expect((await simulate("--seed", "1")).hasFailed).toBe(false);
  expect(printed[0]).toBe("seed 1: hash 0123");
  expect(printed.join("\n")).toMatch(/messages sent +9\n/);
});

test("a failing seed prints what broke, the command that replays it, and the same made small", async () => {
  expect((await simulate("--seed", "3", "--peers", "5", "--mix", "disk")).hasFailed).toBe(true);
  const words = printed.join("\n");
  expect(words).toContain("invariant: 2: exactly once\n  after 1234 ms: p2 has it twice");
  expect(words).toContain("the end\n  replay it: npm run sim -- --seed 3 --peers 5 --mix disk --trace");
  expect(words).toContain("replay it: npm run sim -- --seed 3 --peers 5 --mix disk --keep p1,s3 --trace");
});

test("of many seeds each invariant is told once, and every failure is counted", async () => {
  await simulate("--seed", "1", "--seeds", "21");
  const words = printed.join("\n");
  expect(words.match(/^seed \d+: broken$/gm)).toEqual(["seed 3: broken"]);
  expect(words.match(/made small/g)).toHaveLength(1);
  expect(words).toContain("broken 6 times, first by seed 3: 2: exactly once");
  expect(words).toContain("broken 3 times, first by seed 7: a run ends: no end after 1 s");
  expect(words).toMatch(/violations +9\n/);
});

test("nothing is made small where that is not wanted", async () => {
  await simulate("--seed", "3", "--no-shrink");
  expect(printed.join("\n")).not.toContain("made small");
});

test("all that is told as JSON is JSON, a line each", async () => {
  await simulate("--seed", "1", "--seeds", "7", "--json");
  const lines = printed.map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([
    { event: "violation", seed: 3, replay: "npm run sim -- --seed 3" },
    { event: "violation", seed: 6 },
    { event: "lost", seed: 7 },
    { event: "shrunk", seed: 3, keep: "p1,s3" },
    { event: "totals", seeds: 6, violations: 3 },
  ]);
});

test("who is interrupted is told how to go on", async () => {
  const simulation = new Simulation(await parseSimArguments(["--seeds", "100", "--minutes", "2"]), pool);
  simulation.stop();
  await simulation.run();
  simulation.summarize();
  expect(printed.at(-1)).toBe("\ngo on with: npm run sim -- --seed 1 --minutes 2 --seeds 100");
});
