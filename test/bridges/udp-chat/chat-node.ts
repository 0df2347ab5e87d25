import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { ChatNode } from "../../../src/bridges/udp-chat/chat-node.ts";
import { CounterMark } from "../../../src/bridges/udp-chat/counter-mark.ts";
import { PairClocks } from "../../../src/bridges/udp-chat/pair-clocks.ts";
import { FakePeer } from "../../cli/fake-peer.ts";

/** A node with a peer made of memory; it signed in at 100. */
export function chatNode(parts: { readonly id?: string; readonly user?: string; readonly address?: string } = {}) {
  const { id = "9101", user = "ali", address = "127.0.0.1:5000" } = parts;
  const peer = new FakePeer();
  const pairs = new PairClocks(id, new CounterMark(memoryNotebook()));
  const node = new ChatNode({ key: `user ${user}`, user, password: "secret", id, address, peer, pairs, nowMs: 100 });
  return { node, peer };
}
