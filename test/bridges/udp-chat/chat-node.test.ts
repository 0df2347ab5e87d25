import { expect, test } from "vitest";
import { chatNode } from "./chat-node.ts";

test("a message counts as shown when the node is heard after it", () => {
  const { node, peer } = chatNode();
  node.hear(200);
  expect(peer.acknowledged).toBe(0n);
  node.show(6n, true);
  node.show(7n, true);
  expect(peer.acknowledged).toBe(0n);
  node.hear(300);
  expect(peer.acknowledged).toBe(7n);
  expect(node.heardMs).toBe(300);
});

test("what it was sent without being heard is counted", () => {
  const { node } = chatNode();
  node.show(6n, true);
  node.show(7n, false);
  node.show(8n, true);
  expect(node.unheard).toBe(2);
  node.hear(300);
  expect(node.unheard).toBe(0);
});

test("what was sent to a program that may have ended does not count as shown", () => {
  const { node, peer } = chatNode();
  node.show(7n, true);
  node.doubt();
  node.hear(300);
  expect(peer.acknowledged).toBe(0n);
});

test("a node that has ended acknowledges nothing, and nobody waits for it", async () => {
  const { node, peer } = chatNode();
  const waiting = node.heard();
  node.show(7n, true);
  node.end();
  await waiting;
  await node.heard();
  node.hear(300);
  expect(peer.acknowledged).toBe(0n);
  expect(node.isEnded).toBe(true);
});

test("who waits for it goes on when it is heard", async () => {
  const { node } = chatNode();
  const waiting = node.heard();
  node.hear(300);
  await waiting;
  expect(node.hearings).toBe(1);
});

test("it has one password, and names those in its clocks", () => {
  const { node } = chatNode();
  expect([node.hasPassword("secret"), node.hasPassword("Secret")]).toEqual([true, false]);
  node.name(["7493"]);
  expect([node.hasNamed("7493"), node.hasNamed("4403")]).toEqual([true, false]);
});
