import { expect, test } from "vitest";
import { complete } from "../../src/cli/completion.ts";
import { readTerminal } from "../../src/cli/read-terminal.ts";
import { FakeStream, settled } from "./fake-host.ts";
import { peerInfo } from "./fake-peer.ts";

function open() {
  const [stdin, stdout] = [new FakeStream(), new FakeStream()];
  let written = "";
  stdout.on("data", (chunk: Uint8Array) => (written += Buffer.from(chunk).toString()));
  let [interrupts, ends] = [0, 0];
  const { commands } = readTerminal(stdin, stdout, {
    interrupted: () => (interrupts += 1),
    ended: () => (ends += 1),
    complete: (line) =>
      complete(line, {
        peers: () => [peerInfo({ name: "ali" }), peerInfo({ id: 7n, name: "Çağla Öz" })],
        groups: () => [{ id: 9n, name: "team" }],
      }),
  });
  const type = async (text: string): Promise<void> => {
    stdin.write(text);
    await settled();
  };
  /** @returns what is drawn then. */
  const resize = async (columns: number): Promise<string> => {
    const before = written.length;
    stdout.columns = columns;
    stdout.emit("resize");
    await settled();
    return written.slice(before);
  };
  return { stdin, commands, type, resize, interrupts: () => interrupts, ends: () => ends };
}

test("lines typed are commands, after editing", async () => {
  const { commands, type } = open();
  await type("77 Hi thare\u007f\u007f\u007fere!\r");
  await type("/peers\r");
  const reader = commands[Symbol.asyncIterator]();
  expect((await reader.next()).value).toMatchObject({ kind: "send", to: 77n, text: "Hi there!" });
  expect((await reader.next()).value).toEqual({ kind: "peers" });
});

test("Tab completes commands and names", async () => {
  const { commands, type } = open();
  // One key after the other: a tab that is pasted is text.
  for (const key of ["/se", "\t", "al", "\t", "\r", "ça", "\t", "hi\r", "/leave t", "\t", "\r"]) await type(key);
  const reader = commands[Symbol.asyncIterator]();
  expect((await reader.next()).value).toEqual({ kind: "search", word: "ali" });
  expect((await reader.next()).value).toMatchObject({ kind: "send", to: '"Çağla Öz"', text: "hi" });
  expect((await reader.next()).value).toEqual({ kind: "leave", group: "team" });
});

test("Ctrl-C interrupts, and Ctrl-D ends the input at an empty line only, which is told", async () => {
  const { commands, type, interrupts, ends } = open();
  await type("\u0003");
  expect(interrupts()).toBe(1);
  await type("x\u0004");
  expect(ends()).toBe(0);
  await type("\u007f\u0004");
  expect(ends()).toBe(1);
  expect(await commands[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
});

test("while too many pasted lines wait, Ctrl-C is a signal again", async () => {
  const { stdin, commands, type } = open();
  await type("/peers\r".repeat(1_001));
  expect(stdin.rawModes.at(-1)).toBe(false);
  expect(stdin.isPaused()).toBe(true);
  const reader = commands[Symbol.asyncIterator]();
  for (let taken = 0; taken < 1_001; taken++) await reader.next();
  void reader.next();
  await settled();
  expect(stdin.rawModes.at(-1)).toBe(true);
  expect(stdin.isPaused()).toBe(false);
});

test("in a window made wider or narrower, which wraps the line anew, it is drawn from the row where it begins", async () => {
  const { type, resize } = open();
  const text = "77 0123456789012345678901234567";
  for (const character of text) await type(character);
  const drawn = `\u001b[1G\u001b[0J> ${text}\u001b[`;
  expect(await resize(20)).toContain(`\u001b[1A${drawn}`);
  expect(await resize(15)).toContain(`\u001b[2A${drawn}`);
  const wide = await resize(60);
  expect(wide).toContain(drawn);
  expect(wide).not.toMatch(/\u001b\[\d*A/);
});
