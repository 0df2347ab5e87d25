import type { AdvertRecord } from "./advert.ts";

/** A peer that was known once: what it last stated of itself. */
export interface Acquaintance extends Pick<
  AdvertRecord,
  "node" | "id" | "name" | "addresses" | "key" | "credential" | "features"
> {
  /** Since when it is out of reach. */
  readonly goneSinceMs: number;
  readonly left: true;
}

/**
 * Acquaintances: whom the topology has forgotten, or knew in a former life, so that people can go on to use their names.
 * Nothing else follows from them: their ids are free.
 *
 *     stranger ── forgotten by the topology ──► remembered ── heard of again, or room needed ──► stranger
 */
export class Acquaintances {
  readonly #max: number;
  /** The longest forgotten first. */
  readonly #byNode = new Map<bigint, Acquaintance>();

  /** @param max how many are remembered; of more, those forgotten last. */
  constructor(max: number) {
    this.#max = max;
  }

  remember(peer: Omit<Acquaintance, "goneSinceMs" | "left">, goneSinceMs: number): void {
    const { node, id, name, addresses, key, credential, features } = peer;
    this.#byNode.delete(node);
    this.#byNode.set(node, { node, id, name, addresses, key, credential, features, goneSinceMs, left: true });
    if (this.#byNode.size <= this.#max) return;
    for (const longest of this.#byNode.keys()) return void this.#byNode.delete(longest);
  }

  /** The node is known again. */
  drop(node: bigint): void {
    this.#byNode.delete(node);
  }

  all(): IterableIterator<Acquaintance> {
    return this.#byNode.values();
  }
}
