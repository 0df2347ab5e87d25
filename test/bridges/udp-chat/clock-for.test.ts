import { expect, test } from "vitest";
import { clockFor } from "../../../src/bridges/udp-chat/clock-for.ts";
import { chatNode } from "./chat-node.ts";

test("a node is told the speaker first, then itself, and nobody that it does not know: its own clock grows with each", () => {
  const { node } = chatNode();
  const stated = new Map([
    ["1101", 4],
    ["7493", 2],
    ["1102", 1],
  ]);
  const told = () => [...clockFor(node, "1101", stated)];
  expect(told()).toEqual([
    ["1101", 4],
    ["9101", 0],
  ]);
  node.name(["7493"]);
  expect(told()).toEqual([
    ["1101", 4],
    ["9101", 0],
    ["7493", 2],
  ]);
});
