import type { NumberRange } from "./number-range.ts";

/** A range that may grow yet. */
export type OpenRange = { -readonly [K in keyof NumberRange]: NumberRange[K] };

/** Numbers as ranges; those that follow each other in the list and in value become one. */
export function rangesOf(numbers: readonly number[]): NumberRange[] {
  const ranges: OpenRange[] = [];
  for (const number of numbers) addRange(ranges, number, number);
  return ranges;
}

/** Adds the numbers from first to last; where they follow those added before, as part of that range. */
export function addRange(ranges: OpenRange[], first: number, last: number): void {
  const before = ranges.at(-1);
  if (before !== undefined && before.last + 1 === first) before.last = last;
  else ranges.push({ first, last });
}
