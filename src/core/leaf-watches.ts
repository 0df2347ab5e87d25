import type { Link } from "./links.ts";

/**
 * Watches: which links are told of which subject, an id or a node, whenever it changes.
 *
 * A link watches only so many: the newest. Whatever changes costs as much as there are links that watch it.
 */
export class Watches {
  readonly #watchesMax: number;
  readonly #byLink = new Map<Link, Set<bigint>>();
  readonly #bySubject = new Map<bigint, Set<Link>>();

  /** @param watchesMax subjects that one link watches. */
  constructor(watchesMax: number) {
    this.#watchesMax = watchesMax;
  }

  has(link: Link, subject: bigint): boolean {
    return this.#byLink.get(link)?.has(subject) === true;
  }

  /** From now on the link watches it. @returns what the link watches no more instead; undefined when there was room. */
  add(link: Link, subject: bigint): bigint | undefined {
    const watched = this.#byLink.get(link) ?? new Set();
    this.#byLink.set(link, watched);
    watched.delete(subject);
    watched.add(subject);
    const links = this.#bySubject.get(subject);
    if (links === undefined) this.#bySubject.set(subject, new Set([link]));
    else links.add(link);
    if (watched.size <= this.#watchesMax) return undefined;
    for (const oldest of watched) {
      this.#remove(link, watched, oldest);
      return oldest;
    }
    return undefined;
  }

  /** Links that watch the subject. */
  of(subject: bigint): Iterable<Link> {
    return this.#bySubject.get(subject) ?? nobody;
  }

  /** Subjects that the link watches. */
  watchedBy(link: Link): Iterable<bigint> {
    return this.#byLink.get(link) ?? nothing;
  }

  /** The link is no more. */
  drop(link: Link): void {
    const watched = this.#byLink.get(link);
    if (watched === undefined) return;
    for (const subject of watched) this.#remove(link, watched, subject);
    this.#byLink.delete(link);
  }

  #remove(link: Link, watched: Set<bigint>, subject: bigint): void {
    watched.delete(subject);
    const links = this.#bySubject.get(subject);
    links?.delete(link);
    if (links?.size === 0) this.#bySubject.delete(subject);
  }
}

const nobody: Iterable<Link> = [];
const nothing: Iterable<bigint> = [];
