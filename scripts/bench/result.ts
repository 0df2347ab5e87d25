import type { Scenario } from "./scenario.ts";

/** One measurement of one subject. */
export interface Sample {
  /** Messages receipted (or drained) in a second. */
  readonly perSecond: number;
  /** Round trip with one message in flight; undefined where there is none. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Processor time for each message, microseconds, by process. */
  readonly cpuUs?: Readonly<Record<string, number>>;
}

/** All measurements of one subject in one scenario. */
export interface Row {
  readonly subject: string;
  readonly what: string;
  readonly against: string;
  readonly target?: number;
  readonly targetRoundTrip?: number;
  /** Why it was not measured; undefined when it was. */
  readonly skipped?: string;
  /** By round; undefined where the measurement failed. */
  readonly samples: readonly (Sample | undefined)[];
  /** What went wrong, by round. */
  readonly failures: readonly string[];
}

/** One table. */
export interface Section {
  /** What was asked for, in words. */
  readonly title: string;
  readonly kind: "line" | "drain";
  /** Undefined for drains. */
  readonly scenario?: Scenario;
  readonly rows: readonly Row[];
}

/** Where it was measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly fileSystem: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** All of one run. */
export interface Result {
  readonly startedAt: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly machine: Machine;
  readonly sections: readonly Section[];
}
