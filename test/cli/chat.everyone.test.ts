import { expect, test } from "vitest";
import { chat } from "../../src/cli/chat.ts";
import { FakeHost, settled } from "./fake-host.ts";
import { explanation, message, peerInfo } from "./fake-peer.ts";

/** A session in which lines are typed. @returns what is shown but for the line that says it is ready. */
async function session(host: FakeHost, json: boolean, ...lines: readonly string[]): Promise<readonly string[]> {
  const ended = chat({ peer: { listen: "127.0.0.1:8081" }, json, logLevel: "warn" }, host);
  host.stdin.write(lines.map((line) => `${line}\n`).join(""));
  await settled();
  host.signal("SIGTERM");
  await ended;
  return host.lines.slice(1);
}

test("a star, or /all, sends to everyone, byte for byte and in order", async () => {
  const host = new FakeHost();
  await session(host, true, "* one", "5 two", "/all  three ", "* /who", "/all * 5 four");
  expect(host.peer.sends.map(({ to, text }) => [to, text])).toEqual([
    ["everyone", "one"],
    [5n, "two"],
    ["everyone", " three "],
    ["everyone", "/who"],
    ["everyone", "* 5 four"],
  ]);
});

test("a star without a text, or with more to it, is told and sends nothing", async () => {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ id: 5n, name: "*" })];
  const lines = await session(host, true, "*", "* ", "/all", "/all ", "** hi", "*hi there");
  expect(host.peer.sends).toEqual([]);
  const errors = lines.filter((line) => line.includes('"error"'));
  expect(errors).toHaveLength(6);
  for (const line of errors.slice(0, 4)) expect(line).toContain("no message");
});

test("who calls itself a star is written to in quotes, and everyone is not", async () => {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ id: 5n, name: "*" })];
  await session(host, true, '"*" hi');
  expect(host.peer.sends.map(({ to, text }) => [to, text])).toEqual([[5n, "hi"]]);
});

test("with JSON, messages and statuses of everyone say so", async () => {
  const host = new FakeHost();
  host.peer.inbox.push(message({ from: 5n, conversation: "everyone", text: "hi" }), message({ from: 5n }));
  host.peer.happenings.push({ kind: "status", to: "everyone", number: 3n, status: "spread", reason: "" });
  host.peer.explanations = [explanation({ to: "everyone", status: "accepted" }), explanation({ to: 5n })];
  const lines = await session(host, true, "/explain 3 *");
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    ...[{ event: "status", to: "everyone", number: "3", status: "spread" }],
    ...[
      { event: "message", from: "5", to: "everyone", text: "hi" },
      { event: "message", from: "5" },
    ],
    { event: "explain", to: "everyone", number: "3", status: "accepted" },
    { event: "end", of: "explain", count: 1 },
  ]);
  expect(lines.filter((line) => line.includes('"message"') && line.includes('"to"'))).toHaveLength(1);
});

test("in plain lines they say so too", async () => {
  const host = new FakeHost();
  host.peer.inbox.push(message({ from: 5n, conversation: "everyone", text: "hi\n[6] fake" }), message({ from: 5n }));
  host.peer.happenings.push({ kind: "status", to: "everyone", number: 3n, status: "expired", reason: "too late" });
  host.peer.explanations = [explanation({ to: "everyone", road: [], custodians: [] })];
  const lines = await session(host, false, "/explain 3 *");
  expect(lines).toContain("[5 to everyone] hi\\n[6] fake");
  expect(lines).toContain("[5] Hi there!");
  expect(lines.filter((line) => line.includes("everyone")).join("\n")).toMatch(/#3 [^]*everyone[^]*too late/);
  expect(lines).toContainEqual(expect.stringMatching(/^#3 to everyone: stored$/));
});
