import { mkdir, readdir, readlink, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { storeFile } from "../src/adapters/lmdb/environment.ts";
import { recordingLog } from "../src/adapters/memory/log.ts";
import { shownFile } from "../src/adapters/node/shown-cursor.ts";
import { createPeer } from "../src/compose.ts";
import type { PeerOptions } from "../src/peer/peer-options.ts";
import type { Peer } from "../src/peer/types.ts";
import { temporaryDirectories } from "./adapters/temporary.ts";
import { all, take } from "./peer/world.ts";

const directory = temporaryDirectories();
const open: Peer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

async function start(options: Partial<PeerOptions>): Promise<Peer> {
  const peer = await createPeer({ listen: "127.0.0.1:0", ...options });
  open.push(peer);
  return peer;
}

test("two peers over gRPC: a message is delivered, read once, and answered", async () => {
  const left = await start({ store: "memory", desiredId: 1n });
  const right = await start({ store: "memory", desiredId: 2n, peers: [left.listen] });
  expect(left.listen).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
  void (async () => {
    for await (const { from, text } of right.messages()) right.send(from, `${text} yourself`);
  })();
  expect(await left.send(2n, "hello").settled).toEqual({ status: "delivered", reason: "" });
  expect(await take(left.messages(), 1)).toMatchObject([{ from: 2n, text: "hello yourself" }]);
});

test("a peer in a directory has its id, its key and its sends after a restart", async () => {
  const state = join(await directory(), "state");
  const first = await start({ state, desiredId: 5n });
  await first.send(6n, "for later").accepted;
  await first.close();
  const again = await start({ state });
  expect([again.id, again.status().outbox]).toEqual([5n, 1]);
  const target = await start({ store: "memory", desiredId: 6n, peers: [again.listen] });
  expect(await take(target.messages(), 1)).toMatchObject([{ from: 5n, number: 1n, text: "for later" }]);
});

test("a peer in memory is another one after each start", async () => {
  const first = await start({ store: "memory" });
  await first.close();
  const { id } = await start({ store: "memory" });
  expect(id).not.toBe(first.id);
});

test("a directory serves one peer at a time, and is free once that has closed", async () => {
  const state = await directory();
  const first = await start({ state });
  await expect(createPeer({ listen: "127.0.0.1:0", state })).rejects.toMatchObject({ code: "state-in-use" });
  await first.close();
  await start({ state });
});

test("a port in use is told, and the directory can be opened again at once", async () => {
  const state = await directory();
  const taken = await start({ store: "memory" });
  await expect(createPeer({ listen: taken.listen, state })).rejects.toMatchObject({ code: "port-in-use" });
  expect((await start({ state })).id).toBeGreaterThan(0n);
});

test("wrong options are told before anything is touched", async () => {
  const state = join(await directory(), "state");
  const peers = ["nonsense"];
  await expect(createPeer({ listen: "127.0.0.1:0", state, peers })).rejects.toMatchObject({ code: "bad-address" });
  await expect(stat(state)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a directory of somebody else's is told, and left alone", async () => {
  const state = await directory();
  await writeFile(join(state, "thesis.txt"), "precious");
  await expect(createPeer({ listen: "127.0.0.1:0", state })).rejects.toMatchObject({ code: "state-foreign" });
});

test("a shown cursor that cannot be opened leaves neither store nor directory open", async () => {
  const state = await directory();
  await (await start({ state })).close();
  const shown = join(state, shownFile);
  await rm(shown);
  await mkdir(shown);
  await expect(createPeer({ listen: "127.0.0.1:0", state })).rejects.toMatchObject({ code: "state-unreadable" });
  expect(await openFilesIn(state)).toEqual([]);
  await rmdir(shown);
  await start({ state });
});

test("a store that cannot be opened leaves no file open", async () => {
  const state = await directory();
  await (await start({ state })).close();
  await writeFile(join(state, storeFile), "no longer a store");
  await expect(createPeer({ listen: "127.0.0.1:0", state })).rejects.toMatchObject({ code: "store-failed" });
  expect(await openFilesIn(state)).toEqual([]);
});

/** Files below the directory that this process has open. Nothing where the system does not tell. */
async function openFilesIn(path: string): Promise<readonly string[]> {
  const descriptors = await readdir("/proc/self/fd").catch(() => []);
  const files = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
  return files.filter((file) => file.startsWith(path));
}

test("without a directory the state is kept under the XDG state home, by the address listened on", async () => {
  const home = await directory();
  const before = process.env["XDG_STATE_HOME"];
  onTestFinished(() => {
    if (before === undefined) delete process.env["XDG_STATE_HOME"];
    else process.env["XDG_STATE_HOME"] = before;
  });
  process.env["XDG_STATE_HOME"] = home;
  const peer = await start({ desiredId: 7n });
  await peer.close();
  const same = join(home, "e3", "127.0.0.1:0");
  expect((await start({ state: same })).id).toBe(7n);
});

test("a log is told when the peer is ready", async () => {
  const log = recordingLog();
  const peer = await start({ store: "memory", log });
  expect(log.entries).toContainEqual({
    level: "info",
    message: "peer ready",
    fields: { id: peer.id, listen: peer.listen },
  });
});

test("closing ends links, readers and calls, twice as well as once", async () => {
  const left = await start({ store: "memory" });
  const up = take(left.events(), 1);
  const right = await start({ store: "memory", peers: [left.listen] });
  await up;
  const down = take(left.events(), 1);
  const messages = all(right.messages());
  await Promise.all([right.close(), right.close()]);
  expect(await messages).toEqual([]);
  expect(await down).toMatchObject([{ kind: "peer", state: "down", id: right.id }]);
  await expect(async () => right.send(1n, "x")).rejects.toMatchObject({ code: "closed" });
});
