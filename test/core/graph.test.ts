import fc from "fast-check";
import { expect, test } from "vitest";
import { Graph } from "../../src/core/graph.ts";
import { graphOf, isLinked, statedGraphs, type Stated } from "../world/links.ts";

function linksOf(graph: Graph, node: bigint): readonly bigint[] {
  return [...(graph.get(node)?.links ?? [])].map((vertex) => vertex.node);
}

test("a link counts once both ends state it, in whichever order they do", () => {
  const graph = new Graph();
  graph.state({ node: 1n, id: 10n, neighbours: [2n], leaf: false });
  expect([...graph.edges()]).toEqual([]);
  graph.state({ node: 2n, id: 20n, neighbours: [1n], leaf: false });
  expect([...graph.edges()]).toEqual([[1n, 2n]]);
});

test("a link that one end denies is none", () => {
  const graph = new Graph();
  graph.state({ node: 1n, id: 10n, neighbours: [2n, 3n], leaf: false });
  graph.state({ node: 2n, id: 20n, neighbours: [1n], leaf: false });
  graph.state({ node: 3n, id: 30n, neighbours: [2n], leaf: false });
  expect(linksOf(graph, 1n)).toEqual([2n]);
  graph.state({ node: 2n, id: 20n, neighbours: [], leaf: false });
  expect([...graph.edges()]).toEqual([]);
  expect(graph.get(1n)?.links.length).toBe(0);
});

test("a removed node takes its links along, and gets them back when it states them again", () => {
  const graph = new Graph();
  graph.state({ node: 1n, id: 10n, neighbours: [2n], leaf: false });
  graph.state({ node: 2n, id: 20n, neighbours: [1n], leaf: false });
  graph.remove(2n);
  graph.remove(77n);
  expect(graph.get(2n)).toBeUndefined();
  expect(linksOf(graph, 1n)).toEqual([]);
  graph.state({ node: 2n, id: 21n, neighbours: [1n], leaf: false });
  expect(linksOf(graph, 1n)).toEqual([2n]);
  expect(graph.get(2n)?.id).toBe(21n);
});

test("slots are distinct and dense, however nodes come and go", () => {
  const step = fc.tuple(fc.boolean(), fc.bigInt({ min: 1n, max: 12n }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const graph = new Graph();
      const present = new Set<bigint>();
      let most = 0;
      for (const [comes, node] of steps) {
        if (comes) graph.state({ node: node, id: node, neighbours: [], leaf: false });
        else graph.remove(node);
        if (comes) present.add(node);
        else present.delete(node);
        most = Math.max(most, present.size);
        const slots = [...present].map((each) => graph.get(each)?.slot ?? -1);
        expect(new Set(slots).size).toBe(present.size);
        expect(graph.slotsMax).toBeLessThanOrEqual(most);
        expect(slots.every((slot) => slot >= 0 && slot < graph.slotsMax)).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

test("however it came about, the graph has exactly the links that both ends state", () => {
  fc.assert(
    fc.property(statedGraphs(8), statedGraphs(8), (before, after) => {
      const graph = graphOf(before);
      for (const node of before.keys()) if (!after.has(node)) graph.remove(node);
      for (const [node, { id, neighbours }] of after)
        graph.state({ node: node, id: id, neighbours: neighbours, leaf: false });
      expect(sorted(graph.edges())).toEqual(sorted(edgesOf(after)));
      for (const node of after.keys()) {
        const expected = [...after.keys()].filter((other) => isLinked(after, node, other));
        expect(new Set(linksOf(graph, node))).toEqual(new Set(expected));
      }
    }),
    { numRuns: 300 },
  );
});

function* edgesOf(stated: Stated): Generator<readonly [bigint, bigint]> {
  for (const a of stated.keys()) {
    for (const b of stated.keys()) if (a < b && isLinked(stated, a, b)) yield [a, b];
  }
}

function sorted(edges: Iterable<readonly [bigint, bigint]>): readonly string[] {
  return Array.from(edges, ([a, b]) => `${a}-${b}`).toSorted();
}

test("what is stated tells whether roads may be others now", () => {
  const graph = new Graph();
  expect(graph.state({ node: 1n, id: 10n, neighbours: [2n], leaf: false })).toBe(false); // The other end has not stated it.
  expect(graph.state({ node: 2n, id: 20n, neighbours: [1n], leaf: false })).toBe(true);
  expect(graph.state({ node: 2n, id: 20n, neighbours: [1n, 3n], leaf: false })).toBe(false);
  expect(graph.state({ node: 2n, id: 21n, neighbours: [1n, 3n], leaf: false })).toBe(true); // Equally short roads go by ids.
  expect(graph.state({ node: 1n, id: 10n, neighbours: [], leaf: false })).toBe(true);
  expect(graph.state({ node: 2n, id: 21n, neighbours: [], leaf: false })).toBe(false);
  expect(graph.state({ node: 2n, id: 22n, neighbours: [], leaf: false })).toBe(false); // No road leads there.
  graph.state({ node: 1n, id: 10n, neighbours: [2n], leaf: false });
  graph.state({ node: 2n, id: 22n, neighbours: [1n], leaf: false });
  expect([graph.remove(1n), graph.remove(1n), graph.remove(2n)]).toEqual([true, false, false]);
});

test("links with leaves come and go without a change of roads, and tell whose they were", () => {
  const graph = new Graph();
  graph.state({ node: 1n, id: 10n, neighbours: [2n], leaf: false });
  expect(graph.state({ node: 2n, id: 20n, neighbours: [1n], leaf: true })).toBe(false);
  expect(linksOf(graph, 2n)).toEqual([1n]);
  expect([...graph.takeMoved()]).toEqual([2n]);
  expect([...graph.takeMoved()]).toEqual([]);
  expect(graph.state({ node: 2n, id: 21n, neighbours: [1n], leaf: true })).toBe(false);
  expect(graph.state({ node: 1n, id: 10n, neighbours: [], leaf: false })).toBe(false);
  expect([...graph.takeMoved()]).toEqual([2n]);
  graph.state({ node: 1n, id: 10n, neighbours: [2n], leaf: false });
  expect(graph.remove(2n)).toBe(false);
});

test("a leaf that becomes a full peer changes roads, and so does one that becomes a leaf", () => {
  const graph = new Graph();
  graph.state({ node: 1n, id: 10n, neighbours: [2n], leaf: false });
  graph.state({ node: 2n, id: 20n, neighbours: [1n], leaf: true });
  expect(graph.state({ node: 2n, id: 20n, neighbours: [1n], leaf: false })).toBe(true);
  expect(graph.state({ node: 2n, id: 20n, neighbours: [1n], leaf: true })).toBe(true);
});
