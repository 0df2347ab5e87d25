import { expect, test } from "vitest";
import { Departure } from "../../src/cli/departure.ts";
import { LogSink, openFace } from "../../src/cli/face.ts";
import { JsonOutput } from "../../src/cli/output-json.ts";
import { PlainOutput } from "../../src/cli/output-plain.ts";
import { TerminalOutput } from "../../src/cli/output-terminal.ts";
import { FakeHost, settled } from "./fake-host.ts";
import { peerInfo } from "./fake-peer.ts";

function open(host: FakeHost, json = false) {
  const departure = new Departure(host);
  const logSink = new LogSink(host);
  return { ...openFace({ host, peer: host.peer, departure, json, logSink }), departure, logSink };
}

function terminalHost(): FakeHost {
  const host = new FakeHost();
  host.stdin.isTTY = true;
  host.stdout.isTTY = true;
  return host;
}

async function listOf<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test("a person at both ends gets a prompt, everything else plain lines", () => {
  expect(open(terminalHost()).output).toBeInstanceOf(TerminalOutput);
  expect(open(new FakeHost()).output).toBeInstanceOf(PlainOutput);
  const spoilers: readonly ((host: FakeHost) => void)[] = [
    (host) => (host.stdin.isTTY = false),
    (host) => (host.stdout.isTTY = false),
    (host) => (host.env = { TERM: "dumb" }),
  ];
  for (const spoil of spoilers) {
    const host = terminalHost();
    spoil(host);
    expect(open(host).output).toBeInstanceOf(PlainOutput);
  }
});

test("JSON is JSON, on a terminal too", () => {
  expect(open(terminalHost(), true).output).toBeInstanceOf(JsonOutput);
});

test.each([
  [{}, true],
  [{ NO_COLOR: "" }, true],
  [{ NO_COLOR: "1" }, false],
])("with the environment %j colours are used: %s", async (env, coloured) => {
  const host = terminalHost();
  host.env = env;
  open(host).output.error({ code: "x", message: "wrong" });
  await settled();
  expect(String(host.stdout.read())).toContain(coloured ? "\u001b[31m! wrong" : "! wrong");
});

test("a terminal and JSON know what peers are called", async () => {
  for (const json of [false, true]) {
    const host = terminalHost();
    host.peer.known = [peerInfo({ id: 5n, name: "ali" })];
    const { output } = open(host, json);
    output.event({ kind: "peer", id: 5n, state: "up" });
    await settled();
    expect(json ? host.out : String(host.stdout.read())).toMatch(json ? /"name":"ali"/ : /peer 5 ali is up/);
  }
});

test("the terminal knows who can be reached", async () => {
  const host = terminalHost();
  host.peer.known = [peerInfo({ id: 5n }), peerInfo({ id: 6n, reachable: false })];
  const { output } = open(host);
  for (const to of [5n, 6n]) output.event({ kind: "status", to, number: 1n, status: "accepted", reason: "" });
  await settled();
  const shown = String(host.stdout.read());
  expect(shown).toContain("waits for 6");
  expect(shown).not.toContain("waits for 5");
});

test("a reader that is gone means leaving without a word, any other failure of the output leaving with one", async () => {
  const pipe = new FakeHost();
  const closed = open(pipe);
  pipe.outputFails = "EPIPE";
  closed.output.error({ code: "x", message: "wrong" });
  expect([await closed.departure.decided, pipe.errors]).toEqual([0, ""]);

  const disk = new FakeHost();
  const full = open(disk, true);
  disk.outputFails = "ENOSPC";
  full.output.error({ code: "x", message: "wrong" });
  expect(await full.departure.decided).toBe(1);
  expect(disk.errors).toContain("standard output failed");
});

test("Ctrl-C on a terminal leaves, a second one at once", async () => {
  const host = terminalHost();
  const { departure } = open(host);
  host.stdin.write("\u0003");
  await settled();
  expect([await departure.decided, host.exits]).toEqual([0, []]);
  host.stdin.write("\u0003");
  await settled();
  expect(host.exits).toEqual([130]);
});

test("Ctrl-D at an empty prompt leaves, once what was entered is read; the end of a pipe does not", async () => {
  const host = terminalHost();
  const { departure, commands } = open(host);
  for (const key of ["/who\r", "\u0004"]) {
    host.stdin.write(key);
    await settled();
  }
  expect(await departure.decided).toBe(0);
  expect(await listOf(commands)).toEqual([{ kind: "who" }]);
  const pipe = new FakeHost();
  const piped = open(pipe);
  pipe.stdin.end("/who\n");
  await settled();
  expect([await listOf(piped.commands), piped.departure.isDecided]).toEqual([[{ kind: "who" }], false]);
});

test("the log goes to standard error, but above the prompt where both are one terminal", async () => {
  const pipe = new FakeHost();
  open(pipe).logSink.write("WARN: slow\n");
  expect(pipe.errors).toBe("WARN: slow\n");

  const host = terminalHost();
  host.isErrorTerminal = true;
  open(host).logSink.write("WARN: slow\n");
  await settled();
  expect(host.errors).toBe("");
  expect(String(host.stdout.read())).toContain("WARN: slow\n");
});
