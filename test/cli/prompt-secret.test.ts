import { expect, test } from "vitest";
import { Departure } from "../../src/cli/departure.ts";
import { promptSecret } from "../../src/cli/prompt-secret.ts";
import { FakeHost, settled } from "./fake-host.ts";

function ask(host = new FakeHost()) {
  const departure = new Departure(host);
  return { host, departure, line: promptSecret("Password: ", host, departure) };
}

test.each([
  ["secret\r", "secret"],
  ["secret\n", "secret"],
  ["\r", ""],
  ["sx\u007fec\u0008cret\r", "secret"],
  ["\u007f\u007fsecret\r", "secret"],
  ["no, \u0015secret\r", "secret"],
  ["şi\u0001fré 🔑\r", "şifré 🔑"],
  ["🔑\u007fsecret\r", "secret"],
])("%j typed is %j, and nothing of it is shown", async (typed, line) => {
  const { host, line: asked } = ask();
  host.stdin.write(typed);
  expect(await asked).toBe(line);
  expect([host.out, host.errors, host.stdin.rawModes]).toEqual(["", "Password: \n", [true, false]]);
});

test("by the time it is asked for, the terminal shows nothing of what is typed", async () => {
  const host = new FakeHost();
  const modes: (boolean | undefined)[] = [];
  host.writeError = () => modes.push(host.stdin.rawModes.at(-1));
  const { line } = ask(host);
  host.stdin.write("secret\r");
  await line;
  expect(modes[0]).toBe(true);
});

test("a letter may come in two pieces, and an arrow key is no part of it", async () => {
  const { host, line } = ask();
  for (const bytes of [[0x73, 0xc5], [0x9f], [0x1b, 0x5b, 0x41], [0x0d]]) {
    host.stdin.write(Buffer.from(bytes));
    await settled();
  }
  expect(await line).toBe("sş");
});

test("what is typed ahead is for whoever reads next", async () => {
  const { host, line } = ask();
  host.stdin.write("secret\rveli hello\r");
  expect(await line).toBe("secret");
  host.stdin.resume();
  const rest = new Promise((resolve) => host.stdin.once("data", (chunk: Buffer) => resolve(chunk.toString())));
  expect(await rest).toBe("veli hello\r");
});

test("one may be asked after the other", async () => {
  const { host, line } = ask();
  host.stdin.write("one\r");
  expect(await line).toBe("one");
  const again = ask(host);
  host.stdin.write("two\r");
  expect(await again.line).toBe("two");
});

test.each([
  ["Ctrl-C", (host: FakeHost) => void host.stdin.write("sec\u0003")],
  ["Ctrl-D", (host: FakeHost) => void host.stdin.write("\u0004")],
  ["a signal", (host: FakeHost) => host.signal("SIGTERM")],
])("%s leaves, and the terminal is as before", async (_, leave) => {
  const { host, line, departure } = ask();
  leave(host);
  await expect(line).rejects.toMatchObject({ code: "closed" });
  expect([await departure.decided, host.stdin.rawModes]).toEqual([0, [true, false]]);
});

test("a terminal that is gone ends it", async () => {
  const { host, line } = ask();
  host.stdin.end();
  await expect(line).rejects.toMatchObject({ code: "closed" });
});

test("no line is too long to be held", async () => {
  const { host, line } = ask();
  for (let count = 0; count < 100; count += 1) host.stdin.write("x".repeat(1_000));
  host.stdin.write("\r");
  expect((await line).length).toBe(4_096);
});
