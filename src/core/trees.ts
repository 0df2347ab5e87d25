import type { Link, Links } from "./links.ts";
import { computeRoutes } from "./routes.ts";
import type { Topology } from "./topology.ts";

type Roots = Pick<Topology, "graph" | "revision">;

/**
 * Trees: whom this peer hands on to what an origin has for everyone: the neighbours whose shortest road from the origin leads
 * over this peer. Peers that see the same topology make up one tree for each origin, so each is handed it once.
 *
 * A tree costs as much as routes do, and is kept until something changes.
 */
export class Trees {
  readonly #self: bigint;
  readonly #topology: Roots;
  readonly #children = new Map<bigint, readonly bigint[]>();
  #revision = -1;

  constructor(self: bigint, topology: Roots) {
    this.#self = self;
    this.#topology = topology;
  }

  /** Nodes, in no order; none where there is no road from the origin to this peer. */
  childrenFrom(origin: bigint): readonly bigint[] {
    const { revision } = this.#topology;
    if (revision !== this.#revision || this.#children.size >= treesMax) this.#children.clear();
    this.#revision = revision;
    const known = this.#children.get(origin);
    if (known !== undefined) return known;
    const children = this.#compute(origin);
    this.#children.set(origin, children);
    return children;
  }

  /** The links with them. */
  *linksFrom(origin: bigint, links: Pick<Links, "withNode">): Generator<Link> {
    for (const node of this.childrenFrom(origin)) {
      const link = links.withNode(node);
      if (link !== undefined) yield link;
    }
  }

  #compute(origin: bigint): readonly bigint[] {
    const { graph } = this.#topology;
    const roads = computeRoutes(graph, origin);
    const neighbours = graph.get(this.#self)?.links ?? [];
    return [...neighbours].map(({ node }) => node).filter((node) => roads.before(node) === this.#self);
  }
}

/** Origins whose trees are kept: a list of neighbours each. */
const treesMax = 1_024;
