import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { createServiceClient } from "../../../src/adapters/grpc/client.ts";
import { createGrpcTransport } from "../../../src/adapters/grpc/transport.ts";
import { PeerService } from "../../../src/gen/e3/v1/peer_pb.ts";
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../src/gen/grpc/health/v1/health_pb.ts";
import type { HostedService } from "../../../src/ports/services.ts";
import { Ends } from "../../contract/transport-ends.ts";
import { transportContract } from "../../contract/transport.ts";
import { keptLog, silent } from "./log.ts";
import { connectTcp } from "./raw.ts";
import { peerService } from "./serve.ts";

const frameBytesMax = 300 * 1_024;

transportContract("gRPC", () => ({
  make: () => createGrpcTransport({ services: [], log: silent, messageBytesMax: frameBytesMax }),
  frameBytesMax,
}));

const worlds: Ends[] = [];

/** Transports that host the peer service with some handlers. */
function world(handlers: Parameters<typeof peerService>[0] = {}, log = silent): Ends {
  const services: readonly HostedService[] = [peerService(handlers)];
  const ends = new Ends({ make: () => createGrpcTransport({ services, log }), frameBytesMax });
  worlds.push(ends);
  return ends;
}

afterEach(async () => {
  for (const ends of worlds.splice(0)) expect(await ends.finish()).toEqual([]);
});

test("services, their health and the links share one port", async () => {
  const ends = world({ getStatus: async () => ({ id: 7n }) });
  const { dialled, accepted, address } = await ends.linked();
  await dialled.sendAll([Uint8Array.of(1)]);
  await accepted.until(() => accepted.frames.length === 1);
  const peer = createServiceClient(PeerService, address);
  expect((await peer.getStatus({})).id).toBe(7n);
  const health = createServiceClient(Health, address);
  for (const service of ["", "e3.v1.PeerService", "e3.v1.LinkService"]) {
    expect((await health.check({ service })).status).toBe(ServingStatus.SERVING);
  }
  peer.close();
  health.close();
});

test.each([
  ["an HTTP/1 request", Buffer.from("GET / HTTP/1.1\r\nHost: here\r\n\r\n")],
  ["a TLS hello", Buffer.from("1603010200010001fc0303", "hex")],
  ["random bytes", randomBytes(4_096)],
  [
    "an HTTP/2 preface and then garbage",
    Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), randomBytes(4_096)]),
  ],
])("%s on the port ends that connection and nothing else", async (_what, bytes) => {
  const log = keptLog();
  const ends = world({}, log);
  const { dialled, address } = await ends.linked();
  const socket = connectTcp(address).resume();
  socket.write(bytes);
  // What looks like the head of a long frame could be waited for; the end of the connection is not.
  socket.end();
  await once(socket, "close");
  await dialled.sendAll([Uint8Array.of(1)]);
  expect(log.kept).toEqual([]);
});

test("disposing says NOT_SERVING, ends calls under way, and closes every connection", async () => {
  const ends = world({
    messages: async function* (_request, { signal }) {
      yield { cursor: 1n };
      if (!signal.aborted) await once(signal, "abort");
    },
  });
  const transport = ends.transport();
  const address = await ends.listen(transport);
  const [peer, health] = [createServiceClient(PeerService, address), createServiceClient(Health, address)];
  const [messages, watch] = [peer.messages({}), health.watch({ service: "" })];
  await Promise.all([messages.next(), watch.next()]);
  const silentSocket = connectTcp(address).resume();
  await once(silentSocket, "connect");
  const gone = once(silentSocket, "close");
  const [changed, ended] = [watch.next(), messages.next().catch((error: unknown) => error)];
  await transport[Symbol.asyncDispose]();
  expect((await changed).value).toMatchObject({ status: ServingStatus.NOT_SERVING });
  expect(await ended).toMatchObject({ status: "UNAVAILABLE" });
  await gone;
  peer.close();
  health.close();
});

test("a service that does not end holds a disposal up for its grace, not longer", async () => {
  const ends = world({ send: () => new Promise(() => {}) });
  const transport = ends.transport();
  const address = await ends.listen(transport);
  const peer = createServiceClient(PeerService, address);
  const sent = peer.send({}).catch((error: unknown) => error);
  const accepted = ends.dial(ends.transport(), address);
  await accepted.sendAll([Uint8Array.of(1)]);
  await transport[Symbol.asyncDispose]();
  expect(await sent).toMatchObject({ status: "UNAVAILABLE" });
  peer.close();
});

test("IPv6 addresses work where the machine has them", async () => {
  const ends = world();
  const transport = ends.transport();
  const address = await ends.listen(transport, "[::1]:0").catch(() => undefined);
  if (address === undefined) return;
  const dialled = ends.dial(ends.transport(), address);
  await dialled.sendAll([Uint8Array.of(1)]);
  dialled.close();
  expect(await dialled.closed).toBe("");
});

test("a transport listens once", async () => {
  const ends = world();
  const transport = ends.transport();
  await ends.listen(transport);
  await expect(ends.listen(transport)).rejects.toMatchObject({ code: "bad-option" });
});
