import type { NumberRange } from "./number-range.ts";

/** The numbers of the ranges that are in others, too. Both ascending. */
export function common(ranges: readonly NumberRange[], others: readonly NumberRange[]): NumberRange[] {
  const both: NumberRange[] = [];
  for (let [at, other] = [0, 0]; ;) {
    const [a, b] = [ranges[at], others[other]];
    if (a === undefined || b === undefined) return both;
    const [first, last] = [Math.max(a.first, b.first), Math.min(a.last, b.last)];
    if (first <= last) both.push({ first, last });
    if (a.last < b.last) at += 1;
    else other += 1;
  }
}

/** The numbers of the ranges that are not in others. Both ascending. */
export function without(ranges: readonly NumberRange[], others: readonly NumberRange[]): NumberRange[] {
  const complement: NumberRange[] = [];
  let next = 0;
  for (const { first, last } of others) {
    if (first > next) complement.push({ first: next, last: first - 1 });
    next = last + 1;
  }
  return common(ranges, [...complement, { first: next, last: Infinity }]);
}
