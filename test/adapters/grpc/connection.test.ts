import { once } from "node:events";
import type { Socket } from "node:net";
import { Client } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { OwnConnection } from "../../../src/adapters/grpc/connection.ts";
import { connectTcp, serveTcp } from "./raw.ts";

const target = { path: "127.0.0.1:1" };

test("it is plaintext, and no two are the same, so that no connection is shared", () => {
  const [one, two] = [new OwnConnection(), new OwnConnection()];
  expect(one.credentials._isSecure()).toBe(false);
  expect(one.credentials).not.toBe(two.credentials);
});

test("once released, no connection is even begun", async () => {
  const connection = new OwnConnection();
  const connector = connection.credentials._createSecureConnector(target, {});
  await connector.waitForReady();
  connection.release(0);
  await expect(connector.waitForReady()).rejects.toThrow("closed");
});

test("a connection made by then is closed", async () => {
  const { server, address } = await serveTcp(() => {});
  const connection = new OwnConnection();
  const connector = connection.credentials._createSecureConnector(target, {});
  connection.release(0);
  const socket = connectTcp(address);
  await once(socket, "connect");
  await expect(connector.connect(socket)).rejects.toThrow("closed");
  expect(socket.destroyed).toBe(true);
  server.close();
});

test("a connection that hangs in its handshake is closed by release, which closing the channel does not do", async () => {
  const { server, address } = await serveTcp((socket) => socket.resume());
  const arrived = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const connection = new OwnConnection();
  const client = new Client(`dns:${address}`, connection.credentials);
  client.waitForReady(Infinity, () => {});
  const socket = await arrived;
  client.close();
  connection.release(1);
  await once(socket, "close");
  server.close();
});
