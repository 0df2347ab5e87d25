/** One cost at several sizes. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** By size, ascending. */
  readonly values: readonly number[];
  /** The power of the size that the design allows it to grow with: 0 for a cost that is the same at any size. */
  readonly allowed: number;
}

/** How much more than allowed a power may be: measurements scatter, and memory that lies further apart is slower. */
const slack = 0.3;

/**
 * The power of the size that the figure grows with, from the first size to the last: 0 when it stays, 1 when it grows as the
 * size does. NaN with fewer than two.
 */
export function growthOf({ values }: Figure, sizes: readonly number[]): number {
  const [first, last] = [values[0], values.at(-1)];
  const [small, large] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined || small === undefined || large === undefined) return Number.NaN;
  return first === 0 || last === 0 ? 0 : Math.log(last / first) / Math.log(large / small);
}

/** Whether it grows faster than the design allows. */
export function growsTooFast(figure: Figure, sizes: readonly number[]): boolean {
  return growthOf(figure, sizes) > figure.allowed + slack;
}
