import { afterEach, expect, test } from "vitest";
import { createServiceClient, RpcError, type ServiceClient } from "../../src/adapters/grpc/client.ts";
import { createPeer } from "../../src/compose.ts";
import { Desired, PeerService, SearchResult, SendStatus } from "../../src/gen/e3/v1/peer_pb.ts";
import type { PeerOptions } from "../../src/peer/peer-options.ts";
import type { Peer } from "../../src/peer/types.ts";
import { version } from "../../src/version.ts";
import { take } from "./world.ts";

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

type Client = ServiceClient<typeof PeerService>;

/** A real peer, and a client of its service over gRPC. */
async function start(options: Partial<PeerOptions> = {}): Promise<{ peer: Peer; client: Client }> {
  const peer = await createPeer({ listen: "127.0.0.1:0", store: "memory", ...options });
  const client = createServiceClient(PeerService, peer.listen);
  open.push(peer, client);
  return { peer, client };
}

/** Two peers, 1n and 2n, that know each other. */
async function startPair(): Promise<{ left: Peer; right: Peer; client: Client; other: Client }> {
  const { peer: left, client } = await start({ desiredId: 1n, name: "left" });
  const up = take(left.events(), 1);
  const { peer: right, client: other } = await start({ desiredId: 2n, name: "right", peers: [left.listen] });
  await up;
  return { left, right, client, other };
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

test("GetStatus tells who the peer is and how it is doing", async () => {
  const { left, client, other } = await startPair();
  expect(await client.getStatus({})).toMatchObject({
    ...{ id: 1n, listen: left.listen, name: "left", version, desired: Desired.GRANTED },
    ...{ links: 1, peers: 1, outbox: 0n, mailbox: 0n, cursor: 0n },
  });
  expect(await other.getStatus({})).toMatchObject({ id: 2n, name: "right" });
  const { client: plain } = await start();
  expect(await plain.getStatus({})).toMatchObject({ desired: Desired.UNSPECIFIED, links: 0 });
});

test("Send answers at accepted unless told to wait, and at delivered when told so", async () => {
  const { right, client } = await startPair();
  const content = { case: "text", value: "Hi there!" } as const;
  expect(await client.send({ to: 2n, content })).toMatchObject({ number: 1n, status: SendStatus.ACCEPTED, reason: "" });
  const waited = await client.send({ to: 2n, content, waitFor: SendStatus.DELIVERED });
  expect(waited).toMatchObject({ number: 2n, status: SendStatus.DELIVERED, reason: "" });
  expect(await take(right.messages({ after: 0n }), 2)).toMatchObject([{ text: "Hi there!" }, { text: "Hi there!" }]);
});

test("Send carries data with its media type", async () => {
  const { right, client } = await startPair();
  const data = Uint8Array.of(0, 1, 255);
  const value = { contentType: "image/png", data };
  await client.send({ to: 2n, content: { case: "data", value }, waitFor: SendStatus.DELIVERED });
  const [message] = await take(right.messages(), 1);
  expect(message).toMatchObject({ text: "", data: { contentType: "image/png" } });
  expect(Uint8Array.from(message?.data?.data ?? [])).toEqual(data);
});

test("Send with wait_for stored answers at stored, or with the final status where that comes first", async () => {
  const { client } = await startPair();
  const content = { case: "text", value: "x" } as const;
  const waitFor = SendStatus.STORED;
  expect(await client.send({ to: 99n, content, waitFor })).toMatchObject({ number: 1n, status: SendStatus.STORED });
  expect(await client.send({ to: 2n, content, waitFor })).toMatchObject({ number: 1n, status: SendStatus.DELIVERED });
  const { client: alone } = await start();
  const expired = await alone.send({ to: 99n, content, waitFor, ttlMs: 50 });
  expect(expired.status).toBe(SendStatus.EXPIRED);
  expect(expired.reason).toMatch("time to live");
});

test("a Send that is wrong is an invalid argument, and says what would be right", async () => {
  const { client } = await start();
  const content = { case: "text", value: "x" } as const;
  expect(await failure(client.send({ to: 2n }))).toBe("INVALID_ARGUMENT: there is nothing to send; give text or data");
  expect(await failure(client.send({ to: 0n, content }))).toMatch(/^INVALID_ARGUMENT: the id is zero/);
  expect(await failure(client.send({ to: 2n ** 63n, content }))).toMatch(/^INVALID_ARGUMENT: the id is above/);
  const empty = { case: "text", value: "" } as const;
  expect(await failure(client.send({ to: 2n, content: empty }))).toMatch(/^INVALID_ARGUMENT: there is no text to send/);
  const long = { case: "text", value: "x".repeat(1_048_577) } as const;
  expect(await failure(client.send({ to: 2n, content: long }))).toMatch(
    /^INVALID_ARGUMENT: .* 1048577 bytes, the most/,
  );
  const ttlMs = 7 * 24 * 3_600_000 + 1;
  expect(await failure(client.send({ to: 2n, content, ttlMs }))).toMatch(/^INVALID_ARGUMENT: a time to live of/);
  const waitFor: number = 99;
  expect(await failure(client.send({ to: 2n, content, waitFor }))).toBe(
    "INVALID_ARGUMENT: there is no status 99 to wait for; give one of SendStatus, 0 to 6",
  );
  expect((await client.getStatus({})).outbox).toBe(0n);
});

test("Messages gives what is there after the cursor, then what arrives, until the caller hangs up", async () => {
  const { left, right, other } = await startPair();
  for (const text of ["1", "2", "3"]) await left.send(2n, text).settled;
  const controller = new AbortController();
  const stream = other.messages({ after: 1n }, { signal: controller.signal });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { content, cursor, from, number } of stream) {
      expect([from, number]).toEqual([1n, cursor]);
      seen.push(content.case === "text" ? content.value : "");
      if (cursor === 3n) left.send(2n, "4");
      if (cursor === 4n) controller.abort();
    }
  })();
  expect(await failure(reading)).toMatch(/^CANCELLED/);
  expect(seen).toEqual(["2", "3", "4"]);
  expect(right.status().cursor).toBe(4n);
});

test("Messages from cursor 0 begins at the oldest", async () => {
  const { left, other } = await startPair();
  await left.send(2n, "oldest").settled;
  const [first] = await take(other.messages({ after: 0n }), 1);
  expect(first).toMatchObject({ cursor: 1n, content: { case: "text", value: "oldest" }, missing: 0n });
  expect(first?.sentAtMs).toBeGreaterThan(1_700_000_000_000n);
  expect(first?.receivedAtMs).toBeGreaterThanOrEqual(first?.sentAtMs ?? 0n);
});

test("Messages refuses a cursor beyond the newest, and goes on after the newest itself", async () => {
  const { left, other } = await startPair();
  await left.send(2n, "1").settled;
  expect(await failure(other.messages({ after: 999_999n }).next())).toMatch(
    /^INVALID_ARGUMENT: no message of this peer has the cursor 999999: .* up to 1, the newest$/,
  );
  const resumed = take(other.messages({ after: 1n }), 1);
  await left.send(2n, "2").settled;
  expect(await resumed).toMatchObject([{ cursor: 2n, content: { case: "text", value: "2" } }]);
});

test("Messages without a cursor gives only what arrives from now on", async () => {
  const { left, other } = await startPair();
  await left.send(2n, "old").settled;
  const state = { isHeard: false };
  const fresh = take(other.messages({}), 1).then((messages) => {
    state.isHeard = true;
    return messages;
  });
  while (!state.isHeard) await left.send(2n, "new").settled;
  expect(await fresh).toMatchObject([{ content: { case: "text", value: "new" } }]);
});

test("Messages ends as unavailable when the peer closes, so that nobody takes it for complete", async () => {
  const { peer, client } = await start();
  await peer.send(peer.id, "to itself").settled;
  const stream = client.messages({ after: 0n });
  await stream.next();
  const rest = failure(stream.next());
  await peer.close();
  expect(await rest).toMatch(/^UNAVAILABLE/);
});

test("ListPeers and GetTopology tell the graph as the peer sees it", async () => {
  const { right, client } = await startPair();
  const known = { id: 2n, name: "right", addresses: [right.listen], reachable: true, neighbour: true, hops: 1 };
  expect((await client.listPeers({})).peers).toMatchObject([known]);
  expect(await client.getTopology({})).toMatchObject({ id: 1n, peers: [known], edges: [{ a: 1n, b: 2n }] });
});

test("Search tells whom a word means, in the words of the library", async () => {
  const { left, right, client } = await startPair();
  const events = left.events();
  const known = { id: 2n, name: "right", addresses: [right.listen], reachable: true, hops: 1, absentSinceMs: 0n };
  expect(await client.search({ word: "right" })).toMatchObject({ result: SearchResult.ONLINE, peers: [known] });
  expect(await client.search({ word: "left" })).toMatchObject({ result: SearchResult.SELF, peers: [{ id: 1n }] });
  const nobody = await client.search({ word: "rigth" });
  expect(nobody).toMatchObject({ result: SearchResult.UNKNOWN, peers: [], near: ["right"] });
  expect(await failure(client.search({ word: "0" }))).toMatch(/^INVALID_ARGUMENT: the id "0" is zero/);
  const { peer: third } = await start({ desiredId: 3n, name: "right", peers: [right.listen] });
  expect(await events.next()).toMatchObject({ value: { kind: "peer", id: 3n, state: "up" } });
  const several = await client.search({ word: "right" });
  expect(several).toMatchObject({ result: SearchResult.SEVERAL, peers: [{ id: 2n }, { id: 3n }] });
  await third.close();
  expect(await events.next()).toMatchObject({ value: { kind: "peer", id: 3n, state: "down" } });
  const absent = await client.search({ word: "3" });
  expect(absent).toMatchObject({ result: SearchResult.ABSENT, peers: [{ id: 3n, reachable: false }] });
  expect(absent.peers[0]?.absentSinceMs).toBeGreaterThan(0n);
  expect((await client.listPeers({})).peers.map(({ id }) => id)).toEqual([2n]);
  expect((await client.listPeers({ lately: true })).peers.map(({ id }) => id)).toEqual([2n, 3n]);
});

test("Explain tells where a send is, for one target or all, and does not know what was never sent", async () => {
  const { left, client } = await startPair();
  await left.send(2n, "there").settled;
  const content = { case: "text", value: "away" } as const;
  await client.send({ to: 99n, content, waitFor: SendStatus.STORED });
  const { explanations } = await client.explain({ number: 1n, to: 99n });
  expect(explanations).toMatchObject([{ to: 99n, number: 1n, status: SendStatus.STORED, custodians: [2n], road: [] }]);
  const [explanation] = explanations;
  expect(explanation?.next).toMatch(/the target is away/);
  expect((explanation?.expiresAtMs ?? 0n) - (explanation?.sentAtMs ?? 0n)).toBe(7n * 24n * 3_600_000n);
  expect((await client.explain({ number: 1n })).explanations.map(({ to }) => to)).toEqual([99n, 2n]);
  expect(await failure(client.explain({ number: 5n }))).toMatch(/^NOT_FOUND: no send with number 5 is known/);
});

test("Connect links with a peer, Disconnect ends it, and both say what is wrong", async () => {
  const { peer: left, client } = await start({ desiredId: 1n });
  const { peer: right } = await start({ desiredId: 2n });
  const events = left.events();
  await client.connect({ address: right.listen });
  expect(await events.next()).toMatchObject({ value: { kind: "peer", id: 2n, state: "up" } });
  expect(await client.connect({ address: right.listen, waitMs: 60_000 })).toMatchObject({ id: 2n });
  expect(await failure(client.connect({ address: "127.0.0.1:10", waitMs: 1 }))).toMatch(
    /^UNAVAILABLE: nobody answered/,
  );
  await client.disconnect({ target: { case: "id", value: 2n } });
  expect(await events.next()).toMatchObject({ value: { kind: "peer", id: 2n, state: "down" } });
  expect(await failure(client.connect({ address: "" }))).toMatch(/^INVALID_ARGUMENT: .*is empty; expected host:port/);
  expect(await failure(client.connect({ address: left.listen }))).toMatch(/^INVALID_ARGUMENT: .*own address/);
  expect(await failure(client.disconnect({}))).toBe(
    "INVALID_ARGUMENT: nothing to disconnect; give an id or an address",
  );
  const nobody = { case: "id", value: 77n } as const;
  expect(await failure(client.disconnect({ target: nobody }))).toMatch(/^NOT_FOUND: there is no link with 77/);
  const nowhere = { case: "address", value: "127.0.0.1:9" } as const;
  expect(await failure(client.disconnect({ target: nowhere }))).toMatch(/^NOT_FOUND: /);
});
