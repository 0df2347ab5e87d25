import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import { afterEach, expect, test } from "vitest";
import { createGrpcTransport } from "../../../src/adapters/grpc/transport.ts";
import { recordingLog } from "../../../src/adapters/memory/log.ts";

const over: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of over.splice(0)) await end();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  over.push(() => server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** How a dial of the port ends. */
async function endOf(port: number): Promise<readonly [string, boolean | undefined]> {
  const transport = createGrpcTransport({ services: [], log: recordingLog() });
  over.push(() => transport[Symbol.asyncDispose]());
  return new Promise((resolve) => {
    const closed = (reason: string, isForeign?: boolean): void => resolve([reason, isForeign]);
    transport.dial(`127.0.0.1:${port}`, { frame: () => {}, drained: () => {}, closed });
  });
}

test("a server of web pages is no peer", async () => {
  const server = createHttpServer((_, response) => response.end("hello"));
  expect((await endOf(await listening(server)))[1]).toBe(true);
});

test("a gRPC server without links is no peer", async () => {
  const server = new GrpcServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  over.push(() => server.forceShutdown());
  expect(await endOf(port)).toEqual(["the other end serves no links", true]);
});

test("nobody is nobody", async () => {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, "close");
  expect(await endOf(port)).toEqual(["connection refused", false]);
});
