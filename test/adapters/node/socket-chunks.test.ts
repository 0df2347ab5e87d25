import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { socketChunks } from "../../../src/adapters/node/socket-chunks.ts";

const [servers, sockets]: [Server[], Socket[]] = [[], []];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Both ends of a connection. */
async function connected(): Promise<{ readonly client: Socket; readonly socket: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  const accepted = once(server, "connection");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const at = server.address();
  const client = connect({ host: "127.0.0.1", port: at !== null && typeof at !== "string" ? at.port : 0 });
  const [socket] = (await accepted) as [Socket];
  for (const end of [client, socket]) end.on("error", () => {});
  servers.push(server);
  sockets.push(client, socket);
  return { client, socket };
}

async function next(chunks: AsyncGenerator<Uint8Array, void>): Promise<string | undefined> {
  const { value, done } = await chunks.next();
  return done === true ? undefined : Buffer.from(value ?? []).toString();
}

test("what came before the other side reset the connection is given, though the reader was busy meanwhile", async () => {
  const { client, socket } = await connected();
  const chunks = socketChunks(socket);
  client.write("first");
  expect(await next(chunks)).toBe("first");
  const came = once(socket, "data");
  client.write("second");
  await came;
  const closed = new Promise((resolve) => void socket.once("close", resolve));
  client.resetAndDestroy();
  await closed;
  expect([await next(chunks), await next(chunks)]).toEqual(["second", undefined]);
});

test("of one that sends without end little more is held than was asked for, and all of it comes", async () => {
  const { client, socket } = await connected();
  const chunks = socketChunks(socket);
  const paused = once(socket, "pause");
  const total = 32_000_000;
  client.end(Buffer.alloc(total, 7));
  let taken = (await chunks.next()).value?.length ?? 0;
  await paused;
  expect(socket.bytesRead).toBeLessThan(1_000_000);
  for (let chunk = await chunks.next(); chunk.done !== true; chunk = await chunks.next()) taken += chunk.value.length;
  expect(taken).toBe(total);
});

test("one that was over before it was asked for has no chunks, and one that is read no further stays open", async () => {
  const over = await connected();
  over.socket.destroy();
  expect(await next(socketChunks(over.socket))).toBeUndefined();
  const { client, socket } = await connected();
  const chunks = socketChunks(socket);
  client.write("first");
  await next(chunks);
  await chunks.return(undefined);
  expect([socket.destroyed, socket.isPaused(), socket.listenerCount("data")]).toEqual([false, true, 0]);
  const again = socketChunks(socket);
  client.end("second");
  expect([await next(again), await next(again)]).toEqual(["second", undefined]);
});
