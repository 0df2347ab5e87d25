import { expect, test } from "vitest";
import { chat } from "../../src/cli/chat.ts";
import type { ChatOptions } from "../../src/cli/options.ts";
import { E3Error } from "../../src/core/error.ts";
import type { Message } from "../../src/peer/types.ts";
import { FakeHost, settled } from "./fake-host.ts";
import { explanation, message, peerInfo } from "./fake-peer.ts";

const target = 77252666718255106n;

/** Starts a session; `json` unless told otherwise. */
function start(host: FakeHost, options: Partial<ChatOptions> = {}): Promise<number> {
  return chat({ peer: { listen: "127.0.0.1:8081" }, json: true, logLevel: "warn", ...options }, host);
}

async function type(host: FakeHost, ...lines: readonly string[]): Promise<void> {
  host.stdin.write(lines.map((line) => `${line}\n`).join(""));
  await settled();
}

function leave(host: FakeHost, ended: Promise<number>): Promise<number> {
  host.signal("SIGTERM");
  return ended;
}

test("ready comes first, then who is up already, once", async () => {
  const host = new FakeHost();
  host.peer.desired = "granted";
  host.peer.known = [peerInfo({ id: 5n }), peerInfo({ id: 6n, reachable: false })];
  host.peer.happenings.push({ kind: "peer", id: 5n, state: "up" }, { kind: "peer", id: 6n, state: "up" });
  const ended = start(host);
  await settled();
  expect(host.json).toEqual([
    { event: "ready", id: "77252666718255104", listen: "127.0.0.1:8081", desired: "granted" },
    { event: "peer", id: "5", state: "up" },
    { event: "peer", id: "6", state: "up" },
  ]);
  expect(await leave(host, ended)).toBe(0);
});

test("lines typed are sent in order, and their statuses told", async () => {
  const host = new FakeHost();
  const ended = start(host);
  await type(host, `${target} one`, `${target}  two `);
  expect(host.peer.sends.map(({ to, text }) => [to, text])).toEqual([
    [target, "one"],
    [target, " two "],
  ]);
  host.peer.happenings.push({ kind: "status", to: target, number: 1n, status: "delivered", reason: "" });
  await settled();
  expect(host.json.slice(1)).toEqual([
    { event: "status", to: `${target}`, number: "1", status: "accepted" },
    { event: "status", to: `${target}`, number: "2", status: "accepted" },
    { event: "status", to: `${target}`, number: "1", status: "delivered" },
  ]);
  await leave(host, ended);
});

test("messages count as shown when they are written, and no more are asked for while some wait", async () => {
  const host = new FakeHost();
  const ended = start(host, { json: false });
  await settled();
  host.room = 0;
  host.peer.inbox.push(message({ cursor: 8n, text: "one" }), message({ cursor: 9n, text: "two" }));
  await settled();
  const { asked } = host.peer.inbox;
  host.peer.inbox.push(message({ cursor: 10n, text: "three" }));
  await settled();
  // The third was asked for together with the second, and is looked at when both are out.
  expect([host.peer.acknowledged, host.peer.inbox.asked]).toEqual([7n, asked]);
  host.room = Number.POSITIVE_INFINITY;
  host.wake();
  await settled();
  expect(host.peer.acknowledged).toBe(10n);
  expect(host.lines.slice(1)).toEqual([`[${target}] one`, `[${target}] two`, `[${target}] three`]);
  await leave(host, ended);
});

test("messages that come together leave in one write", async () => {
  const host = new FakeHost();
  const ended = start(host, { json: false });
  await settled();
  const before = host.writes;
  host.peer.inbox.push(...[1n, 2n, 3n].map((cursor) => message({ cursor })));
  await settled();
  expect(host.writes - before).toBe(1);
  await leave(host, ended);
});

test("when reading fails in the middle of messages, those before are shown, and the failure is told", async () => {
  const host = new FakeHost();
  host.peer.messages = async function* (): AsyncGenerator<Message> {
    yield message({ cursor: 1n, text: "one" });
    yield message({ cursor: 2n, text: "two" });
    throw new E3Error("store-failed", "the disk is gone");
  };
  expect(await start(host, { json: false })).toBe(1);
  expect(host.lines.slice(1, 3)).toEqual([`[${target}] one`, `[${target}] two`]);
  expect(host.out).toContain("the disk is gone");
  expect(host.peer.acknowledged).toBe(2n);
});

test("a message that the reader did not get does not count as shown, and the session ends quietly", async () => {
  const host = new FakeHost();
  const ended = start(host);
  await settled();
  host.outputFails = "EPIPE";
  host.peer.inbox.push(message({ cursor: 5n }), message({ cursor: 6n }));
  expect(await ended).toBe(0);
  expect(host.peer.acknowledged).toBe(4n);
  expect([host.peer.closed, host.errors]).toEqual([1, ""]);
});

test("what is typed wrong is told, never sent, and the next line goes on", async () => {
  const host = new FakeHost();
  const ended = start(host);
  await type(
    host,
    "hello",
    "0 x",
    `${target}`,
    "/pears",
    "/connect 127.0.0.1:8081",
    "/explain 9",
    "",
    `${target} fine`,
  );
  expect(host.json.filter(({ event }) => event === "error").map(({ code }) => code)).toEqual([
    "unknown-peer",
    "bad-id",
    "bad-content",
    "bad-option",
    "bad-address",
    "unknown-number",
  ]);
  expect(host.peer.sends.map(({ text }) => text)).toEqual(["fine"]);
  await leave(host, ended);
});

test("slash commands are answered", async () => {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ name: "Ada" })];
  host.peer.explanations = [explanation()];
  const ended = start(host, { json: false });
  await type(host, "/peers", "/connect HOST:8082 HOST:8083", "/explain 3", "/help");
  expect(host.out).toMatch(
    /Ada {3}neighbour[^]*connecting to host:8082\nconnecting to host:8083[^]*#3 to 77252666718255106: stored[^]*\/exit/,
  );
  expect(host.peer.connected).toEqual(["host:8082", "host:8083"]);
  await leave(host, ended);
});

test("/exit leaves in good order, and what follows it is ignored", async () => {
  const host = new FakeHost();
  const ended = start(host);
  await type(host, `${target} one`, "/exit", `${target} two`);
  expect(await ended).toBe(0);
  expect(host.peer.sends.map(({ text }) => text)).toEqual(["one"]);
  expect(host.peer.closed).toBe(1);
  expect(host.json.some(({ event }) => event === "error")).toBe(false);
});

test("the end of input ends the input, not the peer", async () => {
  const host = new FakeHost();
  const ended = start(host);
  host.stdin.end(`${target} last`);
  await settled();
  expect(host.peer.sends.map(({ text }) => text)).toEqual(["last"]);
  host.peer.inbox.push(message());
  await settled();
  expect(host.peer.closed).toBe(0);
  expect(host.json.at(-1)).toMatchObject({ event: "message" });
  expect(await leave(host, ended)).toBe(0);
});

test("twenty thousand lines wait for room, and none is lost or out of order", async () => {
  const host = new FakeHost();
  const ended = start(host);
  host.peer.room = 1;
  const texts = Array.from({ length: 20_000 }, (_, text) => `${text}`);
  host.stdin.end(texts.map((text) => `${target} ${text}\n`).join(""));
  while (host.peer.sends.length < texts.length) {
    await settled();
    host.peer.room = host.peer.sends.length + 3_000;
    host.peer.happenings.push({ kind: "status", to: target, number: 1n, status: "delivered", reason: "" });
  }
  expect(host.peer.sends.map(({ text }) => text)).toEqual(texts);
  await leave(host, ended);
  expect(host.json.some(({ event }) => event === "error")).toBe(false);
});

test("lines read before a signal are accepted before the peer closes", async () => {
  const host = new FakeHost();
  host.peer.acceptsAtOnce = false;
  const ended = start(host);
  await type(host, `${target} one`, `${target} two`);
  host.signal("SIGINT");
  await settled();
  expect(host.peer.closed).toBe(0);
  for (const send of host.peer.sends) send.accept();
  expect(await ended).toBe(0);
  expect(host.json.filter(({ status }) => status === "accepted").length).toBe(2);
});

test("leaving does not wait for ever, and says what was not sent", async () => {
  const host = new FakeHost();
  host.peer.room = 1;
  const ended = start(host);
  await type(host, `${target} one`, `${target} two`, `${target} three`);
  host.signal("SIGINT");
  await settled();
  expect(host.peer.closed).toBe(0);
  host.wake();
  expect(await ended).toBe(0);
  expect(host.json.at(-1)).toMatchObject({
    event: "error",
    code: "closed",
    message: expect.stringContaining("2 of") as string,
  });
  expect(host.peer.sends.length).toBe(1);
});

test("what happens while the peer closes is still told", async () => {
  const host = new FakeHost();
  const ended = start(host);
  await settled();
  host.signal("SIGTERM");
  host.peer.happenings.push({ kind: "status", to: target, number: 1n, status: "delivered", reason: "" });
  await ended;
  expect(host.json.at(-1)).toMatchObject({ status: "delivered" });
});

test("a signal during the start closes the peer as soon as there is one", async () => {
  const host = new FakeHost();
  const ended = start(host);
  host.signal("SIGINT");
  expect(await ended).toBe(0);
  expect([host.peer.closed, host.out]).toEqual([1, ""]);
});

test("a peer that stops by itself ends the session with an error", async () => {
  const host = new FakeHost();
  const ended = start(host);
  await settled();
  host.peer.happenings.push({ kind: "error", error: new E3Error("store-failed", "the disk is full") });
  host.peer.happenings.end();
  expect(await ended).toBe(1);
  expect(host.json.slice(1)).toMatchObject([{ code: "store-failed" }, { code: "closed" }]);
});

test("a peer that cannot start is the caller's to tell", async () => {
  const host = new FakeHost();
  host.startFails = new E3Error("port-in-use", "taken");
  await expect(start(host)).rejects.toMatchObject({ code: "port-in-use" });
});

test("the peer gets its options and a log of the wished level", async () => {
  const host = new FakeHost();
  const ended = start(host, { logLevel: "debug", peer: { listen: "a:1", desiredId: 5n } });
  await settled();
  expect(host.peerOptions).toMatchObject({ listen: "a:1", desiredId: 5n, log: expect.anything() as object });
  expect(host.logLevel).toBe("debug");
  await leave(host, ended);
});

test("who leaves is not told that the others are gone", async () => {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ id: 5n })];
  const ended = start(host);
  await settled();
  host.signal("SIGTERM");
  host.peer.happenings.push({ kind: "peer", id: 5n, state: "down" });
  await ended;
  expect(host.json.filter(({ event }) => event === "peer")).toEqual([{ event: "peer", id: "5", state: "up" }]);
});
