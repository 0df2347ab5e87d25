import type { AdvertAge } from "./advert.ts";
import { golden, mix64 } from "./mix64.ts";

/** Which edition of whose advert: one line of a digest. */
export interface DigestLine extends AdvertAge {
  readonly node: bigint;
}

/**
 * The sum of a digest, kept as lines come and go: 64 bits, the same for the same lines in any order.
 *
 * Lines that differ in anything have unrelated shares, so sums over different lines do not meet by chance. A peer that
 * makes them meet on purpose hides its own lines only.
 */
export class DigestSum {
  readonly #shares = new Map<bigint, bigint>();
  #value = 0n;

  get value(): bigint {
    return this.#value;
  }

  /** Counts the line in, unless the node is counted already: remove it first to count another edition. */
  add(line: DigestLine): void {
    if (this.#shares.has(line.node)) return;
    const share = shareOf(line);
    this.#shares.set(line.node, share);
    this.#value = BigInt.asUintN(64, this.#value + share);
  }

  remove(node: bigint): void {
    const share = this.#shares.get(node);
    if (share === undefined) return;
    this.#shares.delete(node);
    this.#value = BigInt.asUintN(64, this.#value - share);
  }
}

function shareOf(line: DigestLine): bigint {
  return mix64(mix64(mix64(line.node + golden) ^ line.incarnation) ^ line.version);
}
