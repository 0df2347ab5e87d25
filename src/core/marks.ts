import type { NumberRange } from "./number-range.ts";

/** What take made of a number. */
export type Taken = "new" | "late" | "duplicate" | "early";

/** The durable form of Marks. */
export interface MarksRecord {
  /** The first number there is; default 1. */
  readonly begin?: number;
  readonly next: number;
  readonly holes: readonly NumberRange[];
}

/**
 * Marks: how far a receiver has got with one conversation. Numbers count up by one from begin, mostly 1, to 2^53-1.
 *
 *   begin: taken, or settled by floor      hole        taken     next
 *     ├──────────────────────────────┼───────────┼───────────┼───► early
 *              duplicate                 late      duplicate  new
 *
 * Invariants
 * 1. Every number is "new" or "late" at most once, whatever comes in whatever order, over record() and from() too.
 * 2. The holes are disjoint, ascending, not adjacent, below next, and never more than rangesMax: constant space.
 * 3. Numbers below begin are not of this conversation: neither missing nor taken.
 * 4. taken() has only numbers that were taken, or that the sender settled itself (floor). Nothing else is receipted.
 */
export class Marks {
  /** The first number there is. */
  readonly begin: number;
  #next: number;
  readonly #holes: NumberRange[];

  private constructor(record: MarksRecord) {
    this.begin = record.begin ?? 1;
    this.#next = record.next;
    this.#holes = [...record.holes];
  }

  /** The marks that record() described; { next: 1, holes: [] } where nothing was received yet. */
  static from(record: MarksRecord): Marks {
    return new Marks(record);
  }

  /** A description to keep; it does not change afterwards. */
  record(): MarksRecord {
    return { begin: this.begin, next: this.#next, holes: [...this.#holes] };
  }

  /** The lowest number not yet passed. */
  get next(): number {
    return this.#next;
  }

  /** What was passed over and may still be taken, ascending. */
  get holes(): readonly NumberRange[] {
    return this.#holes;
  }

  /**
   * Takes a number that arrived.
   *
   * @returns "new" when it is next, which moves on; "late" when it fills a hole; "duplicate" when it was passed before;
   * "early" when it is above next: nothing changes, the caller holds it back. Where a late one would split a hole into
   * more ranges than rangesMax it counts as a duplicate: the sender, left without receipt, sends it again, and by then
   * the holes have closed from their ends.
   */
  take(number: number): Taken {
    if (number > this.#next) return "early";
    if (number === this.#next) {
      this.#next++;
      return "new";
    }
    const index = this.#holes.findIndex((hole) => hole.first <= number && number <= hole.last);
    const hole = this.#holes[index];
    if (hole === undefined) return "duplicate";
    const rest = without(hole, number);
    if (this.#holes.length - 1 + rest.length > rangesMax) return "duplicate";
    this.#holes.splice(index, 1, ...rest);
    return "late";
  }

  /**
   * All below the number is settled at the sender and will not come: moves next up to it and closes the holes below.
   *
   * A caller that holds numbers back goes up in steps, to the lowest of them first, or they become duplicates.
   *
   * @returns how many numbers next passed over, none of them ever taken. Numbers of holes are not counted again: they
   * were passed over when they were given up.
   */
  floor(number: number): number {
    if (this.#holes.length > 0) this.#closeBelow(number);
    const skipped = Math.max(0, number - this.#next);
    this.#next += skipped;
    return skipped;
  }

  /**
   * Moves next to a number and leaves what it passes over as a hole that late arrivals may fill.
   *
   * @returns false, and nothing changes, when there would be more holes than holesMax (or rangesMax).
   */
  giveUp(upTo: number, holesMax: number): boolean {
    if (upTo <= this.#next) return true;
    const last = this.#holes.at(-1);
    if (last?.last === this.#next - 1) this.#holes[this.#holes.length - 1] = { first: last.first, last: upTo - 1 };
    else if (this.#holes.length >= Math.min(holesMax, rangesMax)) return false;
    else this.#holes.push({ first: this.#next, last: upTo - 1 });
    this.#next = upTo;
    return true;
  }

  #closeBelow(number: number): void {
    const open = this.#holes.findIndex((hole) => hole.last >= number);
    this.#holes.splice(0, open < 0 ? this.#holes.length : open);
    const first = this.#holes[0];
    if (first !== undefined && first.first < number) this.#holes[0] = { first: number, last: first.last };
  }

  /** Everything below next that is in no hole, ascending: what a cumulative receipt says. */
  taken(): NumberRange[] {
    const ranges: NumberRange[] = [];
    let first = this.begin; // invariant 3
    for (const hole of this.#holes) {
      if (first < hole.first) ranges.push({ first, last: hole.first - 1 });
      first = hole.last + 1;
    }
    if (first < this.#next) ranges.push({ first, last: this.#next - 1 });
    return ranges;
  }
}

/**
 * Holes one Marks ever has, whatever holesMax says and however late arrivals split them. Above Limits.holesMax, so that
 * it is reached only by a sender that fills every other number.
 */
export const rangesMax = 256;

function without(hole: NumberRange, number: number): readonly NumberRange[] {
  const below = hole.first < number ? [{ first: hole.first, last: number - 1 }] : [];
  const above = number < hole.last ? [{ first: number + 1, last: hole.last }] : [];
  return [...below, ...above];
}
