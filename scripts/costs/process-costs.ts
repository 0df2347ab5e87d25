import { readFileSync, readdirSync } from "node:fs";

/** What a process has cost so far. */
export interface ProcessCosts {
  /** Processor time of all its threads, milliseconds. */
  readonly cpuMs: number;
  /** Times that one of its threads went to sleep: each was woken before. */
  readonly wakeUps: number;
  /** Memory that it has to itself or shares, bytes. */
  readonly residentBytes: number;
}

/** Asks Linux. @throws Error when the process is gone, or the system has no /proc. */
export function costsOf(pid: number): ProcessCosts {
  let cpuMs = 0;
  let wakeUps = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const directory = `/proc/${pid}/task/${thread}`;
    cpuMs += Number(readFileSync(`${directory}/schedstat`, "utf8").split(" ")[0]) / 1e6;
    wakeUps += numberIn(readFileSync(`${directory}/status`, "utf8"), "voluntary_ctxt_switches");
  }
  return { cpuMs, wakeUps, residentBytes: numberIn(readFileSync(`/proc/${pid}/status`, "utf8"), "VmRSS") * 1_024 };
}

function numberIn(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? Number.NaN);
}
