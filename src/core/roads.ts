import { CustodianChoices, type Choosing } from "./custodian-choices.ts";
import type { Identity } from "./identity.ts";
import type { LeafDesk } from "./leaf-desk.ts";
import type { Hearsay } from "./leaf-hearsay.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import type { Topology } from "./topology.ts";

/**
 * Roads: from what an envelope says of its destination to the link it leaves by.
 *
 * A destination is an id, and the node it is bound to where the sender knew the holder. The node counts: it may hold
 * another id by now, and another may hold the id.
 *
 * At a leaf, looking for somebody who is not known to be there is what has its neighbours asked.
 */
export class Roads {
  readonly self: bigint;
  readonly #identity: Identity;
  readonly #topology: Topology;
  readonly #links: Links;
  readonly #desk: Pick<LeafDesk, "introduce"> | undefined;
  readonly #hearsay: Hearsay | undefined;
  readonly #choices: CustodianChoices;
  /** What the topology counted when the choices last saw who is there. */
  #seenRevision = -1;

  constructor(parts: {
    readonly self: bigint;
    readonly identity: Identity;
    readonly topology: Topology;
    readonly links: Links;
    readonly limits: Pick<Limits, "custodians">;
    /** Tells leaves whose mail they are about to get. */
    readonly desk?: Pick<LeafDesk, "introduce"> | undefined;
    /** What a leaf knows of others; undefined at any other peer. */
    readonly hearsay?: Hearsay | undefined;
  }) {
    this.self = parts.self;
    this.#identity = parts.identity;
    this.#topology = parts.topology;
    this.#links = parts.links;
    this.#desk = parts.desk;
    this.#hearsay = parts.hearsay;
    this.#choices = new CustodianChoices(parts.limits.custodians);
  }

  /** The node that a destination stands for now; undefined when no peer is known to be it. boundTo is 0n for none. */
  target(to: bigint, boundTo: bigint): bigint | undefined {
    if (boundTo !== 0n) return boundTo;
    if (to === this.#identity.id) return this.self;
    const node = this.#topology.holderOf(to)?.node;
    if (this.#hearsay !== undefined && (node === undefined || !this.#topology.isReachable(node)))
      this.#hearsay.wantId(to);
    return node;
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
    const isReachable = this.#topology.isReachable(node);
    if (!isReachable) this.#hearsay?.wantNode(node);
    return isReachable;
  }

  /** The link towards a node; undefined without a road. */
  link(node: bigint): Link | undefined {
    const hop = this.#topology.routes.nextHop(node);
    return hop === undefined ? undefined : this.#links.withNode(hop);
  }

  /** The link to pass on others' mail for a node; undefined without a road, and at a leaf. */
  onward(node: bigint): Link | undefined {
    return this.#hearsay === undefined ? this.link(node) : undefined;
  }

  /** Mail from this id is about to be passed on: a leaf is told first who that is. */
  introduce(link: Link, origin: bigint): void {
    if (link.leaf) this.#desk?.introduce(link, origin);
  }

  /** Links on the road as far as this peer knows: a leaf was told. Undefined without one. */
  hops(node: bigint): number | undefined {
    return this.#hearsay === undefined ? this.#topology.routes.hops(node) : this.#hearsay.hops(node);
  }

  /** All nodes on the road, this peer first; empty without one. A leaf knows its neighbour and the target alone. */
  road(node: bigint): readonly bigint[] {
    return this.#topology.routes.road(node);
  }

  /**
   * The custodians chosen for a target, the best first. For one that its neighbours were just asked for a leaf has none: it
   * may be there. Nor is anybody who holds the target's id given what is bound to nobody: of two that do, one is about to lose it.
   */
  custodiansFor(target: Choosing & { readonly boundTo: bigint }): readonly bigint[] {
    if (this.#hearsay?.isAsking(target.to, target.boundTo) === true) return [];
    const { revision } = this.#topology;
    if (revision !== this.#seenRevision) this.#choices.see(this.custodians());
    this.#seenRevision = revision;
    const chosen = this.#choices.of(target);
    const isOther = (node: bigint): boolean => this.#topology.get(node)?.id !== target.to;
    return target.boundTo !== 0n || chosen.every(isOther) ? chosen : chosen.filter(isOther);
  }

  /** Reachable peers that keep mail for others, this one not among them. */
  *custodians(): Generator<bigint> {
    for (const node of this.#topology.routes.reachable) {
      if (this.#topology.get(node)?.features.includes("custody") === true) yield node;
    }
  }
}
