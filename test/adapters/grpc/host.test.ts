import { once } from "node:events";
import { Client, credentials, Server } from "@grpc/grpc-js";
import { afterEach, expect, test } from "vitest";
import { createServiceClient } from "../../../src/adapters/grpc/client.ts";
import { ServiceHost } from "../../../src/adapters/grpc/host.ts";
import { methodDefinition } from "../../../src/adapters/grpc/service-definition.ts";
import { E3Error } from "../../../src/core/error.ts";
import { LinkService, type Frame } from "../../../src/gen/e3/v1/link_pb.ts";
import { PeerService } from "../../../src/gen/e3/v1/peer_pb.ts";
import type { CallContext, HostedService } from "../../../src/ports/services.ts";
import { keptLog } from "./log.ts";
import { call, grpcMessage } from "./raw.ts";
import { peerService, serve } from "./serve.ts";

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

/** Serves and connects a client. */
async function served(hosted: HostedService, options = {}) {
  const server = await serve([hosted], options);
  const client = createServiceClient(PeerService, server.address);
  open.push({ close: () => server[Symbol.asyncDispose]() }, client);
  return { ...server, client };
}

/** A promise and what settles it. */
function signal(): { readonly happened: Promise<void>; readonly happen: () => void } {
  let happen: () => void = () => {};
  const happened = new Promise<void>((resolve) => (happen = resolve));
  return { happened, happen: () => happen() };
}

test("a unary handler sees the request and its caller, and answers", async () => {
  const { client } = await served(
    peerService({ send: async ({ to }, { remote }) => ({ number: to + 1n, reason: remote }) }),
  );
  const answer = await client.send({ to: 41n });
  expect(answer).toMatchObject({ number: 42n, reason: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown });
});

test("a stream handler's answers arrive in order", async () => {
  const { client } = await served(
    peerService({
      messages: async function* () {
        for (let cursor = 1n; cursor <= 100n; cursor += 1n) yield { cursor };
      },
    }),
  );
  const cursors: bigint[] = [];
  for await (const { cursor } of client.messages({})) cursors.push(cursor);
  expect(cursors).toEqual(Array.from({ length: 100 }, (_, at) => BigInt(at + 1)));
});

test("an E3Error becomes its status, in the middle of a stream too", async () => {
  const { client } = await served(
    peerService({
      explain: () => Promise.reject(new E3Error("unknown-number", "no send 7")),
      messages: async function* () {
        yield { cursor: 1n };
        throw new E3Error("resource-exhausted", "enough");
      },
    }),
  );
  await expect(client.explain({ number: 7n })).rejects.toMatchObject({ status: "NOT_FOUND", details: "no send 7" });
  const messages = client.messages({});
  expect((await messages.next()).value).toMatchObject({ cursor: 1n });
  await expect(messages.next()).rejects.toMatchObject({ status: "RESOURCE_EXHAUSTED", details: "enough" });
});

test("any other error is INTERNAL without details, and logged", async () => {
  const log = keptLog();
  const fails = (): never => {
    throw new Error("the password is 1234");
  };
  const { client } = await served(peerService({ getStatus: fails, messages: fails }), { log });
  const internal = { status: "INTERNAL", details: "internal error" };
  await expect(client.getStatus({})).rejects.toMatchObject(internal);
  await expect(client.messages({}).next()).rejects.toMatchObject(internal);
  expect(log.kept).toEqual(["a service failed", "a service failed"]);
});

test("an answer that cannot be encoded is INTERNAL, and logged", async () => {
  const log = keptLog();
  const { client } = await served(peerService({ getStatus: async () => ({ links: -1 }) }), { log });
  await expect(client.getStatus({})).rejects.toMatchObject({ status: "INTERNAL" });
  expect(log.kept).toEqual(["an answer could not be encoded"]);
});

test("a service for this machine only refuses others, and hears nothing of them", async () => {
  let heard = 0;
  const count = async (): Promise<object> => ({ links: (heard += 1) });
  const messages = async function* () {
    yield { cursor: BigInt((heard += 1)) };
  };
  const elsewhere = { isLoopback: () => false };
  const { client } = await served(peerService({ getStatus: count, messages }), elsewhere);
  const denied = { status: "PERMISSION_DENIED", details: expect.stringContaining("127.0.0.1") as unknown };
  await expect(client.getStatus({})).rejects.toMatchObject(denied);
  await expect(client.messages({}).next()).rejects.toMatchObject(denied);
  expect(heard).toBe(0);
  const open = await served(peerService({ getStatus: count }, false), elsewhere);
  expect((await open.client.getStatus({})).links).toBe(1);
});

test("a handler's signal is aborted when its caller hangs up", async () => {
  const [begun, aborted] = [signal(), signal()];
  const { client } = await served(
    peerService({
      messages: async function* (_request, context) {
        context.signal.addEventListener("abort", aborted.happen);
        yield { cursor: 1n };
        begun.happen();
        await aborted.happened;
      },
    }),
  );
  const messages = client.messages({});
  await messages.next();
  await begun.happened;
  await messages.return();
  await aborted.happened;
});

test("closing the host aborts all signals and ends streams as unavailable", async () => {
  const { client, host } = await served(
    peerService({
      messages: async function* (_request, context: CallContext) {
        yield { cursor: 1n };
        if (!context.signal.aborted) await once(context.signal, "abort");
      },
    }),
  );
  const messages = client.messages({});
  await messages.next();
  host.close();
  await expect(messages.next()).rejects.toMatchObject({ status: "UNAVAILABLE" });
});

test("a stream whose reader stops reading is not asked for more than a few answers", async () => {
  let asked = 0;
  const hung = signal();
  const text = "x".repeat(100_000);
  const { address, client } = await served(
    peerService({
      getStatus: async () => ({}),
      messages: async function* () {
        try {
          for (; asked < 10_000; asked += 1) yield { content: { case: "text", value: text } };
        } finally {
          hung.happen();
        }
      },
    }),
  );
  const reader = call(address, "/e3.v1.PeerService/Messages");
  reader.stream.end(grpcMessage(new Uint8Array()));
  await once(reader.stream, "response");
  for (let at = 0; at < 200; at += 1) await client.getStatus({});
  expect(asked).toBeLessThan(100);
  reader.session.destroy();
  await hung.happened;
});

test("bytes that are no request are INVALID_ARGUMENT, whatever the kind of call", async () => {
  const log = keptLog();
  const { address, client } = await served(peerService({ getStatus: async () => ({ links: 3 }) }), { log });
  for (const method of ["Send", "Messages"]) {
    const garbage = call(address, `/e3.v1.PeerService/${method}`);
    garbage.stream.end(grpcMessage(Uint8Array.of(0xff, 0xff, 0xff)));
    expect(await garbage.status()).toBe("3");
  }
  expect((await client.getStatus({})).links).toBe(3);
  expect(log.kept).toEqual([]);
});

test("calls that break the rules of gRPC end, and the server goes on", async () => {
  const { address, client } = await served(peerService({ getStatus: async () => ({ links: 3 }) }));
  const path = "/e3.v1.PeerService/GetStatus";
  const none = call(address, path);
  none.stream.end();
  expect(await none.status()).toBe("12");
  const unknown = call(address, "/nobody/Knows%00\u00ff");
  expect(await unknown.status()).toBe("12");
  const html = call(address, path, { "content-type": "text/html" });
  expect(await html.status()).toMatch(/undefined|reset/);
  const late = call(address, path, { "grpc-timeout": "never" });
  expect(await late.status()).toBe("13");
  const half = call(address, path);
  half.stream.write(grpcMessage(new Uint8Array(3), 100).subarray(0, 4));
  half.session.destroy();
  expect((await client.getStatus({})).links).toBe(3);
});

test("a handler that is missing is found out when the service is added", () => {
  const service = { descriptor: PeerService, handlers: {}, loopbackOnly: true };
  expect(() => new ServiceHost({ log: keptLog() }).add(new Server(), service)).toThrow(
    "no handler for e3.v1.PeerService",
  );
});

test("a handler of a stream each way may answer as it reads", async () => {
  const link = async function* (requests: AsyncIterable<Frame>) {
    for await (const request of requests) yield request;
  };
  const { address } = await served({ descriptor: LinkService, handlers: { link }, loopbackOnly: true });
  const { path, requestSerialize, responseDeserialize } = methodDefinition(LinkService.method.link);
  const client = new Client(`dns:${address}`, credentials.createInsecure());
  const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  stream.write({ frame: { case: "ping", value: { nonce: 9n } } });
  const answer = await new Promise((resolve) => stream.once("data", resolve));
  expect(answer).toMatchObject({ frame: { case: "ping", value: { nonce: 9n } } });
  stream.end();
  await once(stream.resume(), "end");
  client.close();
});
