import { afterEach, expect, test } from "vitest";
import { createServiceClient, RpcError, type ServiceClient } from "../../src/adapters/grpc/client.ts";
import { createPeer } from "../../src/compose.ts";
import { ConversationKind, PeerService, SendStatus } from "../../src/gen/e3/v1/peer_pb.ts";
import type { PeerOptions } from "../../src/peer/peer-options.ts";
import type { Peer } from "../../src/peer/types.ts";
import { take } from "./world.ts";

const open: { close(): unknown }[] = [];
const content = { case: "text", value: "Hi all!" } as const;

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

/** A real peer, and a client of its service over gRPC. */
async function start(options: Partial<PeerOptions> = {}): Promise<[Peer, ServiceClient<typeof PeerService>]> {
  const peer = await createPeer({ listen: "127.0.0.1:0", store: "memory", ...options });
  const client = createServiceClient(PeerService, peer.listen);
  open.push(peer, client);
  return [peer, client];
}

/** Status and details of a call that fails. */
async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return error instanceof RpcError ? `${error.status}: ${error.details}` : String(error);
  }
  return "none";
}

test("Broadcast answers at accepted unless told to wait, and at spread when told so; Messages and Explain say what it is", async () => {
  const [left, client] = await start({ desiredId: 1n });
  expect(await client.broadcast({ content })).toMatchObject({ number: 1n, status: SendStatus.ACCEPTED, reason: "" });
  const [right, other] = await start({ desiredId: 2n, peers: [left.listen] });
  const waited = await client.broadcast({ content, waitFor: SendStatus.SPREAD });
  expect(waited).toMatchObject({ number: 2n, status: SendStatus.SPREAD, reason: "" });
  await client.send({ to: right.id, content, waitFor: SendStatus.DELIVERED });
  const messages = await take(other.messages({ after: 0n }), 3);
  const kinds = messages.map(({ number, conversation }) => `${number} ${ConversationKind[conversation]}`);
  expect(new Set(kinds)).toEqual(new Set(["1 DIRECT", "1 EVERYONE", "2 EVERYONE"]));
  const { explanations } = await client.explain({ number: 2n });
  expect(explanations).toMatchObject([{ to: 0n, number: 2n, status: SendStatus.SPREAD }]);
});

test("Broadcast that waits for stored hears how it ended: what is for everyone has no custodians", async () => {
  const [, client] = await start();
  const answer = await client.broadcast({ content, waitFor: SendStatus.STORED, ttlMs: 50 });
  expect(answer).toMatchObject({ number: 1n, status: SendStatus.EXPIRED });
  expect(answer.reason).toMatch("time to live");
});

test("a Broadcast that is wrong is an invalid argument, and nothing is sent", async () => {
  const [, client] = await start();
  expect(await failure(client.broadcast({}))).toBe("INVALID_ARGUMENT: there is nothing to send; give text or data");
  const empty = { case: "text", value: "" } as const;
  expect(await failure(client.broadcast({ content: empty }))).toMatch(/^INVALID_ARGUMENT: there is no text to send/);
  const waitFor: number = 99;
  expect(await failure(client.broadcast({ content, waitFor }))).toMatch(/^INVALID_ARGUMENT: there is no status 99/);
  expect((await client.broadcast({ content })).number).toBe(1n);
});
