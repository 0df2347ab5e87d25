import fc from "fast-check";
import { expect, test } from "vitest";
import { Graph } from "../../src/core/graph.ts";
import { computeRoutes } from "../../src/core/routes.ts";
import { Trees } from "../../src/core/trees.ts";
import { isLinked, statedGraphs, type Stated } from "../world/links.ts";

/** Random graphs, some of whose nodes are leaves: those accept no links of one another. */
const graphs = fc.tuple(statedGraphs(9), fc.uniqueArray(fc.bigInt({ min: 1n, max: 9n }), { maxLength: 4 }));

/** The graph as the peer sees it: for itself nobody is a leaf. */
function graphAt(stated: Stated, leaves: readonly bigint[], self: bigint): Graph {
  const graph = new Graph();
  for (const [node, { id, neighbours }] of stated) {
    const kept = leaves.includes(node) ? neighbours.filter((other) => !leaves.includes(other)) : neighbours;
    graph.state({ node, id, neighbours: kept, leaf: node !== self && leaves.includes(node) });
  }
  return graph;
}

function treesOf(graph: Graph, self: bigint): Trees {
  return new Trees(self, { graph, revision: 1 });
}

/** Hands on from the origin, each as its own trees say; a leaf that is the origin begins with all it is linked with. */
function handedTo(stated: Stated, leaves: readonly bigint[], origin: bigint): readonly (readonly [bigint, bigint])[] {
  const handed: (readonly [from: bigint, to: bigint])[] = [];
  const queue = [origin];
  for (const node of queue) {
    const isLeaf = leaves.includes(node);
    if (isLeaf && node !== origin) continue;
    const graph = graphAt(stated, leaves, node);
    const linked = [...(graph.get(node)?.links ?? [])].map((vertex) => vertex.node);
    for (const child of isLeaf ? linked : treesOf(graph, node).childrenFrom(origin)) {
      handed.push([node, child]);
      queue.push(child);
      expect(handed.length).toBeLessThanOrEqual(stated.size);
    }
  }
  return handed;
}

test("from every origin all who can be reached are handed it once, over links that are, leaves too", () => {
  fc.assert(
    fc.property(graphs, ([stated, leaves]) => {
      for (const origin of stated.keys()) {
        const handed = handedTo(stated, leaves, origin);
        const roads = computeRoutes(graphAt(stated, leaves, origin), origin);
        const reachable = [...stated.keys()].filter((node) => node !== origin && roads.hops(node) !== undefined);
        const to = handed.map(([, node]) => node);
        expect(new Set(to).size).toBe(to.length);
        expect(new Set(to)).toEqual(new Set(reachable));
        for (const [from, node] of handed) expect(isLinked(stated, from, node)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test("each is handed it by the one before it on the road from the origin: as soon as can be", () => {
  fc.assert(
    fc.property(graphs, ([stated, leaves]) => {
      for (const origin of stated.keys()) {
        const roads = computeRoutes(graphAt(stated, leaves, origin), origin);
        for (const [from, node] of handedTo(stated, leaves, origin)) expect(roads.road(node).at(-2)).toBe(from);
      }
    }),
    { numRuns: 150 },
  );
});

test("where there is no road from the origin, or the origin is unknown, there are no children", () => {
  const stated: Stated = new Map([
    [1n, { id: 1n, neighbours: [2n] }],
    [2n, { id: 2n, neighbours: [1n] }],
    [3n, { id: 3n, neighbours: [] }],
  ]);
  const trees = treesOf(graphAt(stated, [], 1n), 1n);
  expect([trees.childrenFrom(3n), trees.childrenFrom(9n), trees.childrenFrom(1n)]).toEqual([[], [], [2n]]);
  expect(treesOf(new Graph(), 1n).childrenFrom(1n)).toEqual([]);
});

test("a tree is kept until the topology changes, and then it is another", () => {
  const graph = new Graph();
  let looks = 0;
  const topology = {
    get graph() {
      looks += 1;
      return graph;
    },
    revision: 1,
  };
  const trees = new Trees(1n, topology);
  graph.state({ node: 1n, id: 1n, neighbours: [2n], leaf: false });
  graph.state({ node: 2n, id: 2n, neighbours: [1n], leaf: false });
  expect([trees.childrenFrom(1n), trees.childrenFrom(1n), looks]).toEqual([[2n], [2n], 1]);
  graph.state({ node: 2n, id: 2n, neighbours: [], leaf: false });
  topology.revision = 2;
  expect([trees.childrenFrom(1n), looks]).toEqual([[], 2]);
});

test("trees that are kept are bounded, whatever origins there are", () => {
  const graph = new Graph();
  let looks = 0;
  const topology = {
    get graph() {
      looks += 1;
      return graph;
    },
    revision: 1,
  };
  const trees = new Trees(1n, topology);
  for (let origin = 1n; origin <= 3_000n; origin += 1n) trees.childrenFrom(origin);
  const before = looks;
  trees.childrenFrom(1n);
  expect(looks).toBe(before + 1);
});
