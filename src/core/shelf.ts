import { overlap, type Kept } from "./kept.ts";
import type { NumberRange } from "./number-range.ts";
import type { Run } from "./run.ts";
import type { Sequence } from "./sequence.ts";

/** Mail of one conversation kept for one target. No message stands on it twice. */
export interface Shelf {
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly target: bigint;
  /** Id the origin had when it sent the newest of them. */
  origin: bigint;
  /** Node the origin bound the envelopes to; 0n where it had seen no holder of the target's id. */
  readonly declaredTo: bigint;
  /** Node they are bound to by now; 0n until a holder of the target id was seen. */
  boundTo: bigint;
  /** By the first number of each. */
  readonly kept: Sequence<Kept>;
  readonly run: Run;
  /** Not handed over before this time: the origin, or a better custodian, comes first. Infinity: not known yet. */
  holdUntilMs: number;
}

/** What is kept of the numbers in the range, ascending, and what is beside them in its envelopes. It may be dropped meanwhile. */
export function* touching({ kept }: Shelf, range: NumberRange): IterableIterator<Kept> {
  // One that begins before the range may reach into it.
  for (const number of kept.range(kept.upTo(range.first) ?? range.first, range.last)) {
    const one = kept.get(number);
    if (one !== undefined && overlap(one, range) !== undefined) yield one;
  }
}
