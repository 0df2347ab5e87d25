import fc from "fast-check";
import { expect, test } from "vitest";
import { Graph, type Statement } from "../../src/core/graph.ts";
import { computeRoutes, type Routes } from "../../src/core/routes.ts";
import { ascendingSet, graphOf, isLinked, statedGraphs, type Stated } from "../world/links.ts";

/** Neighbours both ways of pairs of nodes; each node's id is its own number unless given. */
function statedPairs(
  pairs: readonly (readonly [bigint, bigint])[],
  ids: Readonly<Record<string, bigint>> = {},
): Stated {
  const nodes = [...new Set(pairs.flat())];
  return new Map(
    nodes.map((node) => {
      const neighbours = pairs.flatMap(([a, b]) => (a === node ? [b] : b === node ? [a] : []));
      return [node, { id: ids[`${node}`] ?? node, neighbours: neighbours.toSorted((a, b) => (a < b ? -1 : 1)) }];
    }),
  );
}

/** All distances by Floyd and Warshall; undefined without a road. */
function distancesOf(stated: Stated): (a: bigint, b: bigint) => number | undefined {
  const table = new Map<string, number>();
  const nodes = [...stated.keys()];
  const distance = (a: bigint, b: bigint) => (a === b ? 0 : (table.get(`${a}-${b}`) ?? Infinity));
  for (const a of nodes) for (const b of nodes) if (a !== b && isLinked(stated, a, b)) table.set(`${a}-${b}`, 1);
  for (const via of nodes) {
    for (const a of nodes) {
      for (const b of nodes) {
        const around = distance(a, via) + distance(via, b);
        if (around < distance(a, b)) table.set(`${a}-${b}`, around);
      }
    }
  }
  return (a, b) => (distance(a, b) === Infinity ? undefined : distance(a, b));
}

/** The neighbour nearest to the target; of equally near ones that with the lower id, then the lower node. */
function plainNextHop(stated: Stated, from: bigint, target: bigint): bigint | undefined {
  const distance = distancesOf(stated);
  const hops = distance(from, target);
  if (hops === undefined || hops === 0) return undefined;
  const nearer = [...stated.keys()].filter(
    (node) => isLinked(stated, from, node) && distance(node, target) === hops - 1,
  );
  const idOf = (node: bigint) => stated.get(node)?.id ?? 0n;
  return nearer.toSorted((a, b) => (idOf(a) < idOf(b) || (idOf(a) === idOf(b) && a < b) ? -1 : 1))[0];
}

test("a line is walked from neighbour to neighbour", () => {
  const routes = computeRoutes(
    graphOf(
      statedPairs([
        [1n, 2n],
        [2n, 3n],
        [3n, 4n],
      ]),
    ),
    1n,
  );
  expect(routes.nextHop(4n)).toBe(2n);
  expect(routes.hops(4n)).toBe(3);
  expect(routes.road(4n)).toEqual([1n, 2n, 3n, 4n]);
  expect(routes.reachable).toEqual([2n, 3n, 4n]);
});

test("one is at home with oneself, and nobody else is where there are no links", () => {
  for (const graph of [graphOf(new Map()), graphOf(new Map([[1n, { id: 1n, neighbours: [2n] }]]))]) {
    const routes = computeRoutes(graph, 1n);
    expect([routes.hops(1n), routes.nextHop(1n), routes.road(1n)]).toEqual([0, undefined, [1n]]);
    expect([routes.hops(2n), routes.nextHop(2n), routes.road(2n)]).toEqual([undefined, undefined, []]);
    expect(routes.reachable).toEqual([]);
  }
});

test("a link that only one end states is no road, from either side", () => {
  const stated: Stated = new Map([
    [1n, { id: 1n, neighbours: [2n] }],
    [2n, { id: 2n, neighbours: [] }],
  ]);
  expect(computeRoutes(graphOf(stated), 1n).hops(2n)).toBeUndefined();
  expect(computeRoutes(graphOf(stated), 2n).hops(1n)).toBeUndefined();
});

test("of two equal roads the one over the lower id is taken, whatever the nodes", () => {
  const square = [
    [1n, 2n],
    [1n, 3n],
    [2n, 4n],
    [3n, 4n],
  ] as const;
  expect(computeRoutes(graphOf(statedPairs(square)), 1n).nextHop(4n)).toBe(2n);
  expect(computeRoutes(graphOf(statedPairs(square, { 2: 9n })), 1n).nextHop(4n)).toBe(3n);
  expect(computeRoutes(graphOf(statedPairs(square, { 2: 7n, 3: 7n })), 1n).nextHop(4n)).toBe(2n);
});

test("the shorter road is taken, even over a higher id", () => {
  const pairs = [
    [1n, 2n],
    [2n, 3n],
    [3n, 4n],
    [1n, 9n],
    [9n, 4n],
  ] as const;
  expect(computeRoutes(graphOf(statedPairs(pairs)), 1n).road(4n)).toEqual([1n, 9n, 4n]);
});

test("routes stay as they were computed while the graph goes on", () => {
  const graph = graphOf(
    statedPairs([
      [1n, 2n],
      [2n, 3n],
    ]),
  );
  const routes = computeRoutes(graph, 1n);
  graph.remove(2n);
  graph.state({ node: 7n, id: 7n, neighbours: [1n], leaf: false });
  expect(routes.road(3n)).toEqual([1n, 2n, 3n]);
  expect(routes.reachable).toEqual([2n, 3n]);
});

test("next hops and distances are those of the plain definition, one-sided links and all", () => {
  fc.assert(
    fc.property(statedGraphs(8), (stated) => {
      const graph = graphOf(stated);
      const distance = distancesOf(stated);
      for (const self of stated.keys()) {
        const routes = computeRoutes(graph, self);
        for (const node of stated.keys()) {
          expect(routes.hops(node)).toBe(distance(self, node));
          expect(routes.nextHop(node)).toBe(plainNextHop(stated, self, node));
        }
        expect(new Set(routes.reachable)).toEqual(
          new Set([...stated.keys()].filter((node) => node !== self && distance(self, node) !== undefined)),
        );
      }
    }),
    { numRuns: 150 },
  );
});

test("going by each peer's own routes, hop by hop, one walks exactly the road the first peer names", () => {
  fc.assert(
    fc.property(statedGraphs(10), (stated) => {
      const graph = graphOf(stated);
      const routes = new Map([...stated.keys()].map((self) => [self, computeRoutes(graph, self)]));
      for (const [self, own] of routes) {
        for (const target of own.reachable) expect(walk(routes, self, target)).toEqual(own.road(target));
      }
    }),
    { numRuns: 200 },
  );
});

/** Where a message for the target comes by; stops after more hops than any road has. */
function walk(routes: ReadonlyMap<bigint, Routes>, self: bigint, target: bigint): readonly bigint[] {
  const trail = [self];
  let at: bigint | undefined = self;
  while (at !== undefined && at !== target && trail.length <= routes.size) {
    at = routes.get(at)?.nextHop(target);
    if (at !== undefined) trail.push(at);
  }
  return trail;
}

test("the node before another on the road to it is the one that its road names", () => {
  fc.assert(
    fc.property(statedGraphs(7), (stated) => {
      for (const self of stated.keys()) {
        const routes = computeRoutes(graphOf(stated), self);
        for (const node of [...stated.keys(), 99n]) expect(routes.before(node)).toBe(routes.road(node).at(-2));
      }
    }),
  );
});

test("the same statements give the same routes, in whatever order they came", () => {
  fc.assert(
    fc.property(statedGraphs(8), (stated) => {
      const forward = computeRoutes(graphOf(stated), 1n);
      const backward = computeRoutes(graphOf(new Map([...stated].toReversed())), 1n);
      expect(backward.reachable).toEqual(forward.reachable);
      for (const node of stated.keys()) expect(backward.road(node)).toEqual(forward.road(node));
    }),
    { numRuns: 200 },
  );
});

test("ten thousand peers with eight links each are all reached, none further than the ring allows", () => {
  const count = 10_000;
  const strides = [1, 7, 61, 523];
  const stated: Stated = new Map(
    Array.from({ length: count }, (_, index) => {
      const near = strides.flatMap((stride) => [(index + stride) % count, (index - stride + count) % count]);
      return [
        BigInt(index),
        { id: BigInt(index + 1), neighbours: near.toSorted((a, b) => a - b).map(BigInt) },
      ] as const;
    }),
  );
  const routes = computeRoutes(graphOf(stated), 0n);
  expect(routes.reachable.length).toBe(count - 1);
  expect(Math.max(...routes.reachable.map((node) => routes.hops(node) ?? Infinity))).toBeLessThan(30);
});

test("roads end at leaves, take the nearest of their neighbours, and lead over no leaf", () => {
  const leafy = fc.tuple(statedGraphs(9), fc.uniqueArray(fc.bigInt({ min: 2n, max: 9n }), { maxLength: 5 }));
  fc.assert(
    fc.property(leafy, ([stated, leaves]) => {
      const isLeaf = (node: bigint) => leaves.includes(node);
      const graph = new Graph();
      for (const [node, { id, neighbours }] of stated) graph.state({ node, id, neighbours, leaf: isLeaf(node) });
      const routes = computeRoutes(graph, 1n);
      expect(routes.reachable.filter(isLeaf)).toEqual([]);
      for (const target of stated.keys()) {
        // With all other leaves taken away, roads to it are the plain ones.
        const kept = new Map([...stated].filter(([node]) => node === target || !isLeaf(node)));
        const plain = computeRoutes(graphOf(kept), 1n);
        expect(routes.road(target)).toEqual(plain.road(target));
        expect(routes.hops(target)).toBe(plain.hops(target));
        expect(routes.nextHop(target)).toBe(plain.nextHop(target));
      }
    }),
  );
});

test("a leaf that comes after the routes of a peer without links were made has a road from it", () => {
  const graph = new Graph();
  const routes = computeRoutes(graph, 1n);
  graph.state({ node: 1n, id: 1n, neighbours: [2n], leaf: false });
  graph.state({ node: 2n, id: 2n, neighbours: [1n], leaf: true });
  expect([routes.nextHop(2n), routes.hops(2n), routes.road(2n), routes.before(2n)]).toEqual([2n, 1, [1n, 2n], 1n]);
});

test("routes over a graph that went on are those over one that is made at once, leaves and renamed nodes too", () => {
  const step = fc.record({
    node: fc.bigInt({ min: 1n, max: 9n }),
    id: fc.bigInt({ min: 1n, max: 4n }),
    others: fc.uniqueArray(fc.bigInt({ min: 1n, max: 9n }), { maxLength: 7 }),
    kind: fc.constantFrom("full", "full", "full", "leaf", "gone"),
    looks: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const graph = new Graph();
      const said = new Map<bigint, Statement>();
      for (const { node, id, others, kind, looks } of steps) {
        const neighbours = ascendingSet(others.filter((other) => other !== node));
        const statement = { node, id, neighbours, leaf: kind === "leaf" };
        if (kind === "gone") graph.remove(node);
        else graph.state(statement);
        said.delete(node);
        if (kind !== "gone") said.set(node, statement);
        if (!looks) continue;
        const fresh = new Graph();
        for (const each of said.values()) fresh.state(each);
        for (const self of said.keys()) {
          const [routes, plain] = [computeRoutes(graph, self), computeRoutes(fresh, self)];
          expect(routes.reachable).toEqual(plain.reachable);
          for (const target of said.keys()) expect(routes.road(target)).toEqual(plain.road(target));
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("routes that a graph has outgrown take nobody for another who came in its place since", () => {
  const graph = new Graph();
  graph.state({ node: 1n, id: 1n, neighbours: [2n], leaf: false });
  graph.state({ node: 2n, id: 2n, neighbours: [1n], leaf: false });
  const routes = computeRoutes(graph, 1n);
  graph.remove(2n);
  graph.state({ node: 3n, id: 3n, neighbours: [], leaf: false });
  expect([routes.hops(3n), routes.nextHop(3n), routes.road(3n), routes.before(3n)]).toEqual([
    undefined,
    undefined,
    [],
    undefined,
  ]);
});
