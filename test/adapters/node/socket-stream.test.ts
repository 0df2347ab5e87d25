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
