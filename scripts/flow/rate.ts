import { setTimeout as sleep } from "node:timers/promises";
import type { Actor } from "./actor.ts";

/** What was seen of others' traffic in one measurement. */
export interface Rate {
  /** Messages delivered and receipted per second. */
  readonly perSecond: number;
  /** Processor time of the senders and the hub for each, microseconds: it hardly depends on what else the machine does. */
  readonly cpuUs: number;
}

/** Counts for so long what these senders get delivered. @param others processes whose work is part of it. */
export async function rateOf(senders: readonly Actor[], others: readonly Actor[], forMs: number): Promise<Rate> {
  const look = (): ReturnType<typeof countsOf> => countsOf([...senders, ...others]);
  const before = await look();
  await sleep(forMs);
  const after = await look();
  const sum = (of: (index: number) => number, count: number): number =>
    Array.from({ length: count }, (_, index) => of(index)).reduce((total, each) => total + each, 0);
  const delivered = (index: number): number => (after[index]?.delivered ?? 0) - (before[index]?.delivered ?? 0);
  const perSecond = (index: number): number =>
    (delivered(index) * 1_000) / ((after[index]?.atMs ?? 0) - (before[index]?.atMs ?? 0));
  const cpuUs = (index: number): number => (after[index]?.cpuUs ?? 0) - (before[index]?.cpuUs ?? 0);
  return {
    perSecond: sum(perSecond, senders.length),
    cpuUs: sum(cpuUs, after.length) / Math.max(1, sum(delivered, senders.length)),
  };
}

function countsOf(actors: readonly Actor[]) {
  return Promise.all(actors.map((actor) => actor.ask({ kind: "counts" })));
}
