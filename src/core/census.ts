import { isLeaf, type AdvertRecord } from "./advert.ts";
import type { Topology } from "./topology.ts";

/** A peer, and how many links it has. */
export interface Counted {
  readonly record: AdvertRecord;
  readonly links: number;
}

interface Figures {
  readonly peers: readonly Counted[];
  readonly links: ReadonlyMap<bigint, number>;
  readonly detours: ReadonlySet<bigint>;
  readonly addresses: ReadonlySet<string>;
}

/** Census: how many links peers have, as the topology tells. Leaves do not count, and links with them do not either. */
export class Census {
  readonly #self: bigint;
  readonly #topology: Topology;
  #revision = -1;
  #figures: Figures = { peers: [], links: new Map(), detours: new Set(), addresses: new Set() };

  constructor(self: bigint, topology: Topology) {
    this.#self = self;
    this.#topology = topology;
  }

  /** All peers that there is a road to. */
  get peers(): readonly Counted[] {
    return this.#count().peers;
  }

  /** Links of a node; 0 when there is no road to it. */
  linksOf(node: bigint): number {
    return this.#count().links.get(node) ?? 0;
  }

  /** Neighbours that there would still be a road to, without the link with them. */
  get detours(): ReadonlySet<bigint> {
    return this.#count().detours;
  }

  /** Where they say they listen. */
  get addresses(): ReadonlySet<string> {
    return this.#count().addresses;
  }

  #count(): Figures {
    const topology = this.#topology;
    if (this.#revision === topology.revision) return this.#figures;
    this.#revision = topology.revision;
    const { routes } = topology;
    const links = new Map<bigint, number>();
    const detours = new Set<bigint>();
    for (const edge of topology.edges()) {
      if (!edge.every((node) => this.#isCounted(node))) continue;
      for (const node of edge) links.set(node, (links.get(node) ?? 0) + 1);
      if (edge.includes(this.#self)) continue;
      // Whoever roads over one neighbour lead to, that neighbour has roads to: a link between two such sides leads around both.
      const [left, right] = edge.map((node) => routes.nextHop(node));
      if (left !== undefined && right !== undefined && left !== right) detours.add(left).add(right);
    }
    const others = [...topology.records()].filter(({ node }) => node !== this.#self && this.#isCounted(node));
    const peers = others.map((record) => ({ record, links: links.get(record.node) ?? 0 }));
    const addresses = new Set(others.flatMap((record) => record.addresses));
    return (this.#figures = { peers, links, detours, addresses });
  }

  /** Whether there is a road to it, and it is no leaf. */
  #isCounted(node: bigint): boolean {
    const record = this.#topology.get(node);
    return record !== undefined && !isLeaf(record) && this.#topology.isReachable(node);
  }
}
