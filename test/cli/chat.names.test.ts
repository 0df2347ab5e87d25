import { expect, test } from "vitest";
import { chat } from "../../src/cli/chat.ts";
import type { ChatOptions } from "../../src/cli/options.ts";
import { FakeHost, settled } from "./fake-host.ts";
import { explanation, peerInfo } from "./fake-peer.ts";

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

test("names stand for ids, in messages and in commands", async () => {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ id: 5n, name: "ali" }), peerInfo({ id: 6n, name: "Ali Reza" })];
  host.peer.explanations = [explanation({ to: 5n })];
  const ended = start(host, { json: false });
  await type(host, "ali Hi there", '"Ali Reza"  two', "ALI  //x", "/explain 3 ali");
  expect(host.peer.sends.map(({ to, text }) => [to, text])).toEqual([
    [5n, "Hi there"],
    [6n, " two"],
    [5n, " //x"],
  ]);
  expect(host.out).toContain("#3 to 5: stored");
  await leave(host, ended);
});

test("a name that nobody has, that several have, or without a text after it, sends nothing and says why", async () => {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ id: 5n, name: "ali" }), ...[61n, 62n].map((id) => peerInfo({ id, name: "bob" }))];
  const ended = start(host);
  await type(host, "alli hi", "bob hi", "ali", "ali ", "hello", "/explain 3 nobody", "*all hi");
  expect(host.peer.sends).toEqual([]);
  const errors = host.json.filter(({ event }) => event === "error").map(({ code, message }) => [code, message]);
  expect(errors).toEqual([
    ["unknown-peer", expect.stringContaining("did you mean ali?")],
    ["ambiguous-name", expect.stringMatching(/write bob@61 \(id 61, .*\) or bob@62 \(id 62/)],
    ["bad-content", 'no message: write "ali your text"'],
    ["bad-content", 'no message: write "ali your text"'],
    ["unknown-peer", expect.stringContaining('"hello" is neither an id nor the name')],
    ["unknown-peer", expect.stringContaining('"nobody" is neither')],
    ["no-session", expect.stringContaining("begins with * and no blank")],
  ]);
  await leave(host, ended);
});

test("/who, /search and /clear are answered, in words and in JSON", async () => {
  for (const json of [false, true]) {
    const host = new FakeHost();
    host.peer.name = "me";
    host.peer.known = [peerInfo({ id: 5n, name: "ali" })];
    const ended = start(host, { json });
    await type(host, "/who", "/search ali", "/search me", "/search nobody", "/search 0", "/clear");
    if (json) {
      const answers = host.json.filter(({ event }) => event === "who" || event === "search");
      expect(answers).toMatchObject([
        { event: "who", id: `${host.peer.id}`, name: "me", state: "self" },
        { event: "who", id: "5", name: "ali", state: "present", hops: 1, addresses: ["127.0.0.1:8082"] },
        { event: "search", word: "ali", answer: "online", peers: [{ id: "5", name: "ali" }], near: [] },
        { event: "search", word: "me", answer: "self", peers: [{ id: `${host.peer.id}` }] },
        { event: "search", word: "nobody", answer: "unknown", peers: [] },
      ]);
      expect(host.json.at(-1)).toMatchObject({ event: "error", code: "bad-id" });
      expect(host.errors).toContain("nothing to clear");
    } else {
      expect(host.out).toMatch(
        /me +772\d+ [^]*you\nali +5 +1 [^]*ali is online: id 5[^]*me is online: that is you[^]*not found: nobody[^]*the id "0" is zero[^]*nothing to clear/,
      );
    }
    await leave(host, ended);
  }
});

test("every command says the same of a name that several have, does nothing then, and takes the word it gives", async () => {
  const host = new FakeHost();
  host.peer.known = [61n, 62n].map((id) => peerInfo({ id, name: "bob", addresses: [`127.0.0.1:${id}`] }));
  host.peer.explanations = [explanation({ to: 62n })];
  const ended = start(host);
  const lines = ["WHO hi", "/chat WHO", "/group team WHO", "/history WHO", "/explain 3 WHO"];
  await type(host, ...lines.map((line) => line.replace("WHO", "bob")));
  const errors = host.json.filter(({ event }) => event === "error").map(({ code, message }) => [code, message]);
  const wanted = "write bob@61 (id 61, 127.0.0.1:61) or bob@62 (id 62, 127.0.0.1:62)";
  expect(errors[0]).toEqual(["ambiguous-name", `"bob" is the name of 2 peers: ${wanted}`]);
  for (const error of errors) expect(error).toEqual(errors[0]);
  expect([errors.length, host.peer.asked, host.peer.sends]).toEqual([lines.length, [], []]);
  await type(host, ...lines.map((line) => line.replace("WHO", "bob@62")));
  expect(host.json.filter(({ event }) => event === "error")).toHaveLength(lines.length);
  expect([host.peer.asked, host.peer.sends.map(({ to }) => to)]).toEqual([["request 62"], [62n]]);
  await leave(host, ended);
});
