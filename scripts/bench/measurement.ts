import { setTimeout as sleep } from "node:timers/promises";
import type { Mark } from "./order.ts";
import type { Sample } from "./result.ts";
import { inFlightOf, type Scenario } from "./scenario.ts";
import type { DrainSubject, LineSubject, Rig } from "./subject.ts";
import type { Workshop } from "./workshop.ts";

/** How long a part of a measurement takes, milliseconds. */
export interface Durations {
  /** Before anything counts: compilers, caches, windows. */
  readonly warmUpMs: number;
  readonly rateMs: number;
  readonly roundTripsMs: number;
}

/** Messages that wait for their receiver. */
export interface DrainWork {
  readonly count: number;
  readonly bodyBytes: number;
}

/** One measurement, in processes of its own, that end with it. */
export async function measureLine(
  workshop: Workshop,
  subject: LineSubject,
  scenario: Scenario,
  durations: Durations,
): Promise<Sample> {
  return cleared(workshop, async () => {
    const rig = await subject.open(workshop, scenario);
    const rate = await measureRate(rig, scenario, durations);
    // With several receivers a round trip is not one thing.
    if (scenario.fanout > 1) return rate;
    const { p50Ms, p99Ms } = await rig.sender.ask({ kind: "roundTrips", forMs: durations.roundTripsMs });
    return { ...rate, p50Ms, p99Ms };
  });
}

/** The same for a drain. */
export async function measureDrain(workshop: Workshop, subject: DrainSubject, work: DrainWork): Promise<Sample> {
  return cleared(workshop, async () => {
    const tookMs = await subject.drain(workshop, work);
    return { perSecond: (work.count / tookMs) * 1_000 };
  });
}

async function cleared(workshop: Workshop, measure: () => Promise<Sample>): Promise<Sample> {
  let allWell = false;
  try {
    const sample = await Promise.race([measure(), workshop.accident]);
    allWell = true;
    return sample;
  } finally {
    await workshop.clear(allWell);
  }
}

async function measureRate(rig: Rig, scenario: Scenario, { warmUpMs, rateMs }: Durations): Promise<Sample> {
  const { sender } = rig;
  await sender.ask({ kind: "begin", inFlight: inFlightOf(scenario), step: scenario.fanout });
  await sleep(warmUpMs);
  const before = await marks(rig);
  await sleep(rateMs);
  const after = await marks(rig);
  await sender.ask({ kind: "end" });
  const count = after.sender.settled - before.sender.settled;
  if (count === 0) throw new Error("nothing was receipted");
  const cpuUs = Object.keys(rig.workers).map((name) => {
    const spent = (after.workers[name]?.cpuUs ?? 0) - (before.workers[name]?.cpuUs ?? 0);
    return [name, spent / count] as const;
  });
  return {
    perSecond: (count / (after.sender.atMs - before.sender.atMs)) * 1_000,
    cpuUs: Object.fromEntries(cpuUs),
  };
}

interface Marks {
  readonly sender: Mark;
  readonly workers: Readonly<Record<string, Mark>>;
}

async function marks({ sender, workers }: Rig): Promise<Marks> {
  const asked = Object.entries(workers).map(
    async ([name, worker]) => [name, await worker.ask({ kind: "mark" })] as const,
  );
  const all = Object.fromEntries(await Promise.all(asked));
  const own = Object.entries(workers).find(([, worker]) => worker === sender)?.[0] ?? "";
  return { sender: all[own] ?? { settled: 0, atMs: 0, cpuUs: 0 }, workers: all };
}
