import type { Graph, Vertex } from "./graph.ts";

/**
 * The shortest roads from one node to all others, as they were when computed.
 *
 * Invariants
 * 1. Of equally short roads it is the one that takes, at each peer on the way, the next peer with the lower id (then
 *    the lower node).
 * 2. So the road is the very one a message takes when every peer on it goes by its own routes over the same graph, and
 *    each hop brings it one nearer: no loops.
 */
export interface Routes {
  /** The neighbour to hand on to for this node; undefined without a road, and for oneself. */
  nextHop(node: bigint): bigint | undefined;
  /** Links on the road: 0 to oneself, undefined without a road. */
  hops(node: bigint): number | undefined;
  /** All nodes on the road, oneself first, the target last; empty without a road. */
  road(node: bigint): readonly bigint[];
  /** The node before it on the road; undefined without a road, and for oneself. */
  before(node: bigint): bigint | undefined;
  /** Nodes that roads may lead over, of those there is a road to, the nearer first; oneself and leaves are not among them. */
  readonly reachable: readonly bigint[];
}

/**
 * Routes over the graph, breadth first: O(nodes + links).
 *
 * Roads are found in order of length and, within a length, in the order of invariant 1: nodes are expanded in that
 * order, and each one's links are kept in it. So whoever finds a node first is its step before on the right road.
 *
 * Leaves are looked for when asked for: of those that one is linked with, the one found first is the step before it. So
 * what they do costs no computation, however many there are, and they count as the graph has them at that moment.
 */
export function computeRoutes(graph: Pick<Graph, "get" | "slotsMax">, self: bigint): Routes {
  const start = graph.get(self);
  const steps = new Steps(start === undefined ? 0 : graph.slotsMax);
  if (start !== undefined) steps.add(start, 0);
  for (let rank = 0; rank < steps.found.length; rank += 1) {
    // Links are in the order of invariant 1.
    for (const neighbour of steps.found[rank]?.links ?? [])
      if (!neighbour.leaf && !steps.has(neighbour)) steps.add(neighbour, rank);
  }
  return new RoadMap(self, steps, graph);
}

/**
 * Steps: the nodes on all roads from one, by rank: in the order in which they were found, the one itself first. Arrays by slot
 * and rank, as every change of links anywhere has every peer make them anew.
 */
class Steps {
  readonly found: Vertex[] = [];
  /** By slot: rank + 1; 0 where it is not found. */
  readonly #ranks: Uint32Array;
  /** By rank: the rank of the step before, the neighbour that the road starts with, and links on the road. */
  readonly #before: Uint32Array;
  readonly #first: Uint32Array;
  readonly #hops: Uint32Array;

  constructor(slotsMax: number) {
    this.#ranks = new Uint32Array(slotsMax);
    this.#before = new Uint32Array(slotsMax);
    this.#first = new Uint32Array(slotsMax);
    this.#hops = new Uint32Array(slotsMax);
  }

  /** @param before rank of the step before; of the first its own, 0. */
  add(vertex: Vertex, before: number): void {
    const rank = this.found.length;
    this.found.push(vertex);
    this.#ranks[vertex.slot] = rank + 1;
    this.#before[rank] = before;
    this.#first[rank] = before === 0 ? rank : this.firstOf(before);
    this.#hops[rank] = rank === 0 ? 0 : this.hopsOf(before) + 1;
  }

  has(vertex: Vertex): boolean {
    return this.#ranks[vertex.slot] !== 0;
  }

  /** Undefined where it was not found. The graph may have gone on: its slot may have been another's. */
  rankOf(vertex: Vertex | undefined): number | undefined {
    const rank = vertex === undefined ? -1 : (this.#ranks[vertex.slot] ?? 0) - 1;
    return rank >= 0 && this.found[rank]?.node === vertex?.node ? rank : undefined;
  }

  beforeOf(rank: number): number {
    return this.#before[rank] ?? 0;
  }

  firstOf(rank: number): number {
    return this.#first[rank] ?? 0;
  }

  hopsOf(rank: number): number {
    return this.#hops[rank] ?? 0;
  }
}

class RoadMap implements Routes {
  readonly #self: bigint;
  readonly #steps: Steps;
  readonly #graph: Pick<Graph, "get">;
  #reachable: readonly bigint[] | undefined;

  constructor(self: bigint, steps: Steps, graph: Pick<Graph, "get">) {
    this.#self = self;
    this.#steps = steps;
    this.#graph = graph;
  }

  nextHop(node: bigint): bigint | undefined {
    const rank = this.#rankOf(node);
    if (rank === 0 || node === this.#self) return undefined;
    if (rank !== undefined) return this.#nodeOf(this.#steps.firstOf(rank));
    const before = this.#attachment(node);
    if (before === undefined) return undefined;
    return before === 0 ? node : this.#nodeOf(this.#steps.firstOf(before));
  }

  hops(node: bigint): number | undefined {
    if (node === this.#self) return 0;
    const rank = this.#rankOf(node);
    if (rank !== undefined) return this.#steps.hopsOf(rank);
    const before = this.#attachment(node);
    return before === undefined ? undefined : this.#steps.hopsOf(before) + 1;
  }

  road(node: bigint): readonly bigint[] {
    if (node === this.#self) return [node];
    const own = this.#rankOf(node);
    const last = own ?? this.#attachment(node);
    if (last === undefined) return [];
    const road: bigint[] = own === undefined ? [node] : [];
    for (let rank = last; rank > 0; rank = this.#steps.beforeOf(rank)) road.push(this.#nodeOf(rank) ?? 0n);
    return [...road, this.#self].toReversed();
  }

  before(node: bigint): bigint | undefined {
    const rank = this.#rankOf(node);
    if (rank === 0 || node === this.#self) return undefined;
    const before = rank === undefined ? this.#attachment(node) : this.#steps.beforeOf(rank);
    return before === undefined ? undefined : this.#nodeOf(before);
  }

  get reachable(): readonly bigint[] {
    // Steps were found in order of distance, self first.
    return (this.#reachable ??= this.#steps.found.slice(1).map(({ node }) => node));
  }

  #rankOf(node: bigint): number | undefined {
    return this.#steps.rankOf(this.#graph.get(node));
  }

  #nodeOf(rank: number): bigint | undefined {
    return rank === 0 ? this.#self : this.#steps.found[rank]?.node;
  }

  /** Rank of the step before a leaf. */
  #attachment(node: bigint): number | undefined {
    const vertex = this.#graph.get(node);
    if (vertex?.leaf !== true) return undefined;
    let first: number | undefined;
    for (const neighbour of vertex.links) {
      // Routes may be older than one's own first word.
      const rank = neighbour.node === this.#self ? 0 : this.#steps.rankOf(neighbour);
      if (rank !== undefined && (first === undefined || rank < first)) first = rank;
    }
    return first;
  }
}
