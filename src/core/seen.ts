import { NumberSet } from "./number-set.ts";

/** What names one copy of an envelope; a Header has it. */
export interface SeenName {
  readonly epoch: bigint;
  readonly conversation: bigint;
  /** A whole number, 0 to 2^53-1. */
  readonly number: number;
  /** 0 to 2^32-1. */
  readonly attempt: number;
}

/**
 * Seen: which envelopes a forwarder has dealt with lately, so that copies going round in a loop die out.
 *
 *     add ──► newer generation ──── full: becomes the older one ──► older generation ──── next time ──► forgotten
 *
 * Envelopes are told apart by a 53-bit hash of (epoch, conversation, number, attempt, key). With the 131,072 remembered
 * at most by default, a new envelope is taken for a seen one once in 2^53 / 131,072, about 7e10 envelopes. That costs a
 * retransmission, never a message: the origin sends again what is not receipted, with another attempt and so another
 * hash. A seed that others do not know keeps them from making envelopes that collide with those of a victim.
 *
 * Invariants
 * 1. At least the `max` latest distinct envelopes are remembered, at most twice as many.
 */
export class Seen {
  readonly #max: number;
  #newer = new NumberSet();
  #older = new NumberSet();
  // Envelopes come in runs that differ in their numbers only: what is the same is hashed once. No BigInt arithmetic.
  #epoch = 0n;
  #conversation = 0n;
  #key = 0n;
  readonly #words = new DataView(new ArrayBuffer(32));
  #high = 0;
  #low = 0;

  /**
   * @param max envelopes in one of the two generations, 1 or more. Source: Limits.seenMax.
   * @param seed random, from Entropy; 0n by default.
   */
  constructor(max: number, seed = 0n) {
    this.#max = max;
    this.#words.setBigUint64(0, seed);
    this.#hashRun();
  }

  /**
   * Remembers an envelope.
   *
   * @param key tells apart what the others do not, such as copies for different destinations.
   * @returns whether it was new.
   */
  add(envelope: SeenName, key: bigint): boolean {
    const { epoch, conversation } = envelope;
    if (epoch !== this.#epoch || conversation !== this.#conversation || key !== this.#key) {
      this.#epoch = epoch;
      this.#conversation = conversation;
      this.#key = key;
      this.#hashRun();
    }
    const hash = this.#hash(envelope.number, envelope.attempt);
    if (this.#newer.has(hash) || this.#older.has(hash)) return false;
    if (this.#newer.size >= this.#max) this.#turn();
    this.#newer.add(hash);
    return true;
  }

  #turn(): void {
    const emptied = this.#older;
    emptied.clear();
    this.#older = this.#newer;
    this.#newer = emptied;
  }

  /** Two 32-bit hashes of the seed and of what envelopes of a run have in common. */
  #hashRun(): void {
    this.#words.setBigUint64(8, this.#epoch);
    this.#words.setBigUint64(16, this.#conversation);
    this.#words.setBigUint64(24, this.#key);
    this.#high = 1;
    this.#low = 2;
    for (let at = 0; at < 32; at += 4) this.#mix(this.#words.getUint32(at));
  }

  #mix(word: number): void {
    this.#high = mix(this.#high, word);
    this.#low = mix(this.#low ^ this.#high, word);
  }

  /** 53 bits: 32 of one hash, 21 of the other. */
  #hash(number: number, attempt: number): number {
    const lower = number >>> 0;
    const upper = (number / 2 ** 32) >>> 0;
    let high = mix(mix(mix(this.#high, lower), upper), attempt);
    let low = mix(mix(mix(this.#low ^ high, lower), upper), attempt);
    high = finish(high);
    low = finish(low);
    // A set of numbers has no zero: one more that collides, among 2^53.
    return (high >>> 0) * 2 ** 21 + (low >>> 11) || 1;
  }
}

/** One word into a hash of 32 bits; the constants are those of MurmurHash3_x86_32 (public domain, Austin Appleby). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Lets every bit of the input reach every bit of the hash. */
function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
