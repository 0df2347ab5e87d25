import { expect, test } from "vitest";
import { readHistory } from "../../src/cli/history.ts";
import { chat } from "../../src/cli/chat.ts";
import { FakeHost, settled } from "./fake-host.ts";
import { FakePeer, peerInfo, spoken } from "./fake-peer.ts";

function start(host: FakeHost, json = true): Promise<number> {
  return chat({ peer: { listen: "127.0.0.1:8081" }, json, logLevel: "warn" }, host);
}

async function type(host: FakeHost, ...lines: readonly string[]): Promise<void> {
  host.stdin.write(lines.map((line) => `${line}\n`).join(""));
  await settled();
}

async function leave(host: FakeHost, ended: Promise<number>): Promise<void> {
  host.signal("SIGTERM");
  await ended;
}

test("the end of a conversation is asked for, and listed with the latest last", async () => {
  const peer = new FakePeer();
  peer.said = [spoken({ text: "late" }), spoken({ text: "early" })];
  const listing = await readHistory({ kind: "history", of: "ali", count: 7, before: undefined }, peer, () => 5n);
  expect(listing).toMatchObject({ with: 5n, self: peer.id, messages: [{ text: "early" }, { text: "late" }] });
  await readHistory({ kind: "history", of: "*", count: 1, before: undefined }, peer, () => 5n);
  expect(peer.queries).toEqual([
    { with: 5n, limit: 7, newestFirst: true },
    { with: "everyone", limit: 1, newestFirst: true },
  ]);
});

test("/history lists what was said with a peer, in a group and for everyone, by name or id", async () => {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ id: 5n, name: "ali" })];
  host.peer.groups.list = () => [{ id: 900n, name: "team", state: "joined", members: [] }];
  host.peer.said = [spoken({ text: "Hi!" })];
  const ended = start(host);
  await type(
    host,
    "/history ali",
    "/history team 3",
    "/history * 4",
    "/history 5 2",
    "/history nobody",
    "/history ali 0",
  );
  expect(host.peer.queries.map(({ with: target, limit }) => [target, limit])).toEqual([
    [5n, 20],
    [900n, 3],
    ["everyone", 4],
    [5n, 2],
  ]);
  const events = host.json.slice(2).map(({ event, code }) => code ?? event);
  const page = ["history", "end"];
  expect(events).toEqual([...page, ...page, ...page, ...page, "unknown-peer", "bad-option"]);
  expect(host.peer.sends).toEqual([]);
  await leave(host, ended);
});

test("a history that cannot be read is told", async () => {
  const host = new FakeHost();
  host.peer.history = () => Promise.reject(new Error("the disk is gone"));
  const ended = start(host);
  await type(host, "/history 5");
  expect(host.json.at(-1)).toMatchObject({ event: "error" });
  await leave(host, ended);
});

test("without JSON it is a table, in which this peer is you", async () => {
  const host = new FakeHost();
  host.peer.said = [spoken({ from: host.peer.id, number: 2n, text: "Hi ali" }), spoken({ from: 5n, text: "Hi!" })];
  const ended = start(host, false);
  await type(host, "/history 5");
  expect(host.out.split("\n").slice(-4, -1)).toEqual([
    "when (UTC)           from  #   text",
    "2026-03-04 05:06:07  5     #1  Hi!",
    "2026-03-04 05:06:07  you   #2  Hi ali",
  ]);
  await leave(host, ended);
});

test("a page says where the one before it ends, which can be typed; the last one, and an empty one, that it is all", async () => {
  const host = new FakeHost();
  const pages = [
    { messages: [spoken({ text: "late" })], next: "h1-9" },
    { messages: [], next: undefined },
  ];
  host.peer.history = (query) => {
    host.peer.queries.push(query);
    return Promise.resolve(pages[host.peer.queries.length - 1] ?? { messages: [], next: undefined });
  };
  const ended = start(host);
  await type(host, "/history 5 1", "/history 5 1 before h1-9");
  expect(host.json.slice(2)).toEqual([
    { event: "end", of: "history", count: 1, with: "5", before: "h1-9" },
    { event: "end", of: "history", count: 0, with: "5" },
  ]);
  expect(host.peer.queries[1]).toEqual({ with: 5n, limit: 1, newestFirst: true, after: "h1-9" });
  await leave(host, ended);
});
