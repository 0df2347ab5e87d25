import { expect, test } from "vitest";
import { TerminalMenu } from "../../src/cli/menu-terminal.ts";
import { FakeStream, settled } from "./fake-host.ts";
import { Screen } from "./screen.ts";

function open(columns = 60) {
  const [stdin, stdout] = [new FakeStream(), new FakeStream()];
  stdout.columns = columns;
  const screen = new Screen(columns);
  stdout.on("data", (chunk: Uint8Array) => screen.write(Buffer.from(chunk).toString()));
  const acknowledged: bigint[] = [];
  let [interrupts, ends] = [0, 0];
  const menu = new TerminalMenu({
    input: stdin,
    output: stdout,
    interrupted: () => (interrupts += 1),
    ended: () => (ends += 1),
    acknowledge: (cursor) => acknowledged.push(cursor),
  });
  const type = async (text: string): Promise<void> => {
    stdin.write(text);
    await settled();
  };
  const next = async (): Promise<unknown> => (await menu.lines[Symbol.asyncIterator]().next()).value;
  return { menu, screen, type, next, acknowledged, interrupts: () => interrupts, ends: () => ends };
}

test("what arrives stands above the question, and what is being typed at it stays", async () => {
  const { menu, screen, type, next, acknowledged } = open();
  menu.show("***** Menu *****");
  menu.ask("Enter your message: ");
  await type("hal");
  menu.message("127.0.0.1:8080 P1 hello", 5n);
  await type("lo\u001b[D\u001b[D\u001b[D");
  const [row, column] = screen.cursor;
  menu.show("Peer 127.0.0.1:8080 disconnected");
  await settled();
  expect(screen.rows).toEqual([
    "***** Menu *****",
    "127.0.0.1:8080 P1 hello",
    "Peer 127.0.0.1:8080 disconnected",
    "Enter your message: hallo",
  ]);
  expect(screen.cursor).toEqual([row + 1, column]);
  await type("\r");
  expect(await next()).toEqual({ kind: "text", text: "hallo" });
  expect(acknowledged).toEqual([5n]);
});

test("between an answer and the next question there is none, and nothing is asked twice", async () => {
  const { menu, screen, type } = open();
  menu.ask("Enter choice: ");
  await type("2\r");
  menu.show("No connected peers");
  menu.message("127.0.0.1:8080 P1 hello", 5n);
  menu.ask("Enter choice: ");
  await settled();
  expect(screen.rows).toEqual(["Enter choice: 2", "No connected peers", "127.0.0.1:8080 P1 hello", "Enter choice:"]);
});

test("what is typed ahead of a question is there when it is asked", async () => {
  const { menu, screen, type, next } = open();
  menu.ask("Enter choice: ");
  await type("1\r127.0");
  menu.show("a line");
  menu.ask("Enter the recipient's IP address: ");
  await settled();
  expect(screen.rows.at(-1)).toBe("Enter the recipient's IP address: 127.0");
  await type(".0.1\r");
  expect([await next(), await next()]).toMatchObject([{ text: "1" }, { text: "127.0.0.1" }]);
});

test("a long answer that wraps is not torn by what arrives", async () => {
  const { menu, screen, type } = open(30);
  menu.ask("Enter your message: ");
  await type("0123456789abcdefghij");
  menu.message("127.0.0.1:8080 P1 hello", 5n);
  await settled();
  expect(screen.rows).toEqual(["127.0.0.1:8080 P1 hello", "Enter your message: 0123456789", "abcdefghij"]);
});

test("Ctrl-C interrupts; Ctrl-D at an empty line is told, and what arrives is shown on", async () => {
  const { menu, screen, type, next, interrupts, ends } = open();
  menu.ask("Enter choice: ");
  await type("\u0003");
  expect(interrupts()).toBe(1);
  await type("\u0004");
  expect([await next(), ends()]).toEqual([undefined, 1]);
  menu.ask("Enter choice: ");
  menu.show("127.0.0.1:8080 P1 hello");
  await settled();
  expect(screen.rows).toEqual(["Enter choice:", "127.0.0.1:8080 P1 hello"]);
});

test("closed after an answer it leaves no empty line, and closed at a question it leaves that as it is", async () => {
  const answered = open();
  answered.menu.ask("Enter choice: ");
  await answered.type("0\r");
  answered.menu.close();
  answered.menu.show("Exiting");
  await settled();
  expect(answered.screen.rows).toEqual(["Enter choice: 0", "Exiting"]);
  const asked = open();
  asked.menu.ask("Enter choice: ");
  asked.menu.close();
  asked.menu.show("Exiting");
  await settled();
  expect(asked.screen.rows).toEqual(["Enter choice:", "Exiting"]);
  expect([asked.menu.flushed(), await asked.menu.room()]).toEqual([true, undefined]);
});
