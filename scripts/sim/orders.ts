import type { DrawOptions } from "../../test/sim/draw.ts";
import type { RunResult } from "../../test/sim/run.ts";
import type { Violation } from "../../test/sim/violation.ts";

/** What a worker is asked to do: one thing at a time. */
export type Order = RunOrder | ShrinkOrder;

/** Run a seed, or what is left of it. */
export interface RunOrder {
  readonly kind: "run";
  readonly seed: number;
  readonly drawing: DrawOptions;
  readonly keep: string | undefined;
  /** Tell it as a story, perhaps with what peers say about links. */
  readonly trace: boolean;
  readonly topology: boolean;
}

/** Make a failing seed small. */
export interface ShrinkOrder {
  readonly kind: "shrink";
  readonly seed: number;
  readonly drawing: DrawOptions;
  readonly keep: string | undefined;
  readonly violation: Violation;
  readonly runsMax: number;
}

/** What a worker tells: anything may come before "ran" or "shrunk", which end an order. */
export type News =
  | { readonly kind: "lines"; readonly lines: readonly string[] }
  | { readonly kind: "shrinking"; readonly runs: number; readonly size: string }
  | { readonly kind: "ran"; readonly run: Ran }
  | { readonly kind: "shrunk"; readonly shrunk: ShrunkSeed };

/** What came of a seed. */
export interface Ran {
  readonly seed: number;
  readonly result: RunResult;
  /** Milliseconds that it took one core. */
  readonly coreMs: number;
  /** The end of the trace, if something broke. */
  readonly last: readonly string[];
}

/** A failing seed made small. */
export interface ShrunkSeed {
  readonly keep: string;
  readonly violation: Violation;
  readonly runs: number;
  /** The plan in words. */
  readonly plan: readonly string[];
  /** The end of its trace. */
  readonly last: readonly string[];
}
