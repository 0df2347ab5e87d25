import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { CounterMark } from "../../../src/bridges/udp-chat/counter-mark.ts";
import { Notices } from "../../../src/bridges/udp-chat/notices.ts";
import type { SendStatus } from "../../../src/peer/types.ts";
import { chatNode } from "./chat-node.ts";

function open() {
  const told: string[] = [];
  const { node, peer } = chatNode();
  const notices = new Notices({
    send: (bytes, to) => told.push(`${to} ${new TextDecoder().decode(bytes)}`),
    idOf: (meshId) => (meshId === 5n ? "1005" : undefined),
    mark: new CounterMark(memoryNotebook()),
  });
  const happen = async (number: bigint, status: SendStatus, reason = "") => {
    peer.happenings.push({ kind: "status", to: 5n, number, status, reason });
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    return told.splice(0).map((line) => /^127\.0\.0\.1:5000 message\?(.*)\|0\|/.exec(line)?.[1]);
  };
  return { notices, node, told, happen };
}

test("a notice is a private message of the node 0 that the node can read, whatever is said", () => {
  const { notices, node, told } = open();
  notices.tell(node, "what? a|b");
  notices.tell(node, "again");
  expect(told).toEqual([
    "127.0.0.1:5000 message?what. a/b|0|{'9101': 0, '0': 1}",
    "127.0.0.1:5000 message?again|0|{'9101': 0, '0': 2}",
  ]);
});

test("a node is told once that a peer is away, and what comes of its message in the end", async () => {
  const { notices, node, happen } = open();
  const said = notices.follow(node);
  said(5n, 1n, { text: "hello", isAway: false });
  expect(await happen(1n, "accepted")).toEqual([]);
  expect(await happen(1n, "stored")).toEqual(['1005 is away: "hello" waits for it in the mesh']);
  expect(await happen(1n, "stored")).toEqual([]);
  expect(await happen(1n, "expired")).toEqual(['"hello" was not delivered to 1005: it was away for too long']);
  said(5n, 2n, { text: "hi", isAway: false });
  expect(await happen(2n, "refused", "its program cannot take it")).toEqual([
    '"hi" was not delivered to 1005: its program cannot take it',
  ]);
  said(5n, 3n, { text: "yes", isAway: false });
  expect(await happen(3n, "delivered")).toEqual([]);
});

test("where it is known at once that a peer is away, it is told at once", async () => {
  const { notices, node, told, happen } = open();
  notices.follow(node)(5n, 1n, { text: "hello", isAway: true });
  expect(told.splice(0)).toHaveLength(1);
  expect(await happen(1n, "stored")).toEqual([]);
});

test("a program that is not signed in any more is reminded now and then", () => {
  const { notices, told } = open();
  for (const nowMs of [0, 5_000, 40_000]) notices.remind("9101", "127.0.0.1:5000", nowMs);
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/^127\.0\.0\.1:5000 message\?you are not signed in any more.*\|0\|\{'9101': 0, '0': \d+\}$/);
});
