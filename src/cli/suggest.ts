/**
 * The word that was probably meant, or undefined when none is near: one slip for every three letters, at least one.
 *
 * A slip is a letter too many, too few, wrong, or two swapped (optimal string alignment distance).
 */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let best: { readonly name: string; readonly slips: number } | undefined;
  for (const name of known) {
    const slipsMax = Math.max(1, Math.floor(name.length / 3));
    if (Math.abs(name.length - typed.length) > slipsMax) continue;
    const slips = distance(typed, name);
    if (slips <= slipsMax && (best === undefined || slips < best.slips)) best = { name, slips };
  }
  return best?.name;
}

function distance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
