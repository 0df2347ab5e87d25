import type { Scenario } from "./scenario.ts";
import type { Worker } from "./worker.ts";
import type { Workshop } from "./workshop.ts";

/** The processes of one measurement, ready. */
export interface Rig {
  readonly sender: Worker;
  /** All, the sender among them, by the letter that tables use. */
  readonly workers: Readonly<Record<string, Worker>>;
}

/** What all subjects have in common. */
interface Common {
  /** For the command line and tables. */
  readonly name: string;
  /** What it does, in words. */
  readonly what: string;
  /** The subject of e3 that does the same work; its own name when it is one of e3's. */
  readonly against: string;
  /** How many times as fast e3 is to be; undefined without a target. */
  readonly target?: number;
  /** How long e3's round trip may be, as a share of this one's; undefined without a target. */
  readonly targetRoundTrip?: number;
  /** Why it cannot be measured here; undefined when it can. */
  missing(): string | undefined;
}

/** Messages and their receipts, many at a time and one at a time. */
export interface LineSubject extends Common {
  readonly kind: "line";
  /** Why it cannot do this work; undefined when it can. */
  unfit(scenario: Scenario): string | undefined;
  open(workshop: Workshop, scenario: Scenario): Promise<Rig>;
}

/** Messages that waited for a receiver, which is there again. */
export interface DrainSubject extends Common {
  readonly kind: "drain";
  /** @returns how long it took, milliseconds, from the moment the receiver was ready to the last acknowledgement. */
  drain(workshop: Workshop, work: { readonly count: number; readonly bodyBytes: number }): Promise<number>;
}

/** Who is measured. */
export type Subject = LineSubject | DrainSubject;
