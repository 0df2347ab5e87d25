import { expect, test } from "vitest";
import type { Command } from "../../src/cli/line.ts";
import { readLines } from "../../src/cli/read-lines.ts";
import { FakeStream, settled } from "./fake-host.ts";

async function commandsOf(...chunks: readonly (string | Uint8Array)[]): Promise<readonly Command[]> {
  const input = new FakeStream();
  const queue = readLines(input);
  for (const chunk of chunks) input.write(chunk);
  input.end();
  const commands: Command[] = [];
  for await (const command of queue) commands.push(command);
  return commands;
}

test("each line is a command, the last one also without its line feed", async () => {
  expect(await commandsOf("7 one\r\n/pe", "ers\n7 t", "wo")).toMatchObject([
    { kind: "send", to: 7n, text: "one" },
    { kind: "peers" },
    { kind: "send", to: 7n, text: "two" },
  ]);
});

test("characters cut in two by a chunk are whole", async () => {
  const bytes = Buffer.from("7 grüß\n");
  expect(await commandsOf(bytes.subarray(0, 5), bytes.subarray(5))).toMatchObject([
    { kind: "send", to: 7n, text: "grüß" },
  ]);
});

test("a byte order mark in front is no part of the id", async () => {
  expect(await commandsOf("\ufeff7 one\n")).toMatchObject([{ kind: "send", to: 7n, text: "one" }]);
});

test("bytes that are not UTF-8 are refused rather than altered, and the next line is read", async () => {
  expect(await commandsOf(Buffer.from([0x37, 0x20, 0xff, 0x0a]), "7 next\n")).toMatchObject([
    { kind: "bad", error: { code: "bad-content" } },
    { kind: "send", text: "next" },
  ]);
});

test("a line over the limit is refused with its length, and the next line is read", async () => {
  expect(await commandsOf(`7 ${"x".repeat(2_000_000)}`, "\n7 next\n")).toMatchObject([
    { kind: "bad", error: { code: "too-large", message: expect.stringContaining("2000002 bytes") as string } },
    { kind: "send", text: "next" },
  ]);
});

test("nothing more is read while commands wait", async () => {
  const input = new FakeStream();
  const queue = readLines(input);
  input.write("/peers\n/help\n");
  await settled();
  input.write("/exit\n");
  await settled();
  expect(queue.size).toBe(2);
  const reader = queue[Symbol.asyncIterator]();
  const kinds: unknown[] = [];
  for (let taken = 0; taken < 3; taken++) kinds.push((await reader.next()).value);
  expect(kinds).toEqual([{ kind: "peers" }, { kind: "help" }, { kind: "exit" }]);
});

test("an input that fails is at its end", async () => {
  const input = new FakeStream();
  const queue = readLines(input);
  input.destroy(new Error("the terminal hung up"));
  expect(await queue[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
});
