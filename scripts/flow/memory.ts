import { readFileSync, writeFileSync } from "node:fs";

/** Resident memory of a process, as Linux counts it, bytes. */
export interface Resident {
  readonly nowBytes: number;
  /** The most since it was started, or since resetPeak. */
  readonly peakBytes: number;
  /** Of now: what is the process's own, not pages of files. */
  readonly ownBytes: number;
}

/** @throws Error when there is no such process, or this is no Linux. */
export function residentOf(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    nowBytes: kibOf(status, "VmRSS") * 1_024,
    peakBytes: kibOf(status, "VmHWM") * 1_024,
    ownBytes: kibOf(status, "RssAnon") * 1_024,
  };
}

/** The peak is counted anew from now on: by the kernel itself, so that none falls between two looks. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

function kibOf(status: string, field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  if (found === undefined) throw new Error(`the system does not tell ${field}`);
  return Number(found);
}
