import { golden, mix64 } from "./mix64.ts";

/**
 * Frontier: how far a peer has got with each of many epochs, and a sum over that: the same for the same knowledge, whatever
 * the order it came in.
 */
export class Frontier {
  readonly #numbers = new Map<bigint, number>();
  #summary = 0n;

  /** 0n where nothing is known. */
  get summary(): bigint {
    return this.#summary;
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** The number reached; 0 where nothing is known of the epoch. */
  get(epoch: bigint): number {
    return this.#numbers.get(epoch) ?? 0;
  }

  /** Goes up to the number. @returns whether it was lower before. */
  raise(epoch: bigint, number: number): boolean {
    const before = this.get(epoch);
    if (number <= before) return false;
    this.#numbers.set(epoch, number);
    const shareBefore = before === 0 ? 0n : shareOf(epoch, before);
    this.#summary = BigInt.asUintN(64, this.#summary - shareBefore + shareOf(epoch, number));
    return true;
  }

  epochs(): IterableIterator<bigint> {
    return this.#numbers.keys();
  }
}

function shareOf(epoch: bigint, number: number): bigint {
  return mix64(mix64(epoch + golden) ^ BigInt(number));
}
