/** The middle of some measurements and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @returns undefined when there is nothing to summarize. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const min = sorted[0];
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  return { median: percentile(sorted, 0.5), min, max };
}

/**
 * A percentile with linear interpolation between neighbours, as in R's default.
 *
 * @param sorted ascending, not empty.
 * @param share from 0 to 1.
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/**
 * Ratios of what was measured in the same round, so that a machine that gets slower or faster meanwhile changes both
 * sides alike. Rounds in which one side is missing are left out.
 */
export function ratiosOf(
  ours: readonly (number | undefined)[],
  theirs: readonly (number | undefined)[],
): Spread | undefined {
  const ratios = ours.flatMap((one, round) => {
    const other = theirs[round];
    return one === undefined || other === undefined || other === 0 ? [] : [one / other];
  });
  return spreadOf(ratios);
}
