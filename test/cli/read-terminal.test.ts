import { expect, test } from "vitest";
import { complete } from "../../src/cli/completion.ts";
import { readTerminal } from "../../src/cli/read-terminal.ts";
import { FakeStream, settled } from "./fake-host.ts";
import { peerInfo } from "./fake-peer.ts";

function open() {
  const [stdin, stdout] = [new FakeStream(), new FakeStream()];
  stdout.resume();
  let interrupts = 0;
  const { commands } = readTerminal(stdin, stdout, {
    interrupted: () => (interrupts += 1),
    complete: (line) => complete(line, () => [peerInfo({ name: "ali" }), peerInfo({ id: 7n, name: "Ali Reza" })]),
  });
  const type = async (text: string): Promise<void> => {
    stdin.write(text);
    await settled();
  };
  return { stdin, commands, type, interrupts: () => interrupts };
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
  for (const key of ["/se", "\t", "al", "\t", "\r", '"al', "\t", "hi\r"]) await type(key);
  const reader = commands[Symbol.asyncIterator]();
  expect((await reader.next()).value).toEqual({ kind: "search", word: "ali" });
  expect((await reader.next()).value).toMatchObject({ kind: "send", to: '"Ali Reza"', text: "hi" });
});

test("Ctrl-C interrupts and Ctrl-D ends the input", async () => {
  const { commands, type, interrupts } = open();
  await type("\u0003");
  expect(interrupts()).toBe(1);
  await type("\u0004");
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
