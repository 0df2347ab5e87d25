import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { computeRoutes } from "../../src/core/routes.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer, type FakePeer } from "../world/adverts.ts";

const [a, b, c] = [fakePeer(1), fakePeer(2), fakePeer(3)];

function state(topology: Topology, peer: FakePeer, version: bigint, ...others: readonly FakePeer[]): void {
  const neighbours = others.map(({ node }) => node).toSorted((one, other) => (one < other ? -1 : 1));
  topology.accept(peer.advert({ version, neighbours }), 0);
}

test("the graph has the links that both ends state, for roads from whichever node, and follows what is stated", () => {
  const topology = new Topology(a.node, defaultLimits);
  state(topology, a, 1n, b);
  state(topology, b, 1n, a, c);
  const { graph } = topology;
  expect(computeRoutes(graph, b.node).reachable).toEqual([a.node]);
  state(topology, c, 1n, b);
  expect(computeRoutes(topology.graph, c.node).road(a.node)).toEqual([c.node, b.node, a.node]);
  expect(computeRoutes(graph, c.node).before(a.node)).toBe(b.node);
  state(topology, b, 2n, a);
  expect(computeRoutes(topology.graph, c.node).reachable).toEqual([]);
});
