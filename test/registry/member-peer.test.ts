import { expect, test } from "vitest";
import { neighboursOf } from "../../src/registry/member-peer.ts";

test("neighbours are those with a link and an address, the first of them", () => {
  const peers = [
    { id: 1n, neighbour: true, reachable: true, addresses: ["a:1", "b:1"] },
    { id: 2n, neighbour: false, reachable: true, addresses: ["a:2"] },
    { id: 3n, neighbour: true, reachable: true, addresses: [] },
  ];
  expect(neighboursOf({ peers: () => peers })).toEqual([{ id: 1n, address: "a:1" }]);
});
