import { expect, test } from "vitest";
import { createMemorySockets } from "../../../src/adapters/memory/sockets.ts";
import { defaultBridgeLimits } from "../../../src/bridges/limits.ts";
import { Client } from "../../../src/bridges/registry-chat/client.ts";
import type { ByteStream } from "../../../src/ports/sockets.ts";
import { FakePeer } from "../../cli/fake-peer.ts";
import { textOf } from "./bytes.ts";

async function client() {
  const sockets = createMemorySockets();
  const limits = { streamsMax: 5, silenceMs: 0, unsentBytesMax: 1_000_000 };
  const streams: ByteStream[] = [];
  await sockets.listen("127.0.0.1:6234", limits, (stream) => void streams.push(stream));
  const program = await sockets.dial("127.0.0.1:6234", { ...limits, dialMs: 1_000 });
  const [stream] = streams;
  if (stream === undefined) throw new Error("nobody called");
  const guest = new FakePeer();
  return {
    ali: new Client({ name: "ali", port: 4920, guest, stream, sockets, limits: defaultBridgeLimits }),
    ...{ guest, program, sockets, limits },
  };
}

test("a session is a private chat, a group a group chat, and the session comes first", async () => {
  const { ali, guest } = await client();
  const chats = [ali.chat];
  ali.room = 9n;
  chats.push(ali.chat);
  guest.sessions.current = { peer: 7n, state: "open", since: new Date(0) };
  chats.push(ali.chat);
  ali.room = undefined;
  guest.sessions.current = { peer: 7n, state: "asking", since: new Date(0) };
  chats.push(ali.chat);
  expect(chats).toEqual([
    { kind: "none" },
    { kind: "group", group: 9n },
    { kind: "private", peer: 7n },
    { kind: "none" },
  ]);
});

test("who leaves is told what was written before, and nothing after", async () => {
  const { ali, program } = await client();
  ali.tell({ kind: "text", text: "bye" });
  ali.leave();
  ali.tell({ kind: "text", text: "too late" });
  await expect(ali.deliver({ kind: "text", text: "too late" }, "ali")).rejects.toMatchObject({ code: "closed" });
  const heard: string[] = [];
  for await (const chunk of program.chunks()) heard.push(textOf(chunk));
  expect([heard, ali.signal.aborted]).toEqual([[" 3   ali 3   bye"], true]);
});

test("connections that it keeps end with it, also those that come later", async () => {
  const { ali } = await client();
  const destroyed: number[] = [];
  const line = (number: number): ByteStream => ({
    remote: "127.0.0.1:1",
    isLoopback: true,
    chunks: async function* () {},
    write: () => Promise.resolve(),
    end: () => {},
    destroy: () => void destroyed.push(number),
  });
  const [first, second] = [line(1), line(2)];
  ali.keep(first);
  ali.keep(second);
  ali.forget(first);
  ali.leave();
  ali.keep(line(3));
  expect(destroyed).toEqual([2, 3]);
});

test("its program is called for private messages, and hung up on when the user leaves", async () => {
  const { ali, sockets, limits } = await client();
  const heard: string[] = [];
  const ended = new Promise<void>((resolve) => {
    const listen = async (stream: ByteStream): Promise<void> => {
      for await (const chunk of stream.chunks()) heard.push(textOf(chunk));
      resolve();
    };
    void sockets.listen("127.0.0.1:4920", limits, (stream) => void listen(stream));
  });
  await ali.deliverPrivate("beyza", "hi");
  ali.leave();
  await ended;
  expect(heard).toEqual([" 21  &&MESSAGE&&|beyza: hi"]);
});
