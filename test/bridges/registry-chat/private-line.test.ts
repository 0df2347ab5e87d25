import { expect, test } from "vitest";
import { createMemorySockets } from "../../../src/adapters/memory/sockets.ts";
import { defaultBridgeLimits } from "../../../src/bridges/limits.ts";
import { PrivateLine } from "../../../src/bridges/registry-chat/private-line.ts";
import type { ByteStream, Sockets } from "../../../src/ports/sockets.ts";
import { bytesOf, textOf } from "./bytes.ts";

/** Calls that a program at this port took, and what came on each. */
async function program(sockets: Sockets, port: number) {
  const calls: { readonly stream: ByteStream; readonly chunks: string[]; hasEnded: boolean }[] = [];
  const limits = { streamsMax: 5, silenceMs: 0, unsentBytesMax: 1_000 };
  await sockets.listen(`127.0.0.1:${port}`, limits, (stream) => {
    const call = { stream, chunks: new Array<string>(), hasEnded: false };
    calls.push(call);
    const read = async (): Promise<void> => {
      for await (const chunk of stream.chunks()) call.chunks.push(textOf(chunk));
      call.hasEnded = true;
    };
    void read();
  });
  return calls;
}

/** Lets whatever is under way in memory come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

test("a program is called with the first message, and once", async () => {
  const sockets = createMemorySockets();
  const calls = await program(sockets, 4920);
  const line = new PrivateLine(sockets, defaultBridgeLimits);
  expect(calls).toHaveLength(0);
  await line.write(4920, bytesOf("one"));
  await line.write(4920, bytesOf("two"));
  await settle();
  expect(calls.map(({ chunks }) => chunks)).toEqual([["one", "two"]]);
});

test("a program that hung up, or moved, is called anew", async () => {
  const sockets = createMemorySockets();
  const [calls, others] = [await program(sockets, 4920), await program(sockets, 4921)];
  const line = new PrivateLine(sockets, defaultBridgeLimits);
  await line.write(4920, bytesOf("one"));
  calls[0]?.stream.destroy();
  await settle();
  await line.write(4920, bytesOf("two"));
  await line.write(4921, bytesOf("three"));
  await settle();
  expect([...calls, ...others].map(({ chunks, hasEnded }) => [chunks, hasEnded])).toEqual([
    [["one"], true],
    [["two"], true],
    [["three"], false],
  ]);
});

test("it ends with the user, and a program that is not there cannot be written to", async () => {
  const sockets = createMemorySockets();
  const calls = await program(sockets, 4920);
  const line = new PrivateLine(sockets, defaultBridgeLimits);
  await expect(line.write(4921, bytesOf("one"))).rejects.toMatchObject({ code: "address-unavailable" });
  await line.write(4920, bytesOf("one"));
  line.close();
  await settle();
  expect(calls.map(({ hasEnded }) => hasEnded)).toEqual([true]);
  await expect(line.write(4920, bytesOf("two"))).rejects.toMatchObject({ code: "closed" });
});
