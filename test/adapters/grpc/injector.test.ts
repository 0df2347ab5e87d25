import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Server } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { createInjector } from "../../../src/adapters/grpc/injector.ts";
import { connectRaw } from "./raw.ts";

test("a server takes in more than 64 KiB at a time, for each stream and for the connection", async () => {
  const windowBytes = 1_000_000;
  const server = new Server({ "grpc.max_concurrent_streams": 7 });
  const injector = createInjector(server, windowBytes);
  const listener = createServer((socket) => injector.injectConnection(socket));
  await once(listener.listen(0, "127.0.0.1"), "listening");
  const session = connectRaw(`127.0.0.1:${(listener.address() as AddressInfo).port}`);
  const settings = await new Promise((resolve) => session.once("remoteSettings", resolve));
  expect(settings).toMatchObject({ initialWindowSize: windowBytes, maxConcurrentStreams: 7 });
  // The window of the connection is announced after the settings; an answered ping comes after both.
  await new Promise((resolve) => session.ping(resolve));
  expect(session.state.remoteWindowSize).toBe(windowBytes);
  session.destroy();
  server.forceShutdown();
  listener.close();
});
