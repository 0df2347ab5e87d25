import { afterEach, expect, test } from "vitest";
import { createServiceClient } from "../../src/adapters/grpc/client.ts";
import { createPeer } from "../../src/compose.ts";
import { PeerService } from "../../src/gen/e3/v1/peer_pb.ts";
import type { Peer } from "../../src/peer/types.ts";

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function start(desiredId: bigint, peers: readonly string[] = []) {
  const peer = await createPeer({ listen: "127.0.0.1:0", store: "memory", desiredId, peers });
  const client = createServiceClient(PeerService, peer.listen);
  open.push(peer, client);
  return { peer, client };
}

async function pair() {
  const right = await start(2n);
  const left = await start(1n, [right.peer.listen]);
  const { settled } = left.peer.send(2n, "Hi there!");
  expect((await settled).status).toBe("delivered");
  return { left, right };
}

async function nextRead(peer: Peer): Promise<unknown> {
  for await (const event of peer.events()) if (event.kind === "read") return event;
  throw new Error("the peer closed");
}

test("a caller marks a message over gRPC, and its sender's callers are told, and find it explained", async () => {
  const { left, right } = await pair();
  const events = left.client.watchEvents({})[Symbol.asyncIterator]();
  const told = (async () => {
    for (;;) {
      const result = await events.next();
      if (result.done === true) throw new Error("the stream ended");
      if (result.value.event.case === "read") return result.value.event.value;
    }
  })();
  const read = nextRead(left.peer);
  // Events are told from when the stream is known to be open: the answer to a later call on the same connection tells that.
  await left.client.getStatus({});
  await right.client.markRead({ cursor: 1n });
  expect(await read).toEqual({ kind: "read", by: 2n, to: 2n, number: 1n });
  expect(await left.client.explain({ number: 1n, to: 2n })).toMatchObject({ explanations: [{ readBy: [2n] }] });
  left.peer.send(2n, "and this?");
  await right.peer.messages({ after: 1n }).next();
  await right.client.markRead({ cursor: 2n });
  expect(await told).toMatchObject({ by: 2n, to: 2n });
});

test("what is yet to be read is unread among the conversations, until it is marked", async () => {
  const { right } = await pair();
  await right.client.markRead({ cursor: 1n, before: true });
  const unread = async () => (await right.client.listConversations({})).conversations[0];
  expect(await unread()).toMatchObject({ unread: 1n, unreadUpTo: [1n] });
  await right.client.markRead({ cursor: 1n, before: false });
  await right.client.markRead({ cursor: 1n, before: true });
  expect(await unread()).toMatchObject({ unread: 0n, unreadUpTo: [] });
});

test("a cursor at which nothing is kept is a clear error", async () => {
  const { right } = await pair();
  await expect(right.client.markRead({ cursor: 2n })).rejects.toMatchObject({ code: 5 });
});
