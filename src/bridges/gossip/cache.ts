import { sameBytes } from "../../core/same-bytes.ts";
import type { Announcement } from "./announcement.ts";

/** Whence an announcement came here. */
export type Origin =
  | { readonly kind: "module"; readonly module: number }
  | { readonly kind: "peer"; readonly link: number }
  /** Of a guest of another bridge: announced by a module there, or heard from original peers. */
  | { readonly kind: "mesh"; readonly by: "module" | "peers" };

/** An announcement that is kept. */
export interface Kept {
  /** What modules answer with; unlike that of any other that is kept. 1 to 65,535. */
  readonly id: number;
  readonly announcement: Announcement;
  readonly origin: Origin;
  /** The modules that were told, whatever became of them. */
  readonly told: Set<number>;
  /** Whether it may go on: "waiting" for a module to say so. */
  verdict: "waiting" | "valid" | "invalid";
}

/** Announcements, as many as cache_size says: the oldest make room, whatever they wait for. */
export class Cache {
  readonly #countMax: number;
  /** By id; the oldest first. */
  readonly #kept = new Map<number, Kept>();
  #lastId = 0;

  /** @param countMax how many are kept, below 65,535. */
  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(id: number): Kept | undefined {
    return this.#kept.get(id);
  }

  add(announcement: Announcement, origin: Origin, verdict: Kept["verdict"]): Kept {
    const kept: Kept = { id: this.#nextId(), announcement, origin, told: new Set(), verdict };
    this.#kept.set(kept.id, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#countMax) break;
      this.#kept.delete(oldest);
    }
    return kept;
  }

  delete(id: number): void {
    this.#kept.delete(id);
  }

  /** Those of a type that no module was told of yet, oldest first. */
  untold(type: number): readonly Kept[] {
    return [...this.#kept.values()].filter(({ told, announcement }) => told.size === 0 && announcement.type === type);
  }

  /** The one with the same type and data that no module was told of yet. */
  untoldLike({ type, data }: Announcement): Kept | undefined {
    return this.untold(type).find(({ announcement }) => sameBytes(announcement.data, data));
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId % idMax) + 1;
    while (this.#kept.has(this.#lastId));
    return this.#lastId;
  }
}

const idMax = 65_535;
