import { ascending } from "./ascending.ts";
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
 * Routes over the graph, breadth first: O(nodes + links), and a sort among the new finds of each node only.
 *
 * Roads are found in order of length and, within a length, in the order of invariant 1: nodes are expanded in that
 * order, and each one's finds are sorted. So whoever finds a node first is its step before on the right road.
 *
 * Leaves are looked for when asked for: of those that one is linked with, the one found first is the step before it. So
 * what they do costs no computation, however many there are, and they count as the graph has them at that moment.
 */
export function computeRoutes(graph: Pick<Graph, "get" | "slotsMax">, self: bigint): Routes {
  const start: Step = { node: self, hops: 0, rank: 0, first: undefined, before: undefined };
  const steps = new Map<bigint, Step>([[self, start]]);
  const vertex = graph.get(self);
  if (vertex === undefined) return new RoadMap(steps, graph);
  const seen = new Uint8Array(graph.slotsMax);
  seen[vertex.slot] = 1;
  const queue: { readonly vertex: Vertex; readonly step: Step }[] = [{ vertex, step: start }];
  // The queue grows while it is walked; for-of sees what is added.
  for (const { vertex: from, step: before } of queue) {
    for (const found of newFinds(from, seen)) {
      const first = before.first ?? found.node;
      const step: Step = { node: found.node, hops: before.hops + 1, rank: steps.size, first, before };
      steps.set(found.node, step);
      queue.push({ vertex: found, step });
    }
  }
  return new RoadMap(steps, graph);
}

/** One node on a road from self. */
interface Step {
  readonly node: bigint;
  readonly hops: number;
  /** Counts the steps in the order in which they were found. */
  readonly rank: number;
  /** The neighbour that the road starts with. */
  readonly first: bigint | undefined;
  readonly before: Step | undefined;
}

/** Neighbours not seen before that roads may lead over, by id and then node; they count as seen from here on. */
function newFinds(from: Vertex, seen: Uint8Array): readonly Vertex[] {
  const finds: Vertex[] = [];
  for (const neighbour of from.links) {
    if (neighbour.leaf || seen[neighbour.slot] === 1) continue;
    seen[neighbour.slot] = 1;
    finds.push(neighbour);
  }
  if (finds.length > 1) finds.sort((a, b) => ascending(a.id, b.id) || ascending(a.node, b.node));
  return finds;
}

class RoadMap implements Routes {
  readonly #steps: ReadonlyMap<bigint, Step>;
  readonly #graph: Pick<Graph, "get">;
  #reachable: readonly bigint[] | undefined;

  constructor(steps: ReadonlyMap<bigint, Step>, graph: Pick<Graph, "get">) {
    this.#steps = steps;
    this.#graph = graph;
  }

  nextHop(node: bigint): bigint | undefined {
    const step = this.#steps.get(node);
    if (step !== undefined) return step.first;
    const before = this.#attachment(node);
    return before === undefined ? undefined : (before.first ?? node);
  }

  hops(node: bigint): number | undefined {
    const step = this.#steps.get(node);
    if (step !== undefined) return step.hops;
    const before = this.#attachment(node);
    return before === undefined ? undefined : before.hops + 1;
  }

  road(node: bigint): readonly bigint[] {
    const before = this.#steps.has(node) ? undefined : this.#attachment(node);
    const road: bigint[] = before === undefined ? [] : [node];
    for (let step = before ?? this.#steps.get(node); step !== undefined; step = step.before) road.push(step.node);
    return road.toReversed();
  }

  before(node: bigint): bigint | undefined {
    const step = this.#steps.get(node);
    return step === undefined ? this.#attachment(node)?.node : step.before?.node;
  }

  get reachable(): readonly bigint[] {
    // Steps were found in order of distance, self first.
    return (this.#reachable ??= [...this.#steps.keys()].slice(1));
  }

  /** The step before a leaf. */
  #attachment(node: bigint): Step | undefined {
    const vertex = this.#graph.get(node);
    if (vertex?.leaf !== true) return undefined;
    let first: Step | undefined;
    for (const { node: neighbour } of vertex.links) {
      const step = this.#steps.get(neighbour);
      if (step !== undefined && (first === undefined || step.rank < first.rank)) first = step;
    }
    return first;
  }
}
