import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createSockets } from "../src/adapters/node/sockets.ts";
import { createBridges, openBridges } from "../src/compose-bridge.ts";
import { createPeer } from "../src/compose.ts";
import type { ByteStream } from "../src/ports/sockets.ts";
import { temporaryDirectories } from "./adapters/temporary.ts";

const makeDirectory = temporaryDirectories();
const open: { close(): Promise<void> }[] = [];
const streams: ByteStream[] = [];

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.destroy();
  for (const each of open.splice(0).toReversed()) await each.close();
});

const anywhere = "127.0.0.1:0";
const limits = { streamsMax: 10, silenceMs: 0, unsentBytesMax: 1_000, dialMs: 10_000 };

/** What the bridge tells a program of exercise 2 that asks for an id, as bytes. */
async function asked(address: string, id: number): Promise<Uint8Array> {
  const stream = await createSockets().dial(address, limits);
  streams.push(stream);
  await stream.write(Uint8Array.of(0, 0, 0, 4, 0x18, 1, 0x20, id));
  for await (const chunk of stream.chunks()) return chunk;
  throw new Error("the bridge closed the connection");
}

test("a program is a peer of the mesh, whose state is kept with the host's", async () => {
  const state = await makeDirectory();
  const host = await createPeer({ listen: anywhere, state });
  open.push(host);
  const requests = [{ wire: "cs2", settings: { listen: anywhere } }] as const;
  const running = await openBridges(requests, { host, options: { listen: host.listen, state } });
  open.push(running);
  const [bridge] = running.bridges;
  expect(bridge?.wire).toBe("cs2");
  expect(await asked(bridge?.listen ?? "", 42)).toEqual(Uint8Array.of(0, 0, 0, 2, 0x08, 42));
  expect(await host.send(42n, "hello").settled).toMatchObject({ status: "delivered" });
  const [directory = ""] = await readdir(join(state, "bridges"));
  expect(await readdir(join(state, "bridges", directory))).toEqual(["guests", "notes.json"]);
  await running.close();
  await running.close();
  await expect(asked(bridge?.listen ?? "", 42)).rejects.toMatchObject({ code: "address-unavailable" });
});

test("a host in memory keeps nothing of its guests either", async () => {
  const running = await createBridges([{ wire: "cs2", settings: { listen: anywhere } }], { store: "memory" });
  open.push(running);
  expect(await asked(running.bridges[0]?.listen ?? "", 42)).toEqual(Uint8Array.of(0, 0, 0, 2, 0x08, 42));
  expect(await running.host.send(42n, "hello").settled).toMatchObject({ status: "delivered" });
  expect(running.host.peers().map(({ id, via }) => [id, via.split(":")[0]])).toEqual([[42n, "cs2 127.0.0.1"]]);
});

test("when one of several cannot be opened none is left open", async () => {
  const host = await createPeer({ listen: anywhere, store: "memory" });
  open.push(host);
  const beside = { host, options: { listen: host.listen, store: "memory" } } as const;
  const first = await openBridges([{ wire: "cs2", settings: { listen: anywhere } }], beside);
  const { listen = "" } = first.bridges[0] ?? {};
  await first.close();
  const requests = [
    { wire: "cs2", settings: { listen } },
    { wire: "line", settings: { listen } },
  ] as const;
  await expect(openBridges(requests, beside)).rejects.toMatchObject({ code: "port-in-use" });
  await expect(createBridges(requests, { store: "memory" })).rejects.toMatchObject({ code: "port-in-use" });
  const again = await openBridges([{ wire: "line", settings: { listen } }], beside);
  open.push(again);
  expect(again.bridges[0]?.listen).toBe(listen);
});
