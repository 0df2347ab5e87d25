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
  readonly #listedAtMs = new WeakMap<Link, number>();
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
    return this.#listedAtMs.has(link);
  }

  /** The neighbour has said what it has. */
  heard(link: Link): void {
    this.#heard.add(link);
  }

  /** Whether it has, in this life of the link. */
  hasHeard(link: Link): boolean {
    return this.#heard.has(link);
  }

  /** Whether it may be told that now; then it counts as told. */
  mayList(link: Link, nowMs: number): boolean {
    const before = this.#listedAtMs.get(link);
    if (before !== undefined && before + this.#quietMs / 2 > nowMs) return false;
    this.#listedAtMs.set(link, nowMs);
    return true;
  }
}
