import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { createServiceClient, RpcError } from "../../../src/adapters/grpc/client.ts";
import { E3Error } from "../../../src/core/error.ts";
import { LinkService } from "../../../src/gen/e3/v1/link_pb.ts";
import { PeerService } from "../../../src/gen/e3/v1/peer_pb.ts";
import { serveTcp } from "./raw.ts";
import { peerService, serve } from "./serve.ts";

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

/** A client of a service of which some calls never end. */
async function served() {
  const never = new Promise<never>(() => {});
  const server = await serve([
    peerService({
      getStatus: async () => ({ id: 1n }),
      send: () => never,
      explain: () => Promise.reject(new E3Error("unknown-number", "no send")),
      messages: async function* () {
        yield { cursor: 1n };
        await never;
      },
    }),
  ]);
  const client = createServiceClient(PeerService, server.address);
  open.push({ close: () => server[Symbol.asyncDispose]() }, client);
  return client;
}

test("a call resolves with the typed answer", async () => {
  const client = await served();
  expect((await client.getStatus({})).id).toBe(1n);
});

test("a failed call rejects with code, its name, and what the server said", async () => {
  const client = await served();
  const error: unknown = await client.explain({}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RpcError);
  expect(error).toMatchObject({ code: 5, status: "NOT_FOUND", details: "no send", message: "NOT_FOUND: no send" });
});

test("an address that does not answer fails at once, and the client may try again", async () => {
  const { server, address } = await serveTcp(() => {});
  server.close();
  await once(server, "close");
  const client = createServiceClient(PeerService, address);
  open.push(client);
  await expect(client.getStatus({})).rejects.toMatchObject({ status: "UNAVAILABLE" });
  await expect(client.messages({}).next()).rejects.toMatchObject({ status: "UNAVAILABLE" });
});

test("an aborted call is cancelled, before and after it began", async () => {
  const client = await served();
  await expect(client.send({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ status: "CANCELLED" });
  const controller = new AbortController();
  const messages = client.messages({}, { signal: controller.signal });
  await messages.next();
  const next = messages.next();
  controller.abort();
  await expect(next).rejects.toMatchObject({ status: "CANCELLED" });
});

test("a call that takes too long is ended", async () => {
  const client = await served();
  await expect(client.send({}, { timeoutMs: 20 })).rejects.toMatchObject({ status: "DEADLINE_EXCEEDED" });
});

test("a stream may be left in the middle", async () => {
  const client = await served();
  for await (const { cursor } of client.messages({})) {
    expect(cursor).toBe(1n);
    break;
  }
});

test("closing ends calls under way, and later ones fail", async () => {
  const client = await served();
  const messages = client.messages({});
  await messages.next();
  const next = messages.next();
  client.close();
  await expect(next).rejects.toMatchObject({ status: "UNAVAILABLE" });
  await expect(client.getStatus({})).rejects.toMatchObject({ status: "UNAVAILABLE", details: "this client is closed" });
});

test("what is no address is refused", () => {
  expect(() => createServiceClient(PeerService, "8081")).toThrow("expected host:port");
});

test("methods that take streams are not offered", () => {
  const client = createServiceClient(LinkService, "127.0.0.1:1") as unknown as { readonly link: () => void };
  expect(() => client.link()).toThrow("which this client does not offer");
});
