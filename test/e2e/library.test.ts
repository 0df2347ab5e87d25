import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { PeerOptions } from "../../src/peer/peer-options.ts";
import type { Message, MessagesOptions, Peer } from "../../src/peer/types.ts";
import { repository, setup } from "./harness/build.ts";
import { runNode } from "./harness/run.ts";

interface Library {
  createPeer(options: PeerOptions): Promise<Peer>;
}

let library: Library;
const open = new Set<Peer>();
const root = mkdtempSync(join(tmpdir(), "e3-library-"));

beforeAll(async () => {
  await setup();
  // The built package, as a program gets it; its types come from the sources, which exist before the first build.
  library = (await import(pathToFileURL(join(repository, "dist/index.js")).href)) as Library;
});

afterEach(async () => {
  await Promise.all([...open].map((peer) => peer.close()));
  open.clear();
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function createPeer(options: Partial<PeerOptions> = {}): Promise<Peer> {
  const store = options.state === undefined ? { store: "memory" as const } : {};
  const peer = await library.createPeer({ listen: "127.0.0.1:0", ...store, ...options });
  open.add(peer);
  return peer;
}

async function createPair(): Promise<readonly [Peer, Peer]> {
  const left = await createPeer({ desiredId: 1n, name: "left" });
  return [left, await createPeer({ desiredId: 2n, name: "right", peers: [left.listen] })];
}

async function take(peer: Peer, count: number, options?: MessagesOptions): Promise<readonly Message[]> {
  const taken: Message[] = [];
  for await (const message of peer.messages(options)) {
    taken.push(message);
    if (taken.length === count) break;
  }
  return taken;
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** The code of the error, whether it is thrown at once or by the promise. */
async function codeOf(act: () => unknown): Promise<unknown> {
  try {
    await act();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "E3Error" });
    expect(String(error)).toMatch(/E3Error: .{5}/);
    return error instanceof Error && "code" in error ? error.code : undefined;
  }
  return "no error";
}

test("a message is accepted, delivered, and read by the other peer", async () => {
  const [left, right] = await createPair();
  const sent = left.send(right.id, "Hi there!");
  await sent.accepted;
  const [message] = await take(right, 1);
  expect(message).toMatchObject({ from: 1n, number: sent.number, text: "Hi there!", data: undefined, missing: 0n });
  expect(message?.sentAt).toBeInstanceOf(Date);
  expect(await sent.settled).toEqual({ status: "delivered", reason: "" });
});

test("data travels with its media type, byte for byte", async () => {
  const [left, right] = await createPair();
  const data = Uint8Array.from({ length: 256 }, (_, index) => index);
  await left.send(right.id, { contentType: "application/octet-stream", data }).settled;
  const [message] = await take(right, 1);
  expect(message?.text).toBe("");
  expect(message?.data?.contentType).toBe("application/octet-stream");
  expect(Buffer.from(message?.data?.data ?? []).equals(data)).toBe(true);
});

test("a thousand sends at once are numbered, delivered and read in order", async () => {
  const [left, right] = await createPair();
  const sends = Array.from({ length: 1_000 }, (_, index) => left.send(right.id, `text ${index + 1}`));
  const messages = await take(right, sends.length);
  expect(messages.map(({ text }) => text)).toEqual(sends.map((_, index) => `text ${index + 1}`));
  expect(messages.map(({ number }) => number)).toEqual(sends.map(({ number }) => number));
  const outcomes = await Promise.all(sends.map(({ settled }) => settled));
  expect(outcomes.every(({ status }) => status === "delivered")).toBe(true);
});

test("explain says where a message is, and who is on the road", async () => {
  const [left, right] = await createPair();
  const there = left.send(right.id, "there");
  await there.settled;
  expect(left.explain(there.number, right.id)).toMatchObject([{ to: 2n, number: there.number, status: "delivered" }]);
  const nowhere = left.send(99n, "nowhere");
  await nowhere.accepted;
  const [explanation] = left.explain(nowhere.number, 99n);
  expect(explanation).toMatchObject({ to: 99n, road: [] });
  expect(explanation?.next).toMatch(/\w/);
  expect(await codeOf(() => left.explain(123_456n))).toBe("unknown-number");
});

test("peers, topology and status tell the same graph", async () => {
  const [left, right] = await createPair();
  await left.send(right.id, "so that both know each other").settled;
  const other = { id: 2n, name: "right", addresses: [right.listen], reachable: true, neighbour: true, hops: 1 };
  const [seen] = left.peers();
  expect(seen).toEqual({ ...other, key: seen?.key, credential: new Uint8Array(), via: "", absentSince: undefined });
  expect([left.peers().length, seen?.key.length]).toEqual([1, 32]);
  expect(left.topology()).toMatchObject({ id: 1n, edges: [[1n, 2n]] });
  expect(left.status()).toMatchObject({
    id: 1n,
    name: "left",
    listen: left.listen,
    desired: "granted",
    links: 1,
    peers: 1,
  });
});

test("reading goes on where the last reader stopped, and from any cursor", async () => {
  const [left, right] = await createPair();
  for (const text of ["one", "two", "three", "four"]) left.send(right.id, text);
  const all = await take(right, 4, { after: 0n });
  expect(all.map(({ text }) => text)).toEqual(["one", "two", "three", "four"]);
  const rest = await take(right, 2, { after: all[1]?.cursor ?? 0n });
  expect(rest.map(({ text }) => text)).toEqual(["three", "four"]);
});

test("a reader ends when it is told to, and when its peer closes", async () => {
  const [left] = await createPair();
  const controller = new AbortController();
  const aborted = collect(left.messages({ signal: controller.signal }));
  const closed = collect(left.messages());
  const events = collect(left.events());
  controller.abort();
  await aborted.catch(() => []); // It may end or throw, as long as it does not wait for ever.
  await left.close();
  expect(await closed).toEqual([]);
  expect(await events).toBeInstanceOf(Array);
});

test("events tell of a send's statuses and of peers that come and go", async () => {
  const [left, right] = await createPair();
  const events = left.events();
  const sent = left.send(right.id, "watched");
  await sent.settled;
  await right.close();
  const seen: unknown[] = [];
  for await (const event of events) {
    seen.push(event);
    if (event.kind === "peer" && event.state === "down") break;
  }
  for (const status of ["accepted", "delivered"])
    expect(seen).toContainEqual(expect.objectContaining({ kind: "status", to: 2n, number: sent.number, status }));
  expect(seen).toContainEqual({ kind: "peer", id: 2n, state: "down" });
});

test("a closed peer says so, and closing again is harmless", async () => {
  const [left, right] = await createPair();
  const waiting = left.send(99n, "never settled");
  await waiting.accepted;
  await left.close();
  await left.close();
  expect(await codeOf(() => waiting.settled)).toBe("closed");
  expect(await codeOf(() => left.send(right.id, "too late").accepted)).toBe("closed");
});

test("state is kept in its directory: id, numbers, and what has not been delivered", async () => {
  const state = join(root, "left");
  const left = await createPeer({ state });
  const { id } = left;
  const first = left.send(99n, "kept");
  await first.accepted;
  await left.close();
  const again = await createPeer({ state });
  expect(again.id).toBe(id);
  expect(again.explain(first.number, 99n)).toMatchObject([{ to: 99n }]);
  expect(again.send(99n, "next").number).toBe(first.number + 1n);
  const target = await createPeer({ desiredId: 99n, peers: [again.listen] });
  expect((await take(target, 2)).map(({ text }) => text)).toEqual(["kept", "next"]);
});

test("a second peer on the same state is turned away", async () => {
  const state = join(root, "shared");
  await createPeer({ state });
  expect(await codeOf(() => createPeer({ state }))).toBe("state-in-use");
});

test("links are made and ended by hand", async () => {
  const [left] = await createPair();
  const lone = await createPeer({ desiredId: 3n });
  lone.connect(left.listen);
  expect(await lone.send(2n, "through left").settled).toMatchObject({ status: "delivered" });
  lone.disconnect(1n);
  expect(await codeOf(() => lone.disconnect(77n))).toBe("unknown-peer");
  expect(await codeOf(() => lone.connect("nowhere"))).toBe("bad-address");
});

test.each<readonly [what: string, options: Partial<PeerOptions>, code: string]>([
  ["no port", { listen: "127.0.0.1" }, "bad-address"],
  ["a peer that is no address", { peers: ["over there"] }, "bad-address"],
  ["a peer on port 0", { peers: ["127.0.0.1:0"] }, "bad-address"],
  ["the id 0", { desiredId: 0n }, "bad-id"],
  ["a negative id", { desiredId: -1n }, "bad-id"],
  ["an id above 2^63-1", { desiredId: 2n ** 63n }, "bad-id"],
  ["memory and a directory", { store: "memory", state: join(root, "never") }, "bad-option"],
  ["a name with control characters", { name: "x\u001b[2J" }, "bad-option"],
  ["a name that is too long", { name: "n".repeat(257) }, "bad-option"],
  ["an address off loopback", { listen: "0.0.0.0:0" }, "not-loopback"],
  ["a state directory that cannot be made", { state: "/dev/null/e3" }, "state-unreadable"],
])("%s is refused with a code", async (_, options, code) => {
  expect(await codeOf(() => createPeer(options))).toBe(code);
});

test("its own address among the peers, and a port in use, are refused with a code", async () => {
  const { listen } = await createPeer();
  expect(["bad-option", "bad-address"]).toContain(await codeOf(() => createPeer({ listen, peers: [listen] })));
  expect(await codeOf(() => createPeer({ listen }))).toBe("port-in-use");
});

test("what cannot be sent is refused with a code, and takes no number", async () => {
  const [left, right] = await createPair();
  expect(await codeOf(() => left.send(0n, "x").accepted)).toBe("bad-id");
  expect(await codeOf(() => left.send(2n ** 63n, "x").accepted)).toBe("bad-id");
  expect(await codeOf(() => left.send(2n, "").accepted)).toBe("bad-content");
  expect(await codeOf(() => left.send(2n, "x".repeat(1_048_577)).accepted)).toBe("too-large");
  expect(await codeOf(() => left.send(2n, "x", { ttlMs: 0 }).accepted)).toBe("bad-option");
  expect(await codeOf(() => left.send(2n, "x", { ttlMs: 8 * 24 * 3_600_000 }).accepted)).toBe("bad-option");
  expect(left.send(right.id, "x").number).toBe(1n);
});

test("a program that imports the package by its name runs, and ends when its peers are closed", async () => {
  const code = `
    import { createPeer, E3Error } from "e3-mesh";
    const a = await createPeer({ listen: "127.0.0.1:0", store: "memory" });
    const b = await createPeer({ listen: "127.0.0.1:0", store: "memory", peers: [a.listen] });
    await a.send(b.id, "from a program").settled;
    for await (const { from, text } of b.messages()) { console.log(from === a.id, text); break; }
    await createPeer({ listen: "nowhere", store: "memory" }).catch((e) => console.log(e instanceof E3Error, e.code));
    await a.close();
    await b.close();`;
  const { code: exit, stdout } = await runNode(["--input-type=module", "--eval", code], { noInput: true });
  expect(stdout).toBe("true from a program\ntrue bad-address");
  expect(exit).toBe(0);
});
