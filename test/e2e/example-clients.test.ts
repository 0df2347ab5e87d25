import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { freePort } from "./harness/port.ts";
import { hasPython, PythonClient } from "./harness/python.ts";

let server: Server | undefined;

afterEach(() => {
  server?.close();
  server = undefined;
});

/** A server that does this with each connection. @returns its address. */
async function serving(onSocket: (socket: Socket) => void): Promise<string> {
  const port = await freePort();
  const opened = createServer((socket) => {
    socket.on("error", () => {});
    onSocket(socket);
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(port, "127.0.0.1", resolve));
  return `127.0.0.1:${port}`;
}

/** A frame of cs2 that gives the id 5. */
const greeting = Uint8Array.of(0, 0, 0, 2, 8, 5);

const clients = [
  { wire: "cs2", words: (at: string) => [at], type: "7 hello" },
  {
    wire: "registry-chat",
    words: (at: string) => ["ali", "--registry", at, "--udp", "", "--hello", "60"],
    type: "SEARCH beyza",
  },
  { wire: "line", words: (at: string) => ["0", "P1", "--keep", at], type: "hello" },
];

// Skipped: no python3 on this machine
test.skipIf(!hasPython).each(clients)(
  "the client of $wire whose connection is reset says so, without a traceback, and exits with 1",
  async ({ wire, words, type }) => {
    const at = await serving((socket) => {
      if (wire === "cs2") socket.write(greeting);
      // Registry-chat says who it is by itself: what is typed comes after that.
      let before = wire === "registry-chat" ? 1 : 0;
      socket.on("data", () => (before > 0 ? (before -= 1) : socket.resetAndDestroy()));
    });
    await using client = new PythonClient(`examples/${wire}/client.py`, ...words(at));
    await client.match(/^(id 5|registered ali|Server listening)/);
    client.type(type);
    expect(await client.exited()).toEqual({ code: 1, signal: null });
    expect([client.lines.items().at(-1), client.errors.filter((line) => line.includes("Traceback"))]).toEqual([
      "disconnected",
      [],
    ]);
  },
);

// Skipped: no python3 on this machine
test.skipIf(!hasPython).each(clients)(
  "the client of $wire that finds nobody says so, without a traceback, and exits with 1",
  async ({ wire, words }) => {
    const at = `127.0.0.1:${await freePort()}`;
    await using client = new PythonClient(`examples/${wire}/client.py`, ...words(at));
    expect(await client.exited()).toEqual({ code: 1, signal: null });
    expect([client.lines.items().at(-1), client.errors]).toEqual([
      expect.stringMatching(new RegExp(`^nobody answers at ${at}: `)),
      [],
    ]);
  },
);

// Skipped: no python3 on this machine
test.skipIf(!hasPython)("the client of line goes on when a line cannot be sent", async () => {
  const nobody = `127.0.0.1:${await freePort()}`;
  const heard: string[] = [];
  const at = await serving((socket) => {
    socket.on("data", (chunk: Buffer) => {
      heard.push(chunk.toString("utf8"));
      socket.resetAndDestroy();
    });
  });
  await using client = new PythonClient("examples/line/client.py", "0", "P1");
  await client.match(/^Server listening/);
  client.type(`${nobody} hello`);
  await client.match(new RegExp(`^not sent to ${nobody}: `));
  client.type("nowhere hello");
  await client.match(/^not sent to nowhere: /);
  client.type(`${at} hello`);
  client.endInput();
  expect(await client.exited()).toEqual({ code: 0, signal: null });
  expect([heard, client.errors]).toEqual([[expect.stringMatching(/^127\.0\.0\.1:\d+ P1 hello$/)], []]);
});
