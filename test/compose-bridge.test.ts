import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { silentLog } from "../src/adapters/memory/log.ts";
import { createSockets } from "../src/adapters/node/sockets.ts";
import { createBridges, openBridges } from "../src/compose-bridge.ts";
import { createMember } from "../src/compose-member.ts";
import { createRegistry } from "../src/compose-registry.ts";
import { createPeer } from "../src/compose.ts";
import type { Log } from "../src/ports/log.ts";
import type { ByteStream } from "../src/ports/sockets.ts";
import { temporaryDirectories } from "./adapters/temporary.ts";
import { freeAddress } from "./e2e/harness/port.ts";

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
  const kept = join(state, "bridges", directory);
  expect(await readdir(kept)).toEqual(["e3-state.pid", "guests", "notes.json"]);
  await running.close();
  expect(await readdir(kept)).toEqual(["guests", "notes.json"]);
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
  // Not one that the system picks: it would pick it again for somebody else.
  const listen = await freeAddress();
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

test("bridges of one wire that listen anywhere keep their guests apart, and find them again", async () => {
  const state = await makeDirectory();
  const host = await createPeer({ listen: anywhere, state });
  open.push(host);
  const beside = { host, options: { listen: host.listen, state } };
  const requests = [
    { wire: "cs2", settings: { listen: anywhere } },
    { wire: "cs2", settings: { listen: anywhere } },
  ] as const;
  const running = await openBridges(requests, beside);
  const [first, second] = running.bridges;
  expect(await asked(first?.listen ?? "", 42)).toEqual(Uint8Array.of(0, 0, 0, 2, 0x08, 42));
  expect(await asked(second?.listen ?? "", 43)).toEqual(Uint8Array.of(0, 0, 0, 2, 0x08, 43));
  const directories = await readdir(join(state, "bridges"));
  expect(directories).toHaveLength(2);
  const guests = await Promise.all(directories.map((each) => readdir(join(state, "bridges", each, "guests"))));
  expect(guests.map((each) => each.length)).toEqual([1, 1]);
  await running.close();
  open.push(await openBridges(requests, beside));
  expect(await readdir(join(state, "bridges"))).toEqual(directories);
});

test("a bridge whose state another one keeps is not opened, and damages nothing", async () => {
  const state = await makeDirectory();
  const host = await createPeer({ listen: anywhere, state });
  open.push(host);
  const beside = { host, options: { listen: host.listen, state } };
  const requests = [{ wire: "cs2", settings: { listen: anywhere } }] as const;
  const first = await openBridges(requests, beside);
  await expect(openBridges(requests, beside)).rejects.toMatchObject({ code: "state-in-use" });
  await first.close();
  open.push(await openBridges(requests, beside));
});

test("what a bridge keeps goes by a name that no other has: 128 bits of a hash end it", async () => {
  const state = await makeDirectory();
  const running = await createBridges([{ wire: "cs2", settings: { listen: anywhere } }], { state });
  open.push(running);
  await asked(running.bridges[0]?.listen ?? "", 42);
  const [directory = ""] = await readdir(join(state, "bridges"));
  expect(directory).toMatch(/^cs2-127\.0\.0\.1-0-[0-9a-f]{32}$/);
  const guests = await readdir(join(state, "bridges", directory, "guests"));
  expect(guests).toEqual([expect.stringMatching(/^id-42-[0-9a-f]{32}$/)]);
});

test("all bridges are closed, also when one cannot be in good order, which is told", async () => {
  const state = await makeDirectory();
  const host = await createPeer({ listen: anywhere, state });
  open.push(host);
  const requests = [
    { wire: "cs2", settings: { listen: anywhere } },
    { wire: "line", settings: { listen: anywhere } },
  ] as const;
  const running = await openBridges(requests, { host, options: { listen: host.listen, state } });
  // It has a guest, and so takes longer than the other one.
  await asked(running.bridges[0]?.listen ?? "", 42);
  const [cs2 = "", line = ""] = (await readdir(join(state, "bridges"))).toSorted();
  // A directory in its place: it cannot be removed as a file is.
  const held = join(state, "bridges", line, "e3-state.pid");
  await rm(held);
  await mkdir(held);
  await expect(running.close()).rejects.toMatchObject({ code: "ERR_FS_EISDIR" });
  expect(await readdir(join(state, "bridges", cs2))).toEqual(["guests", "notes.json"]);
  await rm(held, { recursive: true });
});

/** What the registry of a udp-chat bridge answers to a program at an address of its own. */
async function answer(address: string, said: string): Promise<string> {
  let resolve: (answer: string) => void = () => {};
  const answered = new Promise<string>((done) => (resolve = done));
  const onDatagram = (bytes: Uint8Array): void => resolve(new TextDecoder().decode(bytes));
  const socket = await createSockets().bindDatagrams(anywhere, onDatagram);
  open.push(socket);
  await socket.send(new TextEncoder().encode(said), address);
  return answered;
}

test("users that the registry does not let in leave nothing behind", async () => {
  const state = await makeDirectory();
  const registry = await createRegistry({ listen: anywhere, state: join(await makeDirectory(), "registry") });
  open.push(registry);
  const requests = [{ wire: "udp-chat", settings: { listen: anywhere } }] as const;
  const running = await createBridges(requests, { state, registry: registry.listen });
  open.push(running);
  const { listen = "" } = running.bridges[0] ?? {};
  for (let index = 0; index < 3; index++)
    expect(await answer(listen, `signin?nobody${index}|a good password`)).toBe("signin?error");
  expect(await answer(listen, "signup?ali|short")).toBe("signup?error");
  expect(await answer(listen, "signup?veli|a good password")).toMatch(/^signup\?\d{4}\|first$/);
  expect(await answer(listen, "signin?veli|a wrong password")).toBe("signin?error");
  const [directory = ""] = await readdir(join(state, "bridges"));
  expect(await readdir(join(state, "bridges", directory, "guests"))).toEqual([expect.stringMatching(/^user-veli-/)]);
});

test("a guest whose user signs in elsewhere leaves, and its program is told with what it says next", async () => {
  const registry = await createRegistry({ listen: anywhere, state: join(await makeDirectory(), "registry") });
  open.push(registry);
  let tellGone: (why: unknown) => void = () => {};
  const gone = new Promise<unknown>((resolve) => (tellGone = resolve));
  const warn: Log["warn"] = (message, fields) => {
    if (message === "a guest has ended by itself, and leaves") tellGone(fields?.["why"]);
  };
  const requests = [{ wire: "udp-chat", settings: { listen: anywhere } }] as const;
  const options = { state: await makeDirectory(), registry: registry.listen, log: { ...silentLog, warn } };
  const running = await createBridges(requests, options);
  open.push(running);
  let hear: (said: string) => void = () => {};
  const onDatagram = (bytes: Uint8Array): void => hear(new TextDecoder().decode(bytes));
  const program = await createSockets().bindDatagrams(anywhere, onDatagram);
  open.push(program);
  const said = async (text: string): Promise<string> => {
    const answered = new Promise<string>((resolve) => (hear = resolve));
    await program.send(new TextEncoder().encode(text), running.bridges[0]?.listen ?? "");
    return answered;
  };
  expect(await said("signup?veli|a good password")).toMatch(/^signup/);
  // In no mesh: only the registry tells of it.
  const user = { user: "veli", password: "a good password", registry: registry.listen };
  open.push(await createMember({ ...user, listen: anywhere, store: "memory" }));
  expect(await gone).toMatch(/signed in elsewhere/);
  // While the guest is closing, what a node asks is answered as before.
  let last = "";
  while (!last.startsWith("message?you are not signed in any more")) last = await said("fetch?");
});

test.each<readonly [requests: unknown, surroundings: unknown, message: string]>([
  [undefined, {}, "the bridges asked for must be a list of { wire, settings }"],
  [[{ settings: {} }], {}, 'the option wire of a bridge must be "cs2" or '],
  [[{ wire: "irc", settings: {} }], {}, 'the option wire of a bridge must be "cs2" or '],
  [[{ wire: "cs2" }], {}, "the option settings of a bridge must be an object"],
  [[{ wire: "cs2", settings: { listen: 8_081 } }], {}, "the setting listen must be text"],
  [[], undefined, "the options of openBridges must be an object"],
  [[], { options: {} }, "the option host of openBridges must be a peer"],
  [[], { host: {} }, "the option options of openBridges must be an object"],
])("what is no bridge is told to be none: %j beside %j", async (requests, surroundings, message) => {
  const [asked, beside] = [requests as [], surroundings as Parameters<typeof openBridges>[1]];
  const refusal = { code: "bad-option", message: expect.stringContaining(message) as string };
  await expect(openBridges(asked, beside)).rejects.toMatchObject(refusal);
});

test("bridges need no options of their own to start with, and those that make no sense are refused", async () => {
  const refused = createBridges([], { registry: 5 } as never);
  await expect(refused).rejects.toMatchObject({
    code: "bad-option",
    message: expect.stringContaining("registry") as string,
  });
});
