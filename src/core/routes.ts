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
  /** Whether there is a road to the node, or it is oneself. */
  leadsTo(node: bigint): boolean;
  /** Of those that roads may lead over, who was found. */
  readonly found: Found;
}

/** By slot of the graph. */
export interface Found {
  /** Who had it; the same array in two routes where nobody came or went in between. */
  readonly vertices: readonly (Vertex | undefined)[];
  /** 0 where there is no road to it; as many as there are vertices. */
  readonly ranks: Uint32Array;
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
  const [former, latter] = [before?.found ?? nobody, after.found];
  const changed: Vertex[] = [];
  const slots = Math.max(former.ranks.length, latter.ranks.length);
  const isSame = former.vertices === latter.vertices;
  for (let slot = 0; slot < slots; slot += 1) {
    const wasFound = (former.ranks[slot] ?? 0) > 0;
    const isFound = (latter.ranks[slot] ?? 0) > 0;
    if (wasFound === isFound && (isSame || !isFound)) continue;
    const gone = wasFound ? former.vertices[slot] : undefined;
    const come = isFound ? latter.vertices[slot] : undefined;
    if (gone === come) continue;
    // A slot may be another's by now.
    if (gone !== undefined) changed.push(gone);
    if (come !== undefined) changed.push(come);
  }
  return changed;
}

const nobody: Found = { vertices: [], ranks: new Uint32Array(0) };

/**
 * Steps: the nodes on all roads from one, by rank: in the order in which they were found, the one itself first. Arrays of
 * numbers by slot and rank, as every change of links anywhere has every peer make them anew.
 */
class Steps {
  /** How many were found. */
  readonly count: number;
  /** By slot; rank + 1, and 0 where it is not found. */
  readonly found: Found;
  /** By rank: its slot, and the rank of the step before. */
  readonly #slots: Uint32Array;
  readonly #before: Uint32Array;

  /** @param start slot of the one; undefined when it has none: then nothing is found. */
  constructor({ vertices, ties }: Ways, start: number | undefined) {
    const size = vertices.length;
    const numbers = new Uint32Array(3 * size);
    this.found = { vertices, ranks: numbers.subarray(0, size) };
    this.#slots = numbers.subarray(size, 2 * size);
    this.#before = numbers.subarray(2 * size);
    this.count = start === undefined ? 0 : this.#walk(ties, start);
  }

  /** @returns how many were found. */
  #walk({ blocks, starts, counts }: Ways["ties"], start: number): number {
    const { ranks } = this.found;
    const [slots, before] = [this.#slots, this.#before];
    const links = atHand(blocks);
    ranks[start] = 1;
    slots[0] = start;
    let count = 1;
    for (let rank = 0; rank < count; rank += 1) {
      const slot = slots[rank] ?? 0;
      const from = starts[slot] ?? 0;
      const end = from + (counts[slot] ?? 0);
      // In the order of invariant 1.
      for (let at = from; at < end; at += 1) {
        const other = links[at] ?? 0;
        if (ranks[other] !== 0) continue;
        slots[count] = other;
        before[count] = rank;
        ranks[other] = count += 1;
      }
    }
    return count;
  }

  /** Who was found there. */
  at(rank: number): Vertex | undefined {
    return rank < this.count ? this.found.vertices[this.#slots[rank] ?? 0] : undefined;
  }

  /** Undefined where it was not found. The graph may have gone on: its slot may have been another's. */
  rankOf(vertex: Vertex | undefined): number | undefined {
    const rank = vertex === undefined ? -1 : (this.found.ranks[vertex.slot] ?? 0) - 1;
    return rank >= 0 && this.at(rank)?.node === vertex?.node ? rank : undefined;
  }

  beforeOf(rank: number): number {
    return this.#before[rank] ?? 0;
  }

  /** Of the neighbour that the road starts with; 0 for the one itself. Costs the length of the road. */
  firstOf(rank: number): number {
    let first = rank;
    for (let before = this.beforeOf(first); before > 0; before = this.beforeOf(first)) first = before;
    return first;
  }

  /** Links on the road. Costs as many. */
  hopsOf(rank: number): number {
    let hops = 0;
    for (let at = rank; at > 0; at = this.beforeOf(at)) hops += 1;
    return hops;
  }
}

/**
 * A copy of the numbers, good until the next. A walk jumps about among them, and memory that is not in the processor's cache is
 * read many times faster in order: so to read all of it first takes less than the walk is the faster for.
 */
function atHand(numbers: Uint32Array): Uint32Array {
  if (numbers.length > copied.length) copied = new Uint32Array(numbers.length);
  copied.set(numbers);
  return copied;
}

let copied = new Uint32Array(0);

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

  leadsTo(node: bigint): boolean {
    return node === this.#self || this.#rankOf(node) !== undefined || this.#attachment(node) !== undefined;
  }

  get found(): Found {
    return this.#steps.found;
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
