import type { Graph, Vertex, Ways } from "./graph.ts";

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
  /** Who had that slot of the graph, if roads may lead over it and there is one to it. */
  foundAt(slot: number): Vertex | undefined;
  /** Upper bound of those slots. */
  readonly slotsMax: number;
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
export function computeRoutes(graph: Source, self: bigint): Routes {
  const start = graph.get(self);
  return new RoadMap(self, new Steps(graph.ways, start?.slot), graph);
}

type Source = Pick<Graph, "get" | "ways">;

/** Who is reachable by one of the routes and not by the other, leaves aside. */
export function reachChanges(before: Routes | undefined, after: Routes): readonly Vertex[] {
  const changed: Vertex[] = [];
  const slots = Math.max(before?.slotsMax ?? 0, after.slotsMax);
  for (let slot = 0; slot < slots; slot += 1) {
    const gone = before?.foundAt(slot);
    const come = after.foundAt(slot);
    if (gone === come) continue;
    // A slot may be another's by now.
    if (gone !== undefined) changed.push(gone);
    if (come !== undefined) changed.push(come);
  }
  return changed;
}

/**
 * Steps: the nodes on all roads from one, by rank: in the order in which they were found, the one itself first. Arrays of
 * numbers by slot and rank, as every change of links anywhere has every peer make them anew.
 */
class Steps {
  /** How many were found. */
  readonly count: number;
  /** By slot. */
  readonly #vertices: readonly (Vertex | undefined)[];
  /** By slot: rank + 1; 0 where it is not found. */
  readonly #ranks: Uint32Array;
  /** By rank: its slot, the rank of the step before, the neighbour that the road starts with, and links on the road. */
  readonly #slots: Uint32Array;
  readonly #before: Uint32Array;
  readonly #first: Uint32Array;
  readonly #hops: Uint32Array;

  /** @param start slot of the one; undefined when it has none: then nothing is found. */
  constructor({ vertices, ties }: Ways, start: number | undefined) {
    const size = vertices.length;
    // The graph goes on.
    this.#vertices = vertices.slice();
    const numbers = new Uint32Array(5 * size);
    const part = (index: number): Uint32Array => numbers.subarray(index * size, (index + 1) * size);
    [this.#ranks, this.#slots, this.#before, this.#first, this.#hops] = [part(0), part(1), part(2), part(3), part(4)];
    this.count = start === undefined ? 0 : this.#walk(ties, start);
  }

  /** @returns how many were found. */
  #walk({ blocks, starts, counts }: Ways["ties"], start: number): number {
    const [ranks, slots, before, first, hops] = [this.#ranks, this.#slots, this.#before, this.#first, this.#hops];
    ranks[start] = 1;
    slots[0] = start;
    let count = 1;
    for (let rank = 0; rank < count; rank += 1) {
      const slot = slots[rank] ?? 0;
      const from = starts[slot] ?? 0;
      const end = from + (counts[slot] ?? 0);
      // In the order of invariant 1.
      for (let at = from; at < end; at += 1) {
        const other = blocks[at] ?? 0;
        if (ranks[other] !== 0) continue;
        slots[count] = other;
        before[count] = rank;
        first[count] = rank === 0 ? count : (first[rank] ?? 0);
        hops[count] = (hops[rank] ?? 0) + 1;
        ranks[other] = count += 1;
      }
    }
    return count;
  }

  get slotsMax(): number {
    return this.#vertices.length;
  }

  foundAt(slot: number): Vertex | undefined {
    // Beyond, undefined is not 0 either, and nobody is there.
    return this.#ranks[slot] === 0 ? undefined : this.#vertices[slot];
  }

  /** Who was found there. */
  at(rank: number): Vertex | undefined {
    return rank < this.count ? this.#vertices[this.#slots[rank] ?? 0] : undefined;
  }

  /** Undefined where it was not found. The graph may have gone on: its slot may have been another's. */
  rankOf(vertex: Vertex | undefined): number | undefined {
    const rank = vertex === undefined ? -1 : (this.#ranks[vertex.slot] ?? 0) - 1;
    return rank >= 0 && this.at(rank)?.node === vertex?.node ? rank : undefined;
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
    return (this.#reachable ??= this.#listed());
  }

  foundAt(slot: number): Vertex | undefined {
    return this.#steps.foundAt(slot);
  }

  get slotsMax(): number {
    return this.#steps.slotsMax;
  }

  /** Steps were found in order of distance, self first. */
  #listed(): readonly bigint[] {
    const nodes: bigint[] = [];
    for (let rank = 1; rank < this.#steps.count; rank += 1) nodes.push(this.#nodeOf(rank) ?? 0n);
    return nodes;
  }

  #rankOf(node: bigint): number | undefined {
    return this.#steps.rankOf(this.#graph.get(node));
  }

  #nodeOf(rank: number): bigint | undefined {
    return rank === 0 ? this.#self : this.#steps.at(rank)?.node;
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
