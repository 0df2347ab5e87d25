import type { Identity } from "./identity.ts";
import type { Link, Links } from "./links.ts";
import type { Topology } from "./topology.ts";

/**
 * Roads: from what an envelope says of its destination to the link it leaves by.
 *
 * A destination is an id, and the node it is bound to where the sender knew the holder. The node counts: it may hold
 * another id by now, and another may hold the id.
 */
export class Roads {
  readonly self: bigint;
  readonly #identity: Identity;
  readonly #topology: Topology;
  readonly #links: Links;

  constructor(parts: { self: bigint; identity: Identity; topology: Topology; links: Links }) {
    this.self = parts.self;
    this.#identity = parts.identity;
    this.#topology = parts.topology;
    this.#links = parts.links;
  }

  /** The node that a destination stands for now; undefined when no peer is known to be it. boundTo is 0n for none. */
  target(to: bigint, boundTo: bigint): bigint | undefined {
    if (boundTo !== 0n) return boundTo;
    return to === this.#identity.id ? this.self : this.#topology.holderOf(to)?.node;
  }

  /** Whether an envelope for this destination is for this peer. */
  isMine(to: bigint, boundTo: bigint): boolean {
    return boundTo === 0n ? to === this.#identity.id : boundTo === this.self;
  }

  /** The id the node holds now; undefined when it is not present. */
  idOf(node: bigint): bigint | undefined {
    if (node === this.self) return this.#identity.id;
    return this.isReachable(node) ? this.#topology.get(node)?.id : undefined;
  }

  isReachable(node: bigint): boolean {
    return this.#topology.isReachable(node);
  }

  /** The link towards a node; undefined without a road. */
  link(node: bigint): Link | undefined {
    const hop = this.#topology.routes.nextHop(node);
    return hop === undefined ? undefined : this.#links.withNode(hop);
  }

  /** All nodes on the road, this peer first; empty without one. */
  road(node: bigint): readonly bigint[] {
    return this.#topology.routes.road(node);
  }

  /** Reachable peers that keep mail for others, this one not among them. */
  *custodians(): Generator<bigint> {
    for (const node of this.#topology.routes.reachable) {
      if (this.#topology.get(node)?.features.includes("custody") === true) yield node;
    }
  }
}
