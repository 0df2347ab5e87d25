import type { AdvertRecord } from "./advert.ts";
import { DigestSum } from "./advert-digest.ts";
import { Presence } from "./presence.ts";

/**
 * Reach: what follows for a node from whether there is a road to it: whether it counts for the digest, since when it is gone,
 * and that its presence is to be looked at. To place a node again where it is changes nothing.
 */
export class Reach {
  readonly #self: bigint;
  readonly presence = new Presence();
  /** Over the reachable. */
  readonly digest = new DigestSum();
  /** Since when nodes are without a road, or have left: the longest first. */
  readonly goneSinceMs = new Map<bigint, number>();
  /** Nodes to be placed once there are roads. */
  #waiting = new Set<bigint>();

  constructor(self: bigint) {
    this.#self = self;
  }

  /** @param sinceMs since when it is gone if it was not gone before. */
  place(record: AdvertRecord, isReachable: boolean, sinceMs: number): void {
    const { node } = record;
    if (isReachable) {
      this.digest.add(record);
      if (this.goneSinceMs.delete(node)) this.presence.touch(node);
    } else if (node !== this.#self && !this.goneSinceMs.has(node)) {
      this.digest.remove(node);
      this.goneSinceMs.set(node, sinceMs);
      this.presence.touch(node);
    }
  }

  /** Has the node placed with the next roads, whatever has become of it by then. */
  waitFor(node: bigint): void {
    this.#waiting.add(node);
  }

  /** The nodes that wait; they wait no longer. */
  takeWaiting(): Set<bigint> {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    return waiting;
  }
}
