import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { createServiceClient } from "../../../src/adapters/grpc/client.ts";
import { createServiceServer } from "../../../src/adapters/grpc/service-server.ts";
import { PeerService } from "../../../src/gen/e3/v1/peer_pb.ts";
import { Health } from "../../../src/gen/grpc/health/v1/health_pb.ts";
import { silent } from "./log.ts";
import { peerService } from "./serve.ts";

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

function serverOf(handlers: Parameters<typeof peerService>[0] = {}, messageBytesMax = 1_024) {
  const server = createServiceServer({ services: [peerService(handlers)], log: silent, messageBytesMax });
  open.push(server);
  return server;
}

function clientOf(address: string) {
  const client = createServiceClient(PeerService, address);
  open.push({ [Symbol.asyncDispose]: async () => client.close() });
  return client;
}

test("a service is served with health and reflection, and nothing of links", async () => {
  const address = await serverOf({ getStatus: async () => ({ id: 7n }) }).listen("127.0.0.1:0");
  expect((await clientOf(address).getStatus({})).id).toBe(7n);
  const health = createServiceClient(Health, address);
  expect((await health.check({ service: "e3.v1.PeerService" })).status).toBe(1);
  const links = health.check({ service: "e3.v1.LinkService" });
  await expect(links).rejects.toMatchObject({ status: "NOT_FOUND" });
  health.close();
});

test("a stock client learns by reflection what is there", async () => {
  // Descriptors are messages, too.
  const address = await serverOf({}, 65_536).listen("127.0.0.1:0");
  const buf = join(dirname(createRequire(import.meta.url).resolve("@bufbuild/buf/package.json")), "bin", "buf");
  const words = ["curl", "--protocol", "grpc", "--http2-prior-knowledge", "--list-methods", `http://${address}`];
  const { stdout } = await promisify(execFile)(process.execPath, [buf, ...words]);
  expect(stdout).toContain("e3.v1.PeerService/GetStatus");
  expect(stdout).toContain("grpc.health.v1.Health/Check");
  expect(stdout).not.toContain("LinkService");
});

test("a message above the limit is refused", async () => {
  const address = await serverOf({ connect: async () => ({}) }).listen("127.0.0.1:0");
  const client = clientOf(address);
  await client.connect({ address: "a".repeat(1_000) });
  const large = client.connect({ address: "a".repeat(1_025) });
  await expect(large).rejects.toMatchObject({ status: "RESOURCE_EXHAUSTED" });
});

test("an address is listened on once, and not after the end", async () => {
  const server = serverOf();
  const address = await server.listen("127.0.0.1:0");
  await expect(server.listen("127.0.0.1:0")).rejects.toMatchObject({ code: "bad-option" });
  await expect(serverOf().listen(address)).rejects.toMatchObject({ code: "port-in-use" });
  await server[Symbol.asyncDispose]();
  await expect(server.listen("127.0.0.1:0")).rejects.toMatchObject({ code: "closed" });
});

test("disposing lets calls that heed their signal answer, and frees the address", async () => {
  let begun: () => void = () => {};
  const began = new Promise<void>((resolve) => (begun = resolve));
  const server = serverOf({
    getStatus: (_, { signal }) =>
      new Promise((resolve) => {
        begun();
        signal.addEventListener("abort", () => resolve({ id: 5n }));
      }),
  });
  const address = await server.listen("127.0.0.1:0");
  const answer = clientOf(address).getStatus({});
  await began;
  await Promise.all([server[Symbol.asyncDispose](), server[Symbol.asyncDispose]()]);
  expect((await answer).id).toBe(5n);
  await serverOf().listen(address);
});
