import { raised, type CounterMark } from "./counter-mark.ts";
import type { DictClock } from "./datagram.ts";

/** Conversations of one node that are remembered; the one that rested longest is forgotten. */
const pairsMax = 256;

interface Pair {
  /** Counter of the peer of the mesh, and of the node as far as that peer has heard. */
  readonly peer: number;
  readonly node: number;
}

/**
 * PairClocks: the vector clocks of what one node and each peer of the mesh say to one another alone, kept for the peer as a
 * node would keep them: the maximum of each, then the own counter and one.
 */
export class PairClocks {
  readonly #nodeId: string;
  readonly #mark: CounterMark;
  readonly #pairs = new Map<string, Pair>();

  constructor(nodeId: string, mark: CounterMark) {
    this.#nodeId = nodeId;
    this.#mark = mark;
  }

  /** The node says something to a peer. */
  hear(peerId: string, clock: DictClock): void {
    const { peer, node } = this.#of(peerId);
    this.#keep(peerId, {
      peer: raised(peer, clock.get(peerId) ?? 0) + 1,
      node: Math.max(node, clock.get(this.#nodeId) ?? 0),
    });
  }

  /** A peer says something to the node. @returns its clock: both ids are in it, as nodes read no other. */
  speak(peerId: string): DictClock {
    const { peer, node } = this.#of(peerId);
    this.#keep(peerId, { peer: peer + 1, node });
    return new Map([
      [this.#nodeId, node],
      [peerId, peer + 1],
    ]);
  }

  #of(peerId: string): Pair {
    return this.#pairs.get(peerId) ?? { peer: this.#mark.base, node: 0 };
  }

  #keep(peerId: string, pair: Pair): void {
    this.#mark.pass(pair.peer);
    this.#pairs.delete(peerId);
    this.#pairs.set(peerId, pair);
    const [oldest] = this.#pairs.keys();
    if (this.#pairs.size > pairsMax && oldest !== undefined) this.#pairs.delete(oldest);
  }
}
