import { expect, test } from "vitest";
import { LineWriter } from "../../src/cli/line-writer.ts";
import { jsonLine, JsonOutput } from "../../src/cli/output-json.ts";
import { E3Error } from "../../src/core/error.ts";
import { FakeHost } from "./fake-host.ts";
import { explanation, message, peerInfo } from "./fake-peer.ts";

function outputOn(host: FakeHost, nameOf = (_: bigint): string => ""): JsonOutput {
  return new JsonOutput(new LineWriter(host, () => {}), host, nameOf);
}

test("each event is one object of its fixed form", () => {
  const host = new FakeHost();
  const output = outputOn(host);
  output.ready({ id: 77252666718255106n, listen: "127.0.0.1:8083", wished: 77252666718255106n, desired: "granted" });
  output.message(message({ number: 9007199254740993n }));
  output.event({ kind: "status", to: 5n, number: 3n, status: "refused", reason: "over quota" });
  output.event({ kind: "peer", id: 5n, state: "up" });
  output.event({ kind: "id", id: 6n, reason: "held by another" });
  output.event({ kind: "error", error: new E3Error("store-failed", "the disk is full") });
  output.error({ code: "bad-id", message: "no id" });
  expect(host.lines).toEqual([
    '{"event":"ready","id":"77252666718255106","listen":"127.0.0.1:8083","desired":"granted"}',
    '{"event":"message","from":"77252666718255106","number":"9007199254740993","text":"Hi there!","time":"2026-03-04T05:06:07.089Z"}',
    '{"event":"status","to":"5","number":"3","status":"refused"}',
    '{"event":"peer","id":"5","state":"up"}',
    '{"event":"id","id":"6","reason":"held by another"}',
    '{"event":"error","code":"store-failed","message":"the disk is full"}',
    '{"event":"error","code":"bad-id","message":"no id"}',
  ]);
});

test("without a wish, desired is null", () => {
  const host = new FakeHost();
  outputOn(host).ready({ id: 7n, listen: "a:1", wished: undefined, desired: null });
  expect(host.json).toMatchObject([{ desired: null }]);
});

test("data comes in base64, with its type and an empty text", () => {
  const host = new FakeHost();
  outputOn(host).message(message({ text: "", data: { contentType: "image/png", data: Uint8Array.of(0, 255, 16) } }));
  expect(host.json).toMatchObject([{ event: "message", text: "", contentType: "image/png", data: "AP8Q" }]);
});

test("peers and explanations are told in events of their own, with an end", () => {
  const host = new FakeHost();
  const output = outputOn(host);
  output.peers([peerInfo({ id: 5n }), peerInfo({ id: 6n, reachable: false })]);
  output.explained([explanation(), explanation({ to: 6n, status: "waiting" })]);
  expect(host.json).toEqual([
    { event: "known", id: "5", state: "present", hops: 1, addresses: ["127.0.0.1:8082"], neighbour: true },
    { event: "known", id: "6", state: "absent", hops: 1, addresses: ["127.0.0.1:8082"], neighbour: true },
    { event: "end", of: "peers", count: 2 },
    expect.objectContaining({ event: "explain", to: "77252666718255106", number: "3", status: "stored" }),
    expect.objectContaining({ event: "explain", to: "6", number: "3", status: "accepted" }),
    { event: "end", of: "explain", count: 2 },
  ]);
});

test("names come beside ids where they are known, and the absent with the time since when", () => {
  const host = new FakeHost();
  const output = outputOn(host, (id) => (id === 5n ? "ali" : ""));
  output.message(message({ from: 5n }));
  output.event({ kind: "peer", id: 5n, state: "up" });
  output.event({ kind: "peer", id: 6n, state: "up" });
  output.peers([peerInfo({ id: 5n, name: "ali" })]);
  const absentSince = new Date("2026-03-04T05:06:07Z");
  const absent = peerInfo({ id: 6n, reachable: false, hops: 0, absentSince });
  output.who([peerInfo({ id: 7n, name: "me" }), absent], 7n, new Map());
  output.found({ word: "x", answer: { kind: "several", peers: [absent, absent] }, self: 7n });
  output.found({ word: "y", answer: { kind: "unknown", near: ["ali"] }, self: 7n });
  const gone = {
    id: "6",
    state: "absent",
    hops: 0,
    addresses: ["127.0.0.1:8082"],
    absentSince: absentSince.toISOString(),
  };
  expect(host.json).toEqual([
    expect.objectContaining({ event: "message", from: "5", name: "ali" }),
    { event: "peer", id: "5", name: "ali", state: "up" },
    { event: "peer", id: "6", state: "up" },
    expect.objectContaining({ event: "known", id: "5", name: "ali" }),
    { event: "end", of: "peers", count: 1 },
    { event: "who", id: "7", name: "me", state: "self", hops: 1, addresses: ["127.0.0.1:8082"] },
    { event: "who", ...gone },
    { event: "end", of: "who", count: 2 },
    { event: "search", word: "x", answer: "several", peers: [gone, gone], near: [] },
    { event: "search", word: "y", answer: "unknown", peers: [], near: ["ali"] },
  ]);
});

test("an answer without a line has its end all the same", () => {
  const host = new FakeHost();
  const output = outputOn(host);
  output.peers([]);
  output.groups([]);
  output.conversations([]);
  expect(host.json).toEqual(["peers", "groups", "conversations"].map((of) => ({ event: "end", of, count: 0 })));
});

test("a link that was asked for is told with its address, its peer and the name of that", () => {
  const host = new FakeHost();
  outputOn(host).connected("127.0.0.1:8082", 7n);
  expect(host.json).toMatchObject([{ event: "connected", address: "127.0.0.1:8082", peer: "7" }]);
});

test("what is meant for people does not reach standard output", () => {
  const host = new FakeHost();
  const output = outputOn(host);
  output.help();
  output.connecting();
  output.leaving();
  output.log();
  output.close();
  expect(host.out).toBe("");
  expect(host.errors).toContain("/peers");
});

test("no text can break the line or reach the terminal, and parsing gives it back", () => {
  const text = "\n\r\u0000\u001b[2J\u007f\u0085\u009b\u2028\u2029\u202e\u2066\ud800 grüß 👋";
  const line = jsonLine({ event: "error", code: "x", message: text });
  expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202e\u2066]/u);
  expect(line).toContain("grüß 👋");
  expect(JSON.parse(line)).toEqual({ event: "error", code: "x", message: text });
});
