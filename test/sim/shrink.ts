import { keepOf, printKeep, reduce, type Keep } from "./keep.ts";
import type { Plan } from "./plan.ts";
import type { Violation } from "./violation.ts";

/** How to shrink. */
export interface ShrinkOptions {
  /** What broke in the plan as drawn: less of it must break the same. */
  readonly violation: Violation;
  /** Runs a plan. */
  readonly run: (plan: Plan) => Violation | undefined;
  /** The most runs to spend. */
  readonly runsMax: number;
  /** Told after each run how many there were, and what is left. */
  readonly progress?: (runs: number, plan: Plan) => void;
}

/** What is left, and why it is still worth looking at. */
export interface Shrunk {
  readonly plan: Plan;
  readonly violation: Violation;
  readonly runs: number;
}

/**
 * Makes a failing plan small (delta debugging, after Zeller and Hildebrandt, 2002): leaves out faults, then sends, then
 * peers, in ever smaller pieces, and ends it sooner, as long as the same invariant breaks; and again until nothing more
 * can go, or the runs are used up.
 */
export function shrink(drawn: Plan, options: ShrinkOptions): Shrunk {
  const search = new Search(drawn, options);
  search.endAtViolation();
  for (let before = ""; before !== search.words && search.hasRuns;) {
    before = search.words;
    search.leaveOut("faults");
    search.leaveOut("sends");
    search.leaveOut("peers");
    search.endSooner();
  }
  return search.found;
}

type Part = "faults" | "sends" | "peers";

/** The smallest failing part of a plan so far. */
class Search {
  readonly #drawn: Plan;
  readonly #options: ShrinkOptions;
  readonly #tried = new Set<string>();
  #plan: Plan;
  #violation: Violation;
  #runs = 0;

  constructor(drawn: Plan, options: ShrinkOptions) {
    this.#drawn = drawn;
    this.#options = options;
    this.#plan = drawn;
    this.#violation = options.violation;
  }

  get found(): Shrunk {
    return { plan: this.#plan, violation: this.#violation, runs: this.#runs };
  }

  get words(): string {
    return printKeep(this.#keep);
  }

  get hasRuns(): boolean {
    return this.#runs < this.#options.runsMax;
  }

  get #keep(): Keep {
    return keepOf(this.#plan, this.#drawn);
  }

  /** What comes after something broke did not break it. */
  endAtViolation(): void {
    const endMs = Math.floor(this.#violation.atMs) + 1;
    if (endMs >= this.#plan.endMs) return;
    const begun = (parts: readonly { readonly atMs: number }[]): number =>
      parts.filter(({ atMs }) => atMs < endMs).length;
    const { sends, faults } = this.#plan;
    const keep = this.#keep;
    this.#try({
      ...keep,
      sends: keep.sends.slice(0, begun(sends)),
      faults: keep.faults.slice(0, begun(faults)),
      endMs,
    });
  }

  /** Leaves out halves, quarters and so on down to single ones, for as long as something goes. */
  leaveOut(part: Part): void {
    let size = Math.ceil(this.#keep[part].length / 2);
    while (size >= 1 && this.hasRuns) {
      const isLess = this.#leaveOutPieces(part, size);
      if (size === 1 && !isLess) return;
      size = isLess ? Math.min(size, Math.ceil(this.#keep[part].length / 2)) : Math.ceil(size / 2);
    }
  }

  /** From the last piece to the first: what comes late matters least. @returns whether a piece could go. */
  #leaveOutPieces(part: Part, size: number): boolean {
    let isLess = false;
    for (let end = this.#keep[part].length; end > 0 && this.hasRuns; end -= size) {
      const places = this.#keep[part];
      const left = [...places.slice(0, Math.max(0, end - size)), ...places.slice(end)];
      if (this.#try({ ...this.#keep, [part]: left })) isLess = true;
    }
    return isLess;
  }

  /** Looks for the earliest end by halves. */
  endSooner(): void {
    let lowMs = 0;
    const nearMs = Math.max(1, Math.floor(this.#plan.endMs / 100));
    while (this.#plan.endMs - lowMs > nearMs && this.hasRuns) {
      const endMs = Math.floor((lowMs + this.#plan.endMs) / 2);
      if (!this.#try({ ...this.#keep, endMs })) lowMs = endMs;
    }
  }

  #try(keep: Keep): boolean {
    const plan = reduce(this.#drawn, keep);
    const words = printKeep(keepOf(plan, this.#drawn));
    if (plan.peers.length === 0 || this.#tried.has(words) || words === this.words || !this.hasRuns) return false;
    this.#tried.add(words);
    this.#runs += 1;
    const violation = this.#options.run(plan);
    const isSame = violation?.invariant === this.#violation.invariant;
    if (violation !== undefined && isSame) {
      this.#plan = plan;
      this.#violation = violation;
    }
    this.#options.progress?.(this.#runs, this.#plan);
    return isSame;
  }
}
