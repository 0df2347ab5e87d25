import { expect, test } from "vitest";
import { Departure } from "../../src/cli/departure.ts";
import { LogSink } from "../../src/cli/face.ts";
import { PlainMenu } from "../../src/cli/menu-plain.ts";
import { TerminalMenu } from "../../src/cli/menu-terminal.ts";
import { openMenuScreen } from "../../src/cli/open-menu-screen.ts";
import { FakeHost, settled } from "./fake-host.ts";

function open(host: FakeHost) {
  const [departure, logSink] = [new Departure(host), new LogSink(host)];
  return { screen: openMenuScreen({ host, departure, logSink, acknowledge: () => {} }), departure, logSink };
}

function terminalHost(): FakeHost {
  const host = new FakeHost();
  host.stdin.isTTY = true;
  host.stdout.isTTY = true;
  return host;
}

test("a person at both ends gets an editor, everything else plain lines", () => {
  expect(open(terminalHost()).screen).toBeInstanceOf(TerminalMenu);
  expect(open(new FakeHost()).screen).toBeInstanceOf(PlainMenu);
  const spoilers: readonly ((host: FakeHost) => void)[] = [
    (host) => (host.stdin.isTTY = false),
    (host) => (host.stdout.isTTY = false),
    (host) => (host.env = { TERM: "dumb" }),
  ];
  for (const spoil of spoilers) {
    const host = terminalHost();
    spoil(host);
    expect(open(host).screen).toBeInstanceOf(PlainMenu);
  }
});

test("a log that would go to the terminal is shown above the question", async () => {
  const host = terminalHost();
  host.isErrorTerminal = true;
  const { logSink } = open(host);
  logSink.write("a line of the log\n");
  await settled();
  expect(String(host.stdout.read())).toContain("a line of the log\n");
  expect(host.errors).toBe("");
});

test.each([
  ["EPIPE", 0, ""],
  ["EIO", 1, "e3: standard output failed: write failed\n"],
])("when writing fails with %s it leaves with %s", async (code, exitCode, errors) => {
  const host = new FakeHost();
  const { screen, departure } = open(host);
  host.outputFails = code;
  screen.show("x");
  expect([await departure.decided, host.errors]).toEqual([exitCode, errors]);
});

test("Ctrl-C at the terminal leaves", async () => {
  const host = terminalHost();
  const { departure } = open(host);
  host.stdin.write("\u0003");
  expect(await departure.decided).toBe(0);
});
