/**
 * The word that was probably meant, or undefined when none is near: one slip for every three letters, at least one.
 *
 * A slip is a letter too many, too few, wrong, or two swapped (optimal string alignment distance).
 */
export function suggest(word: string, known: readonly string[]): string | undefined {
  return nearest(word, known, 1)[0];
}

/**
 * The words that were probably meant, the nearest first, at most so many of them. `known` is in
 * lower case; suggest says what counts as near.
 *
 * Costs the product of both lengths for each known word of about the length typed, and looks at `comparedMax` such words
 * at most, none of them longer than `lengthMax`: names are given by strangers.
 */
export function nearest(word: string, known: readonly string[], countMax: number): readonly string[] {
  const typed = word.toLowerCase();
  if (typed.length > lengthMax) return [];
  const near: { readonly name: string; readonly slips: number }[] = [];
  let compared = 0;
  for (const name of known) {
    const slipsMax = Math.max(1, Math.floor(name.length / 3));
    if (Math.abs(name.length - typed.length) > slipsMax || name.length > lengthMax) continue;
    if (++compared > comparedMax) break;
    const slips = distance(typed, name);
    if (slips <= slipsMax) near.push({ name, slips });
  }
  return near
    .toSorted((a, b) => a.slips - b.slips)
    .slice(0, countMax)
    .map(({ name }) => name);
}

/** Letters of a word that is compared at all: more than any command has, and most names. */
const lengthMax = 64;

/** Words compared: with lengthMax some milliseconds at worst. */
const comparedMax = 1_000;

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
