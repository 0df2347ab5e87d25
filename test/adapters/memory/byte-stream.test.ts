import { expect, test } from "vitest";
import { memoryStreams } from "../../../src/adapters/memory/byte-stream.ts";

const limits = { streamsMax: 1, silenceMs: 0, unsentBytesMax: 10 };

test("each write is one chunk, and an end of writing leaves the other direction open", async () => {
  const [near, far] = memoryStreams({ address: "127.0.0.1:1", limits }, { address: "127.0.0.1:2", limits });
  await near.write(Uint8Array.of(1, 2));
  await near.write(Uint8Array.of(3));
  near.endWriting();
  const chunks: Uint8Array[] = [];
  for await (const chunk of far.chunks()) chunks.push(chunk);
  expect(chunks).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  await far.write(Uint8Array.of(4));
  far.end();
  const back: Uint8Array[] = [];
  for await (const chunk of near.chunks()) back.push(chunk);
  expect([back, near.remote, far.remote]).toEqual([[Uint8Array.of(4)], "127.0.0.1:2", "127.0.0.1:1"]);
});
