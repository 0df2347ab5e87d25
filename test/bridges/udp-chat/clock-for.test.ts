import { expect, test } from "vitest";
import { clockFor } from "../../../src/bridges/udp-chat/clock-for.ts";
import { Nodes } from "../../../src/bridges/udp-chat/nodes.ts";
import { chatNode } from "./chat-node.ts";

test("a node is told the speaker first, then itself, and no node that it has not named", () => {
  const nodes = new Nodes();
  const { node } = chatNode();
  nodes.add(node);
  nodes.add(chatNode({ id: "7493", user: "ayse", address: "127.0.0.1:5001" }).node);
  const stated = new Map([
    ["1101", 4],
    ["7493", 2],
    ["1102", 1],
  ]);
  const told = () => [...clockFor(node, "1101", stated, nodes)];
  expect(told()).toEqual([
    ["1101", 4],
    ["9101", 0],
    ["1102", 1],
  ]);
  node.name(new Map([["7493", 2]]));
  expect(told()).toEqual([
    ["1101", 4],
    ["9101", 0],
    ["7493", 2],
    ["1102", 1],
  ]);
});
