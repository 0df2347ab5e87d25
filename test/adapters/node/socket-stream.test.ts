import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { SocketStream } from "../../../src/adapters/node/socket-stream.ts";
import { expect, test } from "vitest";
import { createSockets } from "../../../src/adapters/node/sockets.ts";
import type { ByteStream } from "../../../src/ports/sockets.ts";

const limits = { streamsMax: 10, silenceMs: 0, unsentBytesMax: 1_000_000, dialMs: 10_000 };

test("the other side's end leaves a stream open for an answer", async () => {
  const sockets = createSockets();
  let given: (stream: ByteStream) => void = () => {};
  const accepted = new Promise<ByteStream>((resolve) => (given = resolve));
  const listener = await sockets.listen("127.0.0.1:0", limits, (stream) => given(stream));
  const { connect } = await import("node:net");
  const client = connect({ port: Number(listener.address.split(":")[1]), host: "127.0.0.1", allowHalfOpen: true });
  client.end("question");
  const stream = await accepted;
  let question = "";
  for await (const chunk of stream.chunks()) question += Buffer.from(chunk).toString();
  await stream.write(Buffer.from("answer to "));
  await stream.write(Buffer.from(question));
  stream.end();
  let answer = "";
  for await (const chunk of client) answer += String(chunk);
  expect(answer).toBe("answer to question");
  await listener.close();
});

test("an ended stream that may be silent for ever does not wait for ever for one that does not read", async () => {
  const server = createServer({ allowHalfOpen: true });
  const accepted = once(server, "connection");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const at = server.address();
  const client = connect({ host: "127.0.0.1", port: at !== null && typeof at !== "string" ? at.port : 0 });
  client.pause();
  client.on("error", () => {});
  const [socket] = (await accepted) as [Socket];
  const stream = new SocketStream(socket, { ...limits, unsentBytesMax: 64_000_000 }, 50);
  const written = stream.write(new Uint8Array(32_000_000));
  stream.end();
  await expect(written).rejects.toMatchObject({ code: "closed" });
  client.destroy();
  server.close();
});
