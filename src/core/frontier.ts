import type { Standing } from "./conversation.ts";
import { golden, mix64 } from "./mix64.ts";
import type { NumberRange } from "./number-range.ts";

/** How far a peer has got with an epoch: it has had all up to the number, but what is missing. */
export interface Had {
  /** The highest that it had, or went on without; 0 for none. */
  readonly number: number;
  /** Ascending, apart from one another, and not above the number. */
  readonly missing: readonly NumberRange[];
}

/** All up to the number. */
export function allTo(number: number): Had {
  return { number, missing: [] };
}

/**
 * What a standing comes to.
 *
 * @param delivered ascending, and apart from one another. @param next where it goes on.
 */
export function hadOf({ delivered, next }: Pick<Standing, "delivered" | "next">): Had {
  const missing: NumberRange[] = [];
  let number = 0;
  for (const { first, last } of delivered) {
    if (first > number + 1) missing.push({ first: number + 1, last: first - 1 });
    number = last;
  }
  if (next > number + 1) missing.push({ first: number + 1, last: next - 1 });
  return { number: next - 1, missing };
}

/** What is missing up to a number. */
export function missingTo({ missing }: Had, through: number): readonly NumberRange[] {
  return missing.flatMap(({ first, last }) => (first <= through ? [{ first, last: Math.min(last, through) }] : []));
}

/** The highest that was had; 0 for none. */
export function newestOf({ number, missing }: Had): number {
  const last = missing.at(-1);
  return last?.last === number ? last.first - 1 : number;
}

/**
 * Frontier: how far a peer has got with each of many epochs, and a sum over that: the same for the same knowledge, whatever
 * the order it came in. What is missing counts: two that lack different numbers have different sums. Only what a peer begins
 * without does not: each newcomer begins elsewhere, and all would differ for good.
 */
export class Frontier {
  readonly #had = new Map<bigint, Had>();
  #summary = 0n;
  /** How many epochs it lacks the beginning of. */
  #begunLater = 0;

  /** 0n where nothing is known. */
  get summary(): bigint {
    return this.#summary;
  }

  /** Whether the beginning of some epoch is missing, of which the sum does not tell. */
  get lacksBeginnings(): boolean {
    return this.#begunLater > 0;
  }

  get size(): number {
    return this.#had.size;
  }

  /** How far it has got; all to 0 where nothing is known of the epoch. */
  had(epoch: bigint): Had {
    return this.#had.get(epoch) ?? nothing;
  }

  /** The number reached; 0 where nothing is known of the epoch. */
  get(epoch: bigint): number {
    return this.had(epoch).number;
  }

  /** Goes up to the number, or gets some of what was missing. @returns whether anything is other than before. */
  raise(epoch: bigint, had: Had): boolean {
    const before = this.had(epoch);
    if (had.number < before.number || isSame(had, before)) return false;
    this.#had.delete(epoch);
    this.#had.set(epoch, had);
    this.#becomes(epoch, before, had);
    return true;
  }

  /** As if nothing was known of it. */
  forget(epoch: bigint): void {
    const before = this.had(epoch);
    this.#had.delete(epoch);
    this.#becomes(epoch, before, nothing);
  }

  /** The one that went on last comes last. */
  epochs(): MapIterator<bigint> {
    return this.#had.keys();
  }

  #becomes(epoch: bigint, before: Had, had: Had): void {
    this.#begunLater += Number(lacksBeginning(had)) - Number(lacksBeginning(before));
    this.#summary = BigInt.asUintN(64, this.#summary - shareOf(epoch, before) + shareOf(epoch, had));
  }
}

function isSame(a: Had, b: Had): boolean {
  if (a.number !== b.number || a.missing.length !== b.missing.length) return false;
  return a.missing.every(({ first, last }, index) => {
    const other = b.missing[index];
    return other?.first === first && other.last === last;
  });
}

function lacksBeginning({ missing }: Had): boolean {
  return missing[0]?.first === 1;
}

function shareOf(epoch: bigint, { number, missing }: Had): bigint {
  if (number === 0) return 0n;
  let share = mix64(mix64(epoch + golden) ^ BigInt(number));
  for (const { first, last } of missing)
    if (first > 1) share = mix64((mix64((share + golden) ^ BigInt(first)) + golden) ^ BigInt(last));
  return share;
}

const nothing = allTo(0);
