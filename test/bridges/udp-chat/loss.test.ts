import { expect, test } from "vitest";
import { lossOf } from "../../../src/bridges/udp-chat/loss.ts";
import { chatNode } from "./chat-node.ts";

test("a node is lost when its guest closes", async () => {
  const { node, peer } = chatNode();
  const loss = lossOf(node);
  await peer.close();
  expect(await loss).toBe("its guest has closed");
});

test("a node is lost when its guest has another id: what it said would be somebody else's", async () => {
  const { node, peer } = chatNode();
  const loss = lossOf(node);
  peer.happenings.push(
    { kind: "peer", id: 5n, state: "up" },
    { kind: "id", id: 7n, reason: "another peer claimed 6 earlier" },
  );
  expect(await loss).toBe("its guest has another id: another peer claimed 6 earlier");
});

test("a node that has ended cannot be lost", async () => {
  const { node, peer } = chatNode();
  const loss = lossOf(node);
  node.end();
  await peer.close();
  expect(await loss).toBeUndefined();
});
