import fc from "fast-check";
import { Graph } from "../../src/core/graph.ts";

/** Who states which links, and under which id: what a graph is made from. Neighbours ascend. */
export type Stated = ReadonlyMap<bigint, { readonly id: bigint; readonly neighbours: readonly bigint[] }>;

/** Small graphs with one-sided links, links to the unknown, and ids that are disputed now and then. */
export function statedGraphs(nodesMax: number): fc.Arbitrary<Stated> {
  const node = fc.bigInt({ min: 1n, max: BigInt(nodesMax) });
  const pair = fc.tuple(node, node, fc.constantFrom("both", "both", "both", "one"));
  const ids = fc.array(fc.bigInt({ min: 1n, max: BigInt(2 * nodesMax) }), { minLength: nodesMax, maxLength: nodesMax });
  return fc
    .record({ size: fc.nat({ max: nodesMax }), ids, pairs: fc.array(pair, { maxLength: 3 * nodesMax }) })
    .map((drawn) => {
      const links = drawn.pairs.flatMap(([a, b, sides]) =>
        sides === "both"
          ? [
              [a, b],
              [b, a],
            ]
          : [[a, b]],
      );
      return new Map(
        drawn.ids.slice(0, drawn.size).map((id, index) => {
          const self = BigInt(index + 1);
          const neighbours = links.flatMap(([from, to]) =>
            from === self && to !== undefined && to !== self ? [to] : [],
          );
          return [self, { id, neighbours: ascendingSet(neighbours) }] as const;
        }),
      );
    });
}

/** The graph of what is stated. */
export function graphOf(stated: Stated): Graph {
  const graph = new Graph();
  for (const [node, { id, neighbours }] of stated)
    graph.state({ node: node, id: id, neighbours: neighbours, leaf: false });
  return graph;
}

/** Whether both state the link: the plain definition. */
export function isLinked(stated: Stated, a: bigint, b: bigint): boolean {
  return (stated.get(a)?.neighbours.includes(b) ?? false) && (stated.get(b)?.neighbours.includes(a) ?? false);
}

/** Sorted, each once. */
export function ascendingSet(nodes: Iterable<bigint>): readonly bigint[] {
  return [...new Set(nodes)].toSorted((a, b) => (a < b ? -1 : 1));
}
