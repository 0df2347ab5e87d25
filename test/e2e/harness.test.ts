import { existsSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { readLine } from "./harness/event.ts";
import { Mesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { freePort } from "./harness/port.ts";
import { Proxy } from "./harness/proxy.ts";
import { Trail } from "./harness/trail.ts";

/** Stands in for a peer: says ready, repeats each line as a message, and does as it is told. */
const fake = `
  const say = (event) => console.log(JSON.stringify(event));
  const [listen] = process.argv.slice(1);
  say({ event: "ready", id: "7", listen, desired: null });
  process.on("SIGTERM", () => process.exit(0));
  let number = 0;
  require("node:readline").createInterface({ input: process.stdin }).on("line", (text) => {
    if (text === "crash") process.exit(3);
    if (text === "complain") console.error("a complaint");
    if (text === "chatter") console.log("chatter");
    say({ event: "message", from: "8", number: String(++number), text, time: "2025-01-01T00:00:00.000Z" });
  });
  setInterval(() => undefined, 1_000);`;

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function startFake(): Promise<{ readonly mesh: Mesh; readonly peer: TestPeer }> {
  const mesh = await Mesh.open();
  closing.push(() => mesh.close());
  return { mesh, peer: await mesh.start("fake", { program: ["--eval", fake] }) };
}

test("a wait counts what was seen before, from a position, and as often as asked", async () => {
  const trail = new Trail<number>(() => "");
  for (const item of [1, 2, 3]) trail.push(item);
  expect(await trail.until("an odd one", (item) => item % 2 === 1)).toBe(1);
  expect(await trail.until("two odd ones", (item) => item % 2 === 1, { times: 2 })).toBe(3);
  const later = trail.until("an odd one, later", (item) => item % 2 === 1, { since: trail.end });
  for (const item of [4, 5]) trail.push(item);
  expect(await later).toBe(5);
});

test("a wait that fails says what it waited for and what there was", async () => {
  const trail = new Trail<number>(() => "the context");
  const bounded = trail.until("a miracle", () => false, { boundMs: 1 });
  await expect(bounded).rejects.toThrow(/nothing within 1 ms, waiting for a miracle \(0 of 1 seen\)\nthe context/);
  const closed = trail.until("a miracle", () => false);
  trail.close("all is over");
  await expect(closed).rejects.toThrow(/all is over, waiting for a miracle/);
});

test("a peer is started, typed at, killed, started again and stopped", async () => {
  const { peer } = await startFake();
  expect(peer.id).toBe("7");
  peer.type("one");
  await peer.until({ event: "message", text: "one" });
  await peer.kill9();
  expect(peer.running).toBe(false);
  await peer.restart();
  peer.type("two");
  await peer.until({ event: "message", text: "two" });
  expect(peer.shown("8")).toEqual(["one", "two"]);
  expect(peer.starts).toEqual([0, 2]);
  expect(await peer.stop()).toEqual({ code: 0, signal: null });
});

test("a peer that ends by itself fails the wait at once, with its last words", async () => {
  const { peer } = await startFake();
  peer.type("complain");
  await peer.until({ event: "message", text: "complain" });
  const waiting = peer.until({ event: "message", text: "never" });
  peer.type("crash");
  await expect(waiting).rejects.toThrow(/ended by itself \(code 3[^]*complain[^]*a complaint/);
});

test("a line that --json does not allow fails the test in the end, and nothing is left behind", async () => {
  const { mesh, peer } = await startFake();
  closing.length = 0;
  peer.type("chatter");
  await peer.until({ event: "message", text: "chatter" });
  await expect(mesh.close()).rejects.toThrow(/not a JSON object: chatter/);
  expect(peer.running).toBe(false);
  expect(existsSync(mesh.root)).toBe(false);
});

test("a number that is no string, and a field that is missing, are violations", () => {
  const status = { event: "status", to: "1", number: "2", status: "accepted" };
  expect(readLine(JSON.stringify(status)).kind).toBe("event");
  expect(readLine(JSON.stringify({ ...status, number: 2 })).kind).toBe("violation");
  expect(readLine(JSON.stringify({ ...status, to: undefined })).kind).toBe("violation");
  expect(readLine(JSON.stringify({ ...status, status: "lost" })).kind).toBe("violation");
  expect(readLine(JSON.stringify({ event: "help", text: "..." })).kind).toBe("answer");
});

/** Repeats what it hears, until the test ends. */
async function openEcho(): Promise<string> {
  const port = await freePort();
  const server = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  closing.push(async () => once(server.close(), "close"));
  return `127.0.0.1:${port}`;
}

async function dial(proxy: Proxy): Promise<{ readonly socket: Socket; readonly heard: Trail<string> }> {
  const socket = connect(Number(proxy.address.split(":")[1]), "127.0.0.1");
  const heard = new Trail<string>(() => "");
  socket.on("error", () => undefined).on("data", (bytes) => heard.push(bytes.toString()));
  await once(socket, "connect");
  return { socket, heard };
}

test("a proxy carries bytes both ways, is cut, refuses, and heals on the same port", async () => {
  const proxy = await Proxy.to(await openEcho());
  closing.unshift(() => proxy.cut());
  const { socket, heard } = await dial(proxy);
  socket.write("hello");
  await heard.until("the echo", (text) => text === "hello");
  expect(proxy.carriedBytes).toBe(10);

  const severed = once(socket, "close");
  await proxy.cut();
  await severed;
  await expect(dial(proxy)).rejects.toThrow(/ECONNREFUSED/);

  await proxy.heal();
  const again = await dial(proxy);
  again.socket.write("again");
  await again.heard.until("the echo", (text) => text === "again");
});

test("a stalled proxy keeps its connections and passes nothing until it is healed", async () => {
  const proxy = await Proxy.to(await openEcho());
  closing.unshift(() => proxy.cut());
  const { socket, heard } = await dial(proxy);
  socket.write("before");
  await heard.until("the echo", (text) => text === "before");
  proxy.stall();
  socket.write("during");
  const other = await dial(proxy);
  other.socket.write("other");
  await expect(heard.until("an echo", (text) => text === "during", { boundMs: 100 })).rejects.toThrow(/nothing within/);
  expect(proxy.carriedBytes).toBe(12);
  await proxy.heal();
  await heard.until("the echo", (text) => text === "during");
  await other.heard.until("the echo", (text) => text === "other");
});
