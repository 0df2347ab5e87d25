import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseSimArguments } from "../../scripts/sim/arguments.ts";
import type { Order } from "../../scripts/sim/orders.ts";
import { WorkerLost } from "../../scripts/sim/pool.ts";
import { RunRecord, versionOf } from "../../scripts/sim/record.ts";
import { Simulation } from "../../scripts/sim/simulation.ts";
import type { DrawOptions } from "./draw.ts";
import type { RunResult } from "./run.ts";

const drawing: DrawOptions = { peers: 10, messages: 100, forMs: 60_000, mix: "all" };
const work = { version: "0123456789abcdef", drawing };
const figures = { sends: 1, accepted: 1, delivered: 1, expired: 0, events: 5, frames: 3, starts: 2, faults: 1 };
const result: RunResult = {
  hash: "0123456789abcdef",
  violation: undefined,
  figures: { ...figures, simulatedMs: 60_000 },
  reached: ["a disk was lost"],
};

let directory = "";
let path = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "e3-record-"));
  path = join(directory, "nightly.jsonl");
});
afterEach(() => rmSync(directory, { recursive: true }));

test("what one part ran, the next one knows, with the time that both took", () => {
  const first = new RunRecord(path, work);
  first.add({ seed: 1, run: { result, coreMs: 500 } }, 600);
  first.add({ seed: 3, lost: "no end after 1800 s" }, 900);
  const second = new RunRecord(path, work);
  const { hash, reached } = result;
  expect(second.runs).toMatchObject([
    { seed: 1, run: { result: { hash, reached, figures: result.figures }, coreMs: 500 } },
    { seed: 3, lost: "no end after 1800 s" },
  ]);
  expect(second.wallMs).toBe(900);
  second.add({ seed: 2, run: { result, coreMs: 500 } }, 100);
  const third = new RunRecord(path, work);
  expect([third.runs.length, third.wallMs]).toEqual([3, 1_000]);
});

test("a seed that an interruption cut short is run again, and what follows is whole", () => {
  new RunRecord(path, work).add({ seed: 1, run: { result, coreMs: 500 } }, 600);
  appendFileSync(path, '{"seed":2,"run":{"res');
  const next = new RunRecord(path, work);
  expect(next.runs.map(({ seed }) => seed)).toEqual([1]);
  next.add({ seed: 2, run: { result, coreMs: 500 } }, 600);
  expect(new RunRecord(path, work).runs.map(({ seed }) => seed)).toEqual([1, 2]);
});

test.each([
  ["other code", { ...work, version: "fedcba9876543210" }, "are of other code"],
  ["other plans", { ...work, drawing: { ...drawing, peers: 50 } }, "were drawn otherwise"],
])("runs of %s are not added to", (_, other, told) => {
  const before = new RunRecord(path, work);
  before.add({ seed: 1, run: { result, coreMs: 500 } }, 600);
  const text = readFileSync(path, "utf8");
  expect(() => new RunRecord(path, other)).toThrow(told);
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("any other file is refused", () => {
  appendFileSync(path, "a letter\nto nobody\n");
  expect(() => new RunRecord(path, work)).toThrow("no record of seeds");
});

test("code is told apart by what is in it", () => {
  appendFileSync(path, "one");
  const one = versionOf(path);
  appendFileSync(path, "two");
  expect([one, versionOf(path)]).toEqual(["7692c3ad3540bb80", "25b6746d5172ed63"]);
});

test("a simulation runs what its record lacks, and tells of all as one", async () => {
  const options = await parseSimArguments(["--seeds", "6", "--minutes", "1", "--json"]);
  const before = new RunRecord(path, work);
  for (const seed of [1, 2, 4]) before.add({ seed, run: { result, coreMs: 500 } }, 600);
  before.add({ seed: 9, lost: "of no concern here" }, 600);
  const ran: number[] = [];
  const all = async (orders: Iterable<Order>, done: (order: Order, end: WorkerLost) => void): Promise<void> => {
    for (const order of orders) {
      ran.push(order.seed);
      done(order, new WorkerLost("gone"));
    }
  };
  const one = async (): Promise<never> => Promise.reject(new WorkerLost("gone"));
  const simulation = new Simulation(options, { all, one }, new RunRecord(path, work));
  await simulation.run();
  expect(ran).toEqual([3, 5, 6]);
  expect(simulation.hasFailed).toBe(true);
  expect(new RunRecord(path, work).runs.map(({ seed }) => seed)).toEqual([1, 2, 4, 9, 3, 5, 6]);
});
