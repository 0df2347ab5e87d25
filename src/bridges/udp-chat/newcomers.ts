import type { NodeAt } from "./datagram.ts";

/** Newcomers that wait; more than that many are not fetched, but told of nodes by the bridge alone. */
const newcomersMax = 256;

/** Newcomers: nodes that are signed in and wait for one that is there already to tell them of others. */
export class Newcomers {
  readonly #waiting = new Map<string, string>();

  /** One that waits already stands where it stood. */
  add({ id, address }: NodeAt): void {
    if (this.#waiting.has(id) || this.#waiting.size < newcomersMax) this.#waiting.set(id, address);
  }

  /** It is gone. */
  remove(id: string): void {
    this.#waiting.delete(id);
  }

  /** The one that waits longest, for a node to tell it of others: nobody is told of himself by himself. */
  takeFor(nodeId: string): NodeAt | undefined {
    for (const [id, address] of this.#waiting) {
      if (id === nodeId) continue;
      this.#waiting.delete(id);
      return { id, address };
    }
    return undefined;
  }
}
