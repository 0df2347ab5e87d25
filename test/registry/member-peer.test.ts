import { expect, test } from "vitest";
import { neighboursOf, othersWith } from "../../src/registry/member-peer.ts";

const unknown = { name: "", key: new Uint8Array(), credential: new Uint8Array() };

test("neighbours are those with a link and an address, the first of them", () => {
  const peers = [
    { ...unknown, id: 1n, neighbour: true, reachable: true, addresses: ["a:1", "b:1"] },
    { ...unknown, id: 2n, neighbour: false, reachable: true, addresses: ["a:2"] },
    { ...unknown, id: 3n, neighbour: true, reachable: true, addresses: [] },
  ];
  expect(neighboursOf({ peers: () => peers })).toEqual([{ id: 1n, address: "a:1" }]);
});

test("others with an id are told where this peer has not got it itself", () => {
  const other = { ...unknown, id: 7n, neighbour: false, reachable: true, addresses: [] };
  const peers = (): (typeof other)[] => [other, { ...other, id: 8n }];
  expect(othersWith({ id: 1n, peers }, 7n)).toEqual([other]);
  expect(othersWith({ id: 7n, peers }, 7n)).toEqual([]);
});
