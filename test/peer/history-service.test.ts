import { afterEach, expect, test } from "vitest";
import { createServiceClient, RpcError, type ServiceClient } from "../../src/adapters/grpc/client.ts";
import { createPeer } from "../../src/compose.ts";
import { PeerService, SendStatus } from "../../src/gen/e3/v1/peer_pb.ts";
import type { PeerOptions } from "../../src/peer/peer-options.ts";
import type { Peer } from "../../src/peer/types.ts";

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

/** A real peer, and a client of its service over gRPC. */
async function start(options: Partial<PeerOptions> = {}): Promise<[Peer, ServiceClient<typeof PeerService>]> {
  const peer = await createPeer({ listen: "127.0.0.1:0", store: "memory", history: true, ...options });
  const client = createServiceClient(PeerService, peer.listen);
  open.push(peer, client);
  return [peer, client];
}

const text = (value: string) => ({ case: "text", value }) as const;

test("History lists both directions in order, a page at a time, and ListConversations what there is", async () => {
  const [left, client] = await start({ desiredId: 1n });
  const [right] = await start({ desiredId: 2n, peers: [left.listen] });
  const waitFor = SendStatus.DELIVERED;
  await client.send({ to: right.id, content: text("Hi!"), waitFor });
  await right.send(left.id, "Hello.").settled;
  await client.send({ to: right.id, content: text("How are you?"), waitFor });
  await client.broadcast({ content: text("Hi all!"), waitFor: SendStatus.SPREAD });
  const first = await client.history({ with: right.id, limit: 2 });
  expect(first.messages.map(({ from, to, content, lamport }) => [from, to, content.value, lamport])).toEqual([
    [1n, 2n, "Hi!", 1n],
    [2n, 1n, "Hello.", 2n],
  ]);
  expect(first.messages.map(({ receivedAtMs }) => receivedAtMs > 0n)).toEqual([false, true]);
  expect(first.messages[1]?.clock).toMatchObject([{ number: 1n }, { number: 1n }]);
  const second = await client.history({ with: right.id, after: first.next });
  expect(second.messages.map(({ content }) => content.value)).toEqual(["How are you?"]);
  expect(second.next).toBe("");
  expect((await client.history({ with: right.id, by: 2n })).messages).toHaveLength(1);
  const asked = { with: right.id, contains: "h", newestFirst: true, fromMs: 1n, untilMs: 99_999_999_999_999n };
  expect((await client.history(asked)).messages.map(({ content }) => content.value)).toEqual([
    ...["How are you?", "Hello.", "Hi!"],
  ]);
  expect((await client.history({})).messages).toMatchObject([{ to: 0n, content: text("Hi all!") }]);
  const { conversations } = await client.listConversations({});
  expect(conversations.map(({ with: target, count, unread }) => [target.case, target.value, count, unread])).toEqual(
    expect.arrayContaining([
      ["peer", 2n, 3n, 1n],
      ["everyone", true, 1n, 0n],
    ]),
  );
});

test("a position from elsewhere is an invalid argument", async () => {
  const [, client] = await start();
  const failed = await client.history({ with: 5n, after: "h1-1-1-1-1-1" }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(RpcError);
  expect(String(failed)).toContain("the position is of another history");
});
