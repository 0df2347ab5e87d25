import type { Lane } from "./lane.ts";
import type { NumberRange } from "./number-range.ts";

/** What is told of a message whose number a lost life of this peer may have given to another one. */
export const numberTaken = {
  status: "refused",
  reason:
    "this peer's store was put back from a backup, and the target has messages of its lost life, most likely one under this number: send it again",
} as const;

/**
 * Whether the target of a lane has numbers in it that were never given, as far as this peer's store remembers: it was put back
 * from a backup. Of a lane that was opened in this life nobody else can know the name.
 */
export function tellsOfLostLife({ formerNext, next }: Lane, ranges: readonly NumberRange[]): boolean {
  return formerNext > 0 && ranges.some(({ last }) => last >= next);
}

/** What a target says it has, parted by who numbered it. */
export interface Parted {
  /** Former lives, in this store. */
  readonly remembered: readonly NumberRange[];
  /** This life, and perhaps a lost one before it. */
  readonly doubtful: readonly NumberRange[];
}

/**
 * Parts what a target says it has. What was numbered before this life began is what it says it is; what this life numbered,
 * which a lost one may have done before it, is not.
 */
export function partedByLife({ formerNext }: Lane, ranges: readonly NumberRange[]): Parted {
  const remembered: NumberRange[] = [];
  const doubtful: NumberRange[] = [];
  for (const { first, last } of ranges) {
    if (first < formerNext) remembered.push({ first, last: Math.min(last, formerNext - 1) });
    if (last >= formerNext) doubtful.push({ first: Math.max(first, formerNext), last });
  }
  return { remembered, doubtful };
}
