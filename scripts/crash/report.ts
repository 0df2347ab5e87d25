/** What one part of the crash proof found. */
export interface Findings {
  readonly part: string;
  /** Why it did not run. */
  readonly skipped?: string;
  /** Rows of figures: what, and how many. */
  readonly figures: readonly (readonly [string, string])[];
  readonly violations: readonly string[];
  readonly seconds: number;
}

/** Counts by name, as figures. */
export function figuresOf(counts: ReadonlyMap<string, number>): (readonly [string, string])[] {
  return [...counts.keys()].toSorted().map((name) => [name, `${counts.get(name) ?? 0}`] as const);
}

/** Prints progress while a part runs, and a table at the end. */
export class Report {
  readonly #startMs = performance.now();
  #toldMs = 0;

  /** One line, with the seconds since the start. */
  tell(text: string): void {
    const seconds = ((performance.now() - this.#startMs) / 1_000).toFixed(1).padStart(7);
    process.stdout.write(`${seconds} s  ${text}\n`);
    this.#toldMs = performance.now();
  }

  /** The same, but only when nothing was said for a while. */
  progress(text: () => string): void {
    if (performance.now() - this.#toldMs > 10_000) this.tell(text());
  }

  /** The table. @returns whether all is well. */
  summary(all: readonly Findings[]): boolean {
    const width = Math.max(...all.flatMap(({ figures }) => figures.map(([what]) => what.length)), 20);
    for (const { part, skipped, figures, violations, seconds } of all) {
      const verdict = skipped === undefined ? `${violations.length} violations` : `skipped: ${skipped}`;
      process.stdout.write(`\n${part}: ${verdict}, ${seconds.toFixed(0)} s\n`);
      for (const [what, count] of figures) process.stdout.write(`  ${what.padEnd(width)}  ${count}\n`);
      for (const violation of violations) process.stdout.write(`  VIOLATION ${violation}\n`);
    }
    const isWell = all.every(({ violations }) => violations.length === 0);
    process.stdout.write(`\n${isWell ? "Nothing accepted was lost, nothing shown twice." : "There are violations."}\n`);
    return isWell;
  }
}
