import { expect, test } from "vitest";
import type { MenuCommand } from "../../src/cli/menu-options.ts";
import { runMenu } from "../../src/cli/menu-session.ts";
import { menuLines } from "../../src/cli/menu.ts";
import { E3Error } from "../../src/core/error.ts";
import type { Message, Settled } from "../../src/peer/types.ts";
import { FakeHost, settled } from "./fake-host.ts";
import { message, peerInfo } from "./fake-peer.ts";

const delivered: Settled = { status: "delivered", reason: "" };
const [p2, p3] = [
  peerInfo({ id: 2n, name: "P2", addresses: ["127.0.0.1:9090"] }),
  peerInfo({ id: 3n, name: "P3", addresses: ["127.0.0.1:7070"] }),
];
const toP2 = ["1", "127.0.0.1", "9090"] as const;

/** A menu at 127.0.0.1:8081 that knows P2 and P3, started. */
async function open(command: Partial<MenuCommand> = {}) {
  const host = new FakeHost();
  host.peer.known = [p2, p3];
  const peer = { listen: "127.0.0.1:8081", name: "P1" };
  const ended = runMenu({ peer, greet: [], logLevel: "warn", ...command }, host);
  // A test that expects it to fail looks later.
  ended.catch(() => {});
  await settled();
  let seen = 0;
  /** What was shown since it was asked last, the menu itself apart. */
  const shown = (): readonly string[] => {
    const lines = host.lines.slice(seen);
    seen = host.lines.length;
    return lines.filter((line) => !menuLines.includes(line) && !line.startsWith("Enter "));
  };
  const type = async (...lines: readonly string[]): Promise<void> => {
    for (const line of lines) host.stdin.write(`${line}\n`);
    await settled();
  };
  const hear = async (...messages: readonly Partial<Message>[]): Promise<void> => {
    host.peer.inbox.push(...messages.map(message));
    await settled();
  };
  const sent = (): readonly string[] => host.peer.sends.map(({ to, text }) => `${to} ${text}`);
  return { host, ended, shown, type, hear, sent };
}

async function leave({ host, ended }: Pick<Awaited<ReturnType<typeof open>>, "host" | "ended">): Promise<number> {
  host.signal("SIGTERM");
  return ended;
}

test("it opens with the port and the menu, and leaves by 0 in good order", async () => {
  const menu = await open();
  expect(menu.host.lines).toEqual(["Server listening on port 8081", ...menuLines, "Enter choice: "]);
  expect(menu.host.peerOptions).toMatchObject({ listen: "127.0.0.1:8081", name: "P1" });
  await menu.type("0");
  expect([await menu.ended, menu.host.peer.closed, menu.host.lines.at(-1)]).toEqual([0, 1, "Exiting"]);
});

test("a message is sent to whoever listens at the address, told of, and the menu stands again", async () => {
  const menu = await open();
  menu.host.peer.ends.push(Promise.resolve(delivered));
  await menu.type(...toP2, "hello");
  expect(menu.sent()).toEqual(["2 hello"]);
  expect(menu.host.lines.slice(-5 - 5)).toEqual([
    "Enter the recipient's IP address: ",
    "Enter the recipient's port number: ",
    "Enter your message: ",
    "Message delivered to 127.0.0.1:9090",
    ...menuLines,
    "Enter choice: ",
  ]);
  await leave(menu);
});

test("the table holds whom one has heard from, each once, and not whom one has written to", async () => {
  const menu = await open();
  menu.host.peer.ends.push(Promise.resolve(delivered));
  await menu.type("2", ...toP2, "hello", "2");
  expect(menu.shown()).toEqual([
    "Server listening on port 8081",
    "No connected peers",
    "Message delivered to 127.0.0.1:9090",
    "No connected peers",
  ]);
  await menu.hear(
    { cursor: 1n, from: 3n, text: "one" },
    { cursor: 2n, from: 2n },
    { cursor: 3n, from: 3n, text: "two" },
  );
  await menu.type("2");
  expect(menu.shown()).toEqual([
    "127.0.0.1:7070 P3 one",
    "127.0.0.1:9090 P2 Hi there!",
    "127.0.0.1:7070 P3 two",
    "Connected Peers:",
    "1. 127.0.0.1:9090",
    "2. 127.0.0.1:7070",
  ]);
  expect(menu.host.peer.acknowledged).toBe(3n);
  await leave(menu);
});

test("who says exit is told to be gone and is in the table no longer; a sentence with the word is a sentence", async () => {
  const menu = await open();
  await menu.hear({ from: 2n }, { from: 3n }, { from: 2n, text: "the exit is left" }, { from: 3n, text: "exit" });
  await menu.type("2");
  expect(menu.shown().slice(3)).toEqual([
    "127.0.0.1:9090 P2 the exit is left",
    "Peer 127.0.0.1:7070 disconnected",
    "Connected Peers:",
    "1. 127.0.0.1:9090",
  ]);
  await leave(menu);
});

test("what is for everyone is shown as such, and is neither a direct message nor an exit", async () => {
  const menu = await open();
  await menu.hear({ from: 3n }, { from: 2n, conversation: "everyone" });
  await menu.hear({ from: 3n, conversation: "everyone", text: "exit" });
  await menu.type("2");
  expect(menu.shown().slice(2)).toEqual([
    "(to everyone) 127.0.0.1:9090 P2 Hi there!",
    "(to everyone) 127.0.0.1:7070 P3 exit",
    "Connected Peers:",
    "1. 127.0.0.1:7070",
  ]);
  await leave(menu);
});

test("connecting reaches those in the table and those written to, and they are in it afterwards", async () => {
  const menu = await open();
  menu.host.peer.ends.push(...[1, 2, 3].map(() => Promise.resolve(delivered)));
  await menu.hear({ from: 3n });
  await menu.type(...toP2, "hello", "3", "2");
  expect(menu.sent()).toEqual(["2 hello", "3 connect", "2 connect"]);
  expect(menu.shown().slice(3)).toEqual([
    "Connected to 127.0.0.1:7070",
    "Connected to 127.0.0.1:9090",
    "Connected Peers:",
    "1. 127.0.0.1:9090",
    "2. 127.0.0.1:7070",
  ]);
  await leave(menu);
});

test("connecting with nobody to connect to says so, and who does not answer is not in the table", async () => {
  const menu = await open();
  menu.host.peer.ends.push(Promise.resolve(delivered), Promise.resolve({ status: "expired", reason: "late" }));
  await menu.type("3", ...toP2, "hello", "3", "2");
  expect(menu.shown().slice(1)).toEqual([
    "No active peers to connect to; send a message to one first",
    "Message delivered to 127.0.0.1:9090",
    "error: 127.0.0.1:9090 does not answer; not connected",
    "No connected peers",
  ]);
  await leave(menu);
});

test("whom one said exit to is not connected to any more, unless it is in one's own table", async () => {
  const menu = await open();
  menu.host.peer.ends.push(...[1, 2, 3].map(() => Promise.resolve(delivered)));
  await menu.type(...toP2, "hello", ...toP2, "exit", "3");
  expect(menu.sent()).toEqual(["2 hello", "2 exit"]);
  await menu.hear({ from: 2n });
  await menu.type("3");
  expect(menu.sent()).toEqual(["2 hello", "2 exit", "2 connect"]);
  await leave(menu);
});

test("wrong answers are told one by one, nothing is sent, and the next one goes on", async () => {
  const menu = await open();
  await menu.type("5", "1", "10.1", "1", "127.0.0.1", "x", "1", "127.0.0.1", "8081", "to myself", "2");
  const [, ...errors] = menu.shown();
  expect(errors).toMatchObject([
    expect.stringMatching(/^error: "5" is no choice/),
    expect.stringMatching(/^error: "10.1" is no IP address/),
    expect.stringMatching(/^error: "x" is no port number/),
    expect.stringMatching(/^error: 127.0.0.1:8081 is this peer's own address/),
    "No connected peers",
  ]);
  expect(menu.sent()).toEqual([]);
  await leave(menu);
});

test("a message that is kept is told of again when it ends", async () => {
  const menu = await open();
  let settle = (_: Settled): void => {};
  menu.host.peer.ends.push(new Promise((resolve) => (settle = resolve)));
  await menu.type(...toP2, "hello");
  menu.host.wake();
  await settled();
  expect(menu.shown().at(-1)).toMatch(/^Message kept: 127.0.0.1:9090 has not confirmed/);
  await menu.type("2");
  settle(delivered);
  await settled();
  expect(menu.shown()).toEqual(["No connected peers", "Message delivered to 127.0.0.1:9090"]);
  await leave(menu);
});

test("while it waits for an answer messages arrive, and what is typed is done afterwards", async () => {
  const menu = await open();
  await menu.type("1", "127.0.0.1", "1", "hello", "2");
  await menu.hear({ from: 2n });
  expect(menu.shown().slice(1)).toEqual(["127.0.0.1:9090 P2 Hi there!"]);
  menu.host.wake();
  await settled();
  expect(menu.shown()).toEqual([
    "error: nobody answers at 127.0.0.1:1; the message was not sent",
    "Connected Peers:",
    "1. 127.0.0.1:9090",
  ]);
  await leave(menu);
});

test("the peers to greet are greeted when they are there, each once, and a late one is told of", async () => {
  const greet = ["127.0.0.1:9090", "127.0.0.1:6060"];
  const menu = await open({ greet, peer: { listen: "127.0.0.1:8081", name: "P1", peers: greet } });
  expect(menu.host.peerOptions).toMatchObject({ peers: greet });
  expect(menu.sent()).toEqual(["2 hello"]);
  menu.host.wake();
  await settled();
  expect(menu.shown().slice(1)).toContain(
    "Nobody answers at 127.0.0.1:6060 yet; the greeting follows once somebody does",
  );
  menu.host.peer.ends.push(Promise.resolve(delivered));
  menu.host.peer.known = [p2, peerInfo({ id: 6n, addresses: ["127.0.0.1:6060"] })];
  menu.host.peer.happenings.push({ kind: "peer", id: 6n, state: "up" });
  await settled();
  expect([menu.sent(), menu.shown()]).toEqual([["2 hello", "6 hello"], ["Message delivered to 127.0.0.1:6060"]]);
  expect(menu.host.peer.connected).toEqual([]);
  await leave(menu);
});

test("a sender whom nobody knows is waited for a moment, once, and then goes by its id", async () => {
  const menu = await open();
  await menu.hear({ from: 9n, text: "one" });
  expect(menu.shown().slice(1)).toEqual([]);
  menu.host.wake();
  await settled();
  await menu.hear({ from: 9n, text: "two" });
  expect(menu.shown()).toEqual(["9 - one", "9 - two"]);
  await menu.hear({ from: 6n, text: "three" });
  menu.host.peer.known = [peerInfo({ id: 6n, name: "P6", addresses: ["127.0.0.1:6060"] })];
  menu.host.peer.happenings.push({ kind: "peer", id: 6n, state: "up" });
  await settled();
  expect(menu.shown()).toEqual(["127.0.0.1:6060 P6 three"]);
  await leave(menu);
});

test("the end of input ends the input, not the peer", async () => {
  const menu = await open();
  menu.host.stdin.end();
  await menu.hear({ from: 2n });
  expect([menu.shown().at(-1), menu.host.peer.closed]).toEqual(["127.0.0.1:9090 P2 Hi there!", 0]);
  expect(await leave(menu)).toBe(0);
  expect(menu.shown()).toEqual(["Exiting"]);
});

test("a message that the reader did not get does not count as shown, and the menu ends quietly", async () => {
  const menu = await open();
  menu.host.outputFails = "EPIPE";
  await menu.hear({ cursor: 5n, from: 2n });
  expect([await menu.ended, menu.host.peer.acknowledged, menu.host.errors]).toEqual([0, 4n, ""]);
});

test("trouble of the peer is told; when it stops by itself, so does the menu", async () => {
  const menu = await open();
  menu.host.peer.happenings.push({ kind: "error", error: new E3Error("store-failed", "the disk is full") });
  menu.host.peer.happenings.end();
  expect(await menu.ended).toBe(1);
  expect(menu.shown().slice(1)).toEqual(["error: the disk is full", "error: the peer stopped by itself", "Exiting"]);
});

test("who leaves while a message waits for an absent peer leaves it kept", async () => {
  const menu = await open();
  menu.host.peer.known = [{ ...p2, reachable: false, neighbour: false, absentSince: new Date(0) }];
  await menu.type(...toP2, "hello");
  expect(menu.sent()).toEqual([]);
  expect(await leave(menu)).toBe(0);
  expect(menu.sent()).toEqual(["2 hello"]);
});

test("when the input ends before name and port are known, that is an error, and a signal is none", async () => {
  const first = await open({ peer: { listen: undefined } });
  first.host.stdin.end("P1\n");
  await expect(first.ended).rejects.toMatchObject({ code: "bad-option" });
  const second = await open({ peer: { listen: undefined } });
  expect(await leave(second)).toBe(0);
  expect([first.host.peerOptions, second.host.peerOptions]).toEqual([undefined, undefined]);
});

test("what keeps a peer from starting at the address of the command line ends the menu", async () => {
  const host = new FakeHost();
  host.startFails = new E3Error("port-in-use", "127.0.0.1:8081 is taken");
  const peer = { listen: "127.0.0.1:8081", name: "P1" };
  await expect(runMenu({ peer, greet: [], logLevel: "warn" }, host)).rejects.toMatchObject({ code: "port-in-use" });
});
