import { expect, test } from "vitest";
import { Nodes } from "../../../src/bridges/udp-chat/nodes.ts";
import { Residents } from "../../../src/bridges/udp-chat/residents.ts";
import { FakePeer, peerInfo } from "../../cli/fake-peer.ts";
import { chatNode } from "./chat-node.ts";

function residentsOf({ hidesHost = true, shownMax = 8 } = {}) {
  const [host, nodes] = [new FakePeer(), new Nodes()];
  host.id = 1n;
  host.known = [
    peerInfo({ id: 5n, name: "far", hops: 2 }),
    peerInfo({ id: 6n, name: "near", hops: 1 }),
    peerInfo({ id: 7n, name: "away", hops: 1, reachable: false }),
    peerInfo({ id: 8n, name: "guest", hops: 1 }),
    peerInfo({ id: 9n, name: "node", hops: 1 }),
  ];
  const { node, peer } = chatNode();
  peer.id = 9n;
  nodes.add(node);
  return new Residents({ host, hidesHost, nodes, isGuest: (id) => id === 8n, shownMax });
}

test("residents are the peers that are there and are no nodes, nor about to be, the nearest first", () => {
  expect(
    residentsOf()
      .all()
      .map(({ name }) => name),
  ).toEqual(["near", "far"]);
});

test("the host is one unless it hides", () => {
  expect(
    residentsOf({ hidesHost: false })
      .all()
      .map(({ id }) => id),
  ).toEqual([1n, 6n, 5n]);
});

test("there are no more than nodes are told of at once", () => {
  expect(
    residentsOf({ shownMax: 1 })
      .all()
      .map(({ id }) => id),
  ).toEqual([6n]);
});

test("who is here is who there is a road to", () => {
  const residents = residentsOf();
  expect([1n, 5n, 7n, 9n, 10n].map((id) => residents.isHere(id))).toEqual([true, true, false, true, false]);
});

test("who was touched comes first, the last one before others, and very many are not remembered", () => {
  const residents = residentsOf({ shownMax: 2 });
  const ids = () => residents.all().map(({ id }) => id);
  residents.touch(5n);
  expect(ids()).toEqual([5n, 6n]);
  residents.touch(6n);
  expect(ids()).toEqual([6n, 5n]);
  residents.touch(5n);
  for (const id of [7n, 8n]) residents.touch(id);
  expect(ids()).toEqual([6n, 5n]);
});

test("anybody can be found by id, the host too", () => {
  const residents = residentsOf({ shownMax: 1 });
  expect([5n, 1n, 99n].map((id) => residents.find(id).name)).toEqual(["far", residents.find(1n).name, ""]);
});
