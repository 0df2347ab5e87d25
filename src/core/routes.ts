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
  /** Nodes there is a road to, the nearer first; oneself is not among them. */
  readonly reachable: readonly bigint[];
}

/**
 * Routes over the graph, breadth first: O(nodes + links), and a sort among the new finds of each node only.
 *
 * Roads are found in order of length and, within a length, in the order of invariant 1: nodes are expanded in that
 * order, and each one's finds are sorted. So whoever finds a node first is its step before on the right road.
 */
export function computeRoutes(graph: Pick<Graph, "get" | "slotsMax">, self: bigint): Routes {
  const start: Step = { node: self, hops: 0, first: undefined, before: undefined };
  const steps = new Map<bigint, Step>([[self, start]]);
  const vertex = graph.get(self);
  if (vertex === undefined) return new RoadMap(steps);
  const seen = new Uint8Array(graph.slotsMax);
  seen[vertex.slot] = 1;
  const queue: { readonly vertex: Vertex; readonly step: Step }[] = [{ vertex, step: start }];
  // The queue grows while it is walked; for-of sees what is added.
  for (const { vertex: from, step: before } of queue) {
    for (const found of newFinds(from, seen)) {
      const first = before.first ?? found.node;
      const step: Step = { node: found.node, hops: before.hops + 1, first, before };
      steps.set(found.node, step);
      queue.push({ vertex: found, step });
    }
  }
  return new RoadMap(steps);
}

/** One node on a road from self. */
interface Step {
  readonly node: bigint;
  readonly hops: number;
  /** The neighbour that the road starts with. */
  readonly first: bigint | undefined;
  readonly before: Step | undefined;
}

/** Neighbours not seen before, by id and then node; they count as seen from here on. */
function newFinds(from: Vertex, seen: Uint8Array): readonly Vertex[] {
  const finds: Vertex[] = [];
  for (const neighbour of from.links) {
    if (seen[neighbour.slot] === 1) continue;
    seen[neighbour.slot] = 1;
    finds.push(neighbour);
  }
  if (finds.length > 1) finds.sort((a, b) => ascending(a.id, b.id) || ascending(a.node, b.node));
  return finds;
}

class RoadMap implements Routes {
  readonly #steps: ReadonlyMap<bigint, Step>;
  #reachable: readonly bigint[] | undefined;

  constructor(steps: ReadonlyMap<bigint, Step>) {
    this.#steps = steps;
  }

  nextHop(node: bigint): bigint | undefined {
    return this.#steps.get(node)?.first;
  }

  hops(node: bigint): number | undefined {
    return this.#steps.get(node)?.hops;
  }

  road(node: bigint): readonly bigint[] {
    const road: bigint[] = [];
    for (let step = this.#steps.get(node); step !== undefined; step = step.before) road.push(step.node);
    return road.toReversed();
  }

  get reachable(): readonly bigint[] {
    // Steps were found in order of distance, self first.
    return (this.#reachable ??= [...this.#steps.keys()].slice(1));
  }
}
