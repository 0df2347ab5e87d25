import { expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { E3Error } from "../../src/core/error.ts";
import { FakeHost, settled } from "./fake-host.ts";

/** What was printed on standard output as a stream. */
function printed(host: FakeHost): string {
  return String(host.stdout.read() ?? "");
}

test("--version and --help print and start nothing", async () => {
  const host = new FakeHost();
  expect(await run(["--version"], host)).toBe(0);
  expect(printed(host)).toBe("1.2.3\n");
  expect(await run(["127.0.0.1:8081", "--help"], host)).toBe(0);
  expect(printed(host)).toContain("Usage: e3 LISTEN [PEER...] [options]");
  expect([host.peerOptions, host.errors]).toEqual([undefined, ""]);
});

test("without any word the help goes to standard error, with exit code 2", async () => {
  const host = new FakeHost();
  expect(await run([], host)).toBe(2);
  expect(host.errors).toContain("Usage: e3");
  expect(printed(host)).toBe("");
});

test("an address starts a chat, options before it or after", async () => {
  const host = new FakeHost();
  const ended = run(["--desired-id", "77252666718255106", "127.0.0.1:8083", "--json", "127.0.0.1:8082"], host);
  await host.until("ready");
  expect(host.peerOptions).toMatchObject({
    listen: "127.0.0.1:8083",
    peers: ["127.0.0.1:8082"],
    desiredId: 77252666718255106n,
  });
  host.signal("SIGTERM");
  expect(await ended).toBe(0);
});

test.each([
  [["127.0.0.1:8081", "--desired-id", "-5"], 'e3: the id "-5" is negative'],
  [["127.0.0.1:8081", "127.0.0.1:8081"], "e3: 127.0.0.1:8081 is this peer's own address"],
  [["127.0.0.1:8081", "--desried-id", "5"], "did you mean --desired-id?"],
])("%j is refused with exit code 2 and a pointer to the help", async (argv, part) => {
  const host = new FakeHost();
  expect(await run(argv, host)).toBe(2);
  expect(host.errors).toContain(part);
  expect(host.errors).toContain("e3 --help");
  expect(printed(host)).toBe("");
});

test("what the machine denies ends with exit code 1, one line and no stack", async () => {
  const host = new FakeHost();
  host.startFails = new E3Error("port-in-use", "another process listens on 127.0.0.1:8081\u001b[2J");
  expect(await run(["127.0.0.1:8081"], host)).toBe(1);
  expect(host.errors).toBe("e3: another process listens on 127.0.0.1:8081\\x1b[2J\n");
});

test("with --json the error is on standard output too", async () => {
  const host = new FakeHost();
  expect(await run(["--json", "127.0.0.1:8081", "--desired-id", "0"], host)).toBe(2);
  expect(JSON.parse(printed(host))).toMatchObject({ event: "error", code: "bad-id" });
  expect(host.errors).toContain("zero");
});

test.each([[["--log-level", "debug"]], [["--log-level=trace"]]])("with %j the stack is told", async (level) => {
  const host = new FakeHost();
  host.startFails = new TypeError("x is undefined");
  expect(await run(["127.0.0.1:8081", ...level], host)).toBe(1);
  expect(host.errors).toMatch(/^e3: internal error: x is undefined\n[^]*TypeError[^]*at /);
});

test("a chat does not end with its input", async () => {
  const host = new FakeHost();
  let code: number | undefined;
  const ended = run(["127.0.0.1:8081"], host).then((value) => (code = value));
  await host.until("ready");
  host.stdin.end();
  await settled();
  expect(code).toBeUndefined();
  host.signal("SIGINT");
  expect(await ended).toBe(0);
});
