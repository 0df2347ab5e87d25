import type { NumberRange } from "./number-range.ts";

/** Numbers as ranges; those that follow each other in the list and in value become one. */
export function rangesOf(numbers: readonly number[]): NumberRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last.last + 1 === number) last.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges;
}
