/** Something said of numbers in a row. */
export interface Numbered {
  readonly first: number;
  readonly last: number;
  /** What follows the numbers. */
  readonly rest: string;
}

/** One line for each: what differs in nothing but the number, and follows each other, is told as one. */
export function inRows(told: readonly (Numbered | string)[]): readonly string[] {
  const rows: (Numbered | string)[] = [];
  for (const next of told) {
    const last = rows.at(-1);
    const follows = typeof last === "object" && typeof next === "object" && last.last + 1 === next.first;
    if (follows && last.rest === next.rest) rows.splice(-1, 1, { ...last, last: next.last });
    else rows.push(next);
  }
  return rows.map((row) => (typeof row === "string" ? row : `${numbersOf(row)} ${row.rest}`));
}

/** `#7`, or `#7-9`. */
export function numbersOf({ first, last }: { readonly first: number; readonly last: number }): string {
  return first === last ? `#${first}` : `#${first}-${last}`;
}
