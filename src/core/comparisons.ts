import type { Link } from "./links.ts";

/**
 * Comparisons: when neighbours are told a sum of what is here, so that what they were told before and did not hear comes out.
 *
 *     something new, or a new link ──► quiet for a while ──► compared, once
 */
export class Comparisons {
  readonly #quietMs: number;
  /** A neighbour came, at a time that is looked at next. */
  #isMet = false;
  #atMs = Infinity;
  readonly #listed = new WeakMap<Link, Listed>();
  readonly #heard = new WeakSet<Link>();

  /** @param quietMs how long nothing is new before it is compared, and between two lists for one neighbour. */
  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  /** When take may have something to do; may be early, never late. */
  get nextDeadlineMs(): number {
    return this.#isMet ? 0 : this.#atMs;
  }

  /** There is more here. */
  news(nowMs: number): void {
    this.#atMs = nowMs + this.#quietMs;
  }

  /** There is a neighbour more. */
  met(): void {
    this.#isMet = true;
  }

  /** Whether it is to be compared now. */
  take(nowMs: number): boolean {
    if (this.#isMet) this.news(nowMs);
    this.#isMet = false;
    if (this.#atMs > nowMs) return false;
    this.#atMs = Infinity;
    return true;
  }

  /** Whether the neighbour was told all there is, in this life of the link. */
  hasListed(link: Link): boolean {
    return this.#listed.has(link);
  }

  /** The neighbour has said what it has. */
  heard(link: Link): void {
    this.#heard.add(link);
  }

  /** There was no room for something that the neighbour has: once there is, it is to be listed again. */
  refused(link: Link): void {
    const before = this.#listed.get(link);
    if (before !== undefined) this.#listed.set(link, { atMs: before.atMs, difference: undefined });
  }

  /** Whether it has, in this life of the link. */
  hasHeard(link: Link): boolean {
    return this.#heard.has(link);
  }

  /**
   * Whether it may be told that now; then it counts as told.
   *
   * @param difference of the sums. Where it is as it was, the list before brought nothing: what they differ in one of them has
   * forgotten, or cannot get. Default: not known.
   */
  mayList(link: Link, nowMs: number, difference?: bigint): boolean {
    const before = this.#listed.get(link);
    const isVain = difference !== undefined && difference === before?.difference;
    const quietMs = (this.#quietMs / 2) * (isVain ? vainFactor : 1);
    if (before !== undefined && before.atMs + quietMs > nowMs) return false;
    this.#listed.set(link, { atMs: nowMs, difference: difference ?? before?.difference });
    return true;
  }
}

/** When a neighbour was told all there is, and what the sums differed by when it was. */
interface Listed {
  readonly atMs: number;
  readonly difference: bigint | undefined;
}

/** How many times as long nobody lists again what brought nothing. */
const vainFactor = 64;
