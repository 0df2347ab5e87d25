import { expect, test } from "vitest";
import { Topology } from "../../src/core/topology.ts";
import { fakeMesh, fakePeer } from "../world/adverts.ts";

const limits = { advertsMax: 100, leaseMs: 200_000, acquaintancesMax: 2 };
const [a, b, c] = [fakePeer(1), fakePeer(2), fakePeer(3)];

/** a - b - c, as a sees it. */
const line = fakeMesh(3, [
  [1, 2],
  [2, 3],
]);

test("since when somebody is gone is told, and who is forgotten is remembered until he is heard of again", () => {
  const topology = new Topology(a.node, limits);
  for (const record of line) topology.accept(record, 5);
  expect(topology.goneSinceMs(c.node)).toBeUndefined();
  topology.accept(b.advert({ version: 2n, neighbours: [a.node] }), 70);
  expect(topology.goneSinceMs(c.node)).toBe(70);
  topology.expire(70 + limits.leaseMs);
  expect(topology.goneSinceMs(c.node)).toBeUndefined();
  expect([...topology.acquaintances()]).toMatchObject([{ node: c.node, id: 3n, goneSinceMs: 70 }]);
  topology.accept(c.advert({ version: 2n }), 300_000);
  expect([...topology.acquaintances()]).toEqual([]);
});
