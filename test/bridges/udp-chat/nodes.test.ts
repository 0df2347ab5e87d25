import { expect, test } from "vitest";
import { Nodes } from "../../../src/bridges/udp-chat/nodes.ts";
import { chatNode } from "./chat-node.ts";

test("a node is found by its address, its user and its ids", () => {
  const nodes = new Nodes();
  const { node, peer } = chatNode();
  nodes.add(node);
  expect(nodes.at("127.0.0.1:5000")).toBe(node);
  expect(nodes.of("user ali")).toBe(node);
  expect(nodes.withId("9101")).toBe(node);
  expect(nodes.withMeshId(peer.id)).toBe(node);
  expect(nodes.all()).toEqual([node]);
});

test("a user's next node takes the place of the one before, which ends", () => {
  const nodes = new Nodes();
  const [before, next] = [chatNode().node, chatNode({ address: "127.0.0.1:5001" }).node];
  nodes.add(before);
  nodes.add(next);
  expect(nodes.all()).toEqual([next]);
  expect(nodes.at("127.0.0.1:5000")).toBeUndefined();
  expect(before.isEnded).toBe(true);
  nodes.remove(before);
  expect(nodes.of("user ali")).toBe(next);
  nodes.remove(next);
  expect(nodes.all()).toEqual([]);
});
