import { golden, mix64 } from "./mix64.ts";
import type { NumberRange } from "./number-range.ts";

/** What a peer has had of an epoch: all up to the number, but what is missing. */
export interface Had {
  /** The highest of them; 0 for none. */
  readonly number: number;
  /** Ascending, apart from one another, and below the number. */
  readonly missing: readonly NumberRange[];
}

/** All up to the number. */
export function allTo(number: number): Had {
  return { number, missing: [] };
}

/** What ranges come to that are ascending and apart from one another. */
export function hadOf(ranges: readonly NumberRange[]): Had {
  const missing: NumberRange[] = [];
  let number = 0;
  for (const { first, last } of ranges) {
    if (first > number + 1) missing.push({ first: number + 1, last: first - 1 });
    number = last;
  }
  return { number, missing };
}

/**
 * Frontier: how far a peer has got with each of many epochs, and a sum over that: the same for the same knowledge, whatever
 * the order it came in. What is missing counts: two that lack different numbers have different sums.
 */
export class Frontier {
  readonly #had = new Map<bigint, Had>();
  #summary = 0n;

  /** 0n where nothing is known. */
  get summary(): bigint {
    return this.#summary;
  }

  get size(): number {
    return this.#had.size;
  }

  /** The number reached; 0 where nothing is known of the epoch. */
  get(epoch: bigint): number {
    return this.#had.get(epoch)?.number ?? 0;
  }

  /** What is missing of the epoch below a number, or below the one reached. */
  missing(epoch: bigint, below = Infinity): readonly NumberRange[] {
    const missing = this.#had.get(epoch)?.missing ?? [];
    return missing.flatMap(({ first, last }) => (first < below ? [{ first, last: Math.min(last, below - 1) }] : []));
  }

  /** Goes up to the number, or gets some of what was missing. @returns whether anything is other than before. */
  raise(epoch: bigint, had: Had): boolean {
    const before = this.#had.get(epoch) ?? allTo(0);
    if (had.number < before.number || isSame(had, before)) return false;
    this.#had.set(epoch, had);
    this.#summary = BigInt.asUintN(64, this.#summary - shareOf(epoch, before) + shareOf(epoch, had));
    return true;
  }

  epochs(): IterableIterator<bigint> {
    return this.#had.keys();
  }
}

function isSame(a: Had, b: Had): boolean {
  if (a.number !== b.number || a.missing.length !== b.missing.length) return false;
  return a.missing.every(({ first, last }, index) => {
    const other = b.missing[index];
    return other?.first === first && other.last === last;
  });
}

function shareOf(epoch: bigint, { number, missing }: Had): bigint {
  if (number === 0) return 0n;
  let share = mix64(mix64(epoch + golden) ^ BigInt(number));
  for (const { first, last } of missing)
    share = mix64((mix64((share + golden) ^ BigInt(first)) + golden) ^ BigInt(last));
  return share;
}
