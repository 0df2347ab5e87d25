import { expect, test } from "vitest";
import { LineWriter } from "../../src/cli/line-writer.ts";
import { PlainMenu } from "../../src/cli/menu-plain.ts";
import { readTypedLines } from "../../src/cli/read-lines.ts";
import { FakeHost, settled } from "./fake-host.ts";

function open() {
  const host = new FakeHost();
  const acknowledged: bigint[] = [];
  const writer = new LineWriter(
    host,
    () => {},
    (cursor) => acknowledged.push(cursor),
  );
  const screen = new PlainMenu(
    readTypedLines(host.stdin, (line) => line),
    writer,
  );
  return { host, screen, acknowledged };
}

test("a prompt is a line of its own, so that what arrives while it stands is one, too", () => {
  const { host, screen, acknowledged } = open();
  screen.ask("Enter choice: ");
  screen.message("127.0.0.1:8080 P1 hello", 5n);
  screen.show("Connected Peers:");
  expect(host.out).toBe("Enter choice: \n127.0.0.1:8080 P1 hello\nConnected Peers:\n");
  expect(acknowledged).toEqual([5n]);
  expect(screen.flushed()).toBe(true);
});

test("while nobody reads it is not flushed, and no message counts as shown", async () => {
  const { host, screen, acknowledged } = open();
  host.room = 0;
  screen.message("127.0.0.1:8080 P1 hello", 5n);
  const flushed = screen.flushed();
  expect(acknowledged.at(-1)).toBe(4n);
  host.room = 1_000;
  host.wake();
  await settled();
  expect([await flushed, acknowledged.at(-1), host.out]).toEqual([true, 5n, "127.0.0.1:8080 P1 hello\n"]);
  await screen.room();
});

test("answers are lines, and end when it is closed", async () => {
  const { host, screen } = open();
  host.stdin.write("1\n127.0");
  await settled();
  screen.close();
  const answers = [];
  for await (const line of screen.lines) answers.push(line);
  expect(answers).toEqual([{ kind: "text", text: "1" }]);
});
