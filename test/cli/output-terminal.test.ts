import { expect, test } from "vitest";
import type { Completion } from "../../src/cli/completion.ts";
import { TerminalOutput } from "../../src/cli/output-terminal.ts";
import { readTerminal } from "../../src/cli/read-terminal.ts";
import type { PeerInfo } from "../../src/peer/types.ts";
import { FakeStream, settled } from "./fake-host.ts";
import { explanation, message, peerInfo } from "./fake-peer.ts";
import { Screen } from "./screen.ts";

const here = 77252666718255106n;
const away = 77252666718255107n;

function terminal(columns = 40, colours = false, known: readonly PeerInfo[] = [peerInfo({ id: here })]) {
  const stdin = new FakeStream();
  const stdout = new FakeStream();
  stdout.columns = columns;
  const screen = new Screen(columns);
  let written = "";
  stdout.on("data", (chunk: Uint8Array) => {
    written += Buffer.from(chunk).toString();
    screen.write(Buffer.from(chunk).toString());
  });
  const listener = { interrupted: () => {}, ended: () => {}, complete: (): Completion => [[], ""] };
  const { editor, commands } = readTerminal(stdin, stdout, listener);
  const shown: bigint[] = [];
  const acknowledge = (cursor: bigint): void => void shown.push(cursor);
  const peerOf = (id: bigint) => known.find((peer) => peer.id === id);
  const output = new TerminalOutput({ editor, screen: stdout, colours, peerOf, groupOf: () => undefined, acknowledge });
  const type = async (text: string): Promise<void> => {
    stdin.write(text);
    await settled();
  };
  return { output, commands, editor, screen, type, shown, written: () => written };
}

test("a message arrives above what is being typed, and the cursor stays where it was", async () => {
  const { output, screen, type } = terminal();
  output.error({ code: "x", message: "first" });
  await type("77 half a lin");
  await type("\u001b[D\u001b[D");
  const before = screen.cursor;
  output.message(message());
  await settled();
  expect(screen.rows).toEqual(["! first", "[77252666718255106] Hi there!", "> 77 half a lin"]);
  expect(screen.cursor).toEqual([before[0] + 1, before[1]]);
  await type("X");
  await type("X");
  expect(screen.rows.at(-1)).toBe("> 77 half a lXXin");
});

test("the same holds when what is typed is longer than the terminal is wide", async () => {
  const { output, commands, screen, type } = terminal(20);
  output.error({ code: "x", message: "first" });
  const typed = "77 0123456789012345678901234567890123456789";
  await type(typed);
  for (const text of ["one", "two"]) output.message(message({ from: 5n, text }));
  await settled();
  const prompt = `> ${typed}`;
  expect(screen.rows).toEqual([
    "! first",
    "[5] one",
    "[5] two",
    prompt.slice(0, 20),
    prompt.slice(20, 40),
    prompt.slice(40),
  ]);
  await type("\u001b[A\u001b[H\u0005!\r");
  await settled();
  const next = (await commands[Symbol.asyncIterator]().next()).value;
  expect(next).toMatchObject({ kind: "send", to: 77n });
});

test("the cursor may be in any row of a long line", async () => {
  const { output, screen, type } = terminal(20);
  output.error({ code: "x", message: "first" });
  await type("77 0123456789012345678901234567890123456789");
  await type("\u0001");
  output.message(message({ from: 5n, text: "one" }));
  await settled();
  expect(screen.rows.slice(0, 3)).toEqual(["! first", "[5] one", "> 77 012345678901234"]);
  expect(screen.cursor).toEqual([2, 2]);
});

test("a line that is as wide as the terminal breaks nothing", async () => {
  const { output, screen, type } = terminal(20);
  output.error({ code: "x", message: "first" });
  await type("77 012345678901234");
  output.message(message({ from: 5n, text: "0123456789012345" }));
  output.message(message({ from: 5n, text: "x" }));
  await settled();
  expect(screen.rows.slice(0, 4)).toEqual(["! first", "[5] 0123456789012345", "[5] x", "> 77 012345678901234"]);
});

test("statuses are told in a few words, and an accepted message only when its target is away", async () => {
  const { output, screen } = terminal(80);
  const status = { kind: "status", number: 3n, to: here, reason: "" } as const;
  output.event({ ...status, status: "accepted" });
  output.event({ ...status, status: "delivered" });
  output.event({ ...status, to: away, status: "accepted" });
  output.event({ ...status, to: away, status: "stored" });
  output.event({ ...status, to: away, status: "expired", reason: "seven days" });
  await settled();
  expect(screen.rows).toEqual([
    `✓ #3 delivered to ${here}`,
    `… #3 waits for ${away}, which is away`,
    `⋯ #3 to ${away} is held by others too: this peer may leave`,
    `✗ #3 to ${away} expired: seven days`,
    ">",
  ]);
});

test("a name stands beside its id, and cannot pass for anything else", async () => {
  const known = [
    peerInfo({ id: 5n, name: "ali" }),
    peerInfo({ id: 6n, name: "8] [9" }),
    peerInfo({ id: 7n, name: "8" }),
  ];
  const { output, screen } = terminal(80, false, known);
  for (const from of [5n, 6n, 7n, 8n]) output.message(message({ from, text: "hi" }));
  output.event({ kind: "peer", id: 5n, state: "up" });
  output.event({ kind: "status", number: 3n, to: 5n, status: "delivered", reason: "" });
  await settled();
  expect(screen.rows).toEqual([
    "[5 ali] hi",
    '[6 "8] [9"] hi',
    '[7 "8"] hi',
    "[8] hi",
    "+ peer 5 ali is up",
    "✓ #3 delivered to 5 ali",
    ">",
  ]);
});

test("/clear leaves the prompt and what is being typed on an empty screen", async () => {
  const { output, screen, type, written } = terminal(20);
  for (const text of ["one", "two"]) output.message(message({ from: 5n, text }));
  await type("77 0123456789012345678901");
  output.clear();
  await settled();
  expect(written()).toContain("\u001b[1;1H\u001b[0J\u001b[1G\u001b[0J> 77 ");
  output.message(message({ from: 5n, text: "three" }));
  await settled();
  expect(screen.rows.filter((row) => row.startsWith("["))).toEqual(["[5] three"]);
});

test("a message that was long on its way says when it was sent", async () => {
  const { output, screen } = terminal(80);
  output.message(message({ sentAt: new Date("2026-03-04T04:00:00Z") }));
  await settled();
  expect(screen.rows[0]).toBe("[77252666718255106] Hi there! (sent 2026-03-04 04:00:00 UTC)");
});

test("colours are used when allowed, and never otherwise", async () => {
  for (const colours of [true, false]) {
    const { output, written } = terminal(80, colours);
    output.ready({ id: 7n, listen: "a:1", wished: undefined, desired: null });
    output.message(message({ missing: 1n }));
    output.event({ kind: "peer", id: 7n, state: "up" });
    output.event({ kind: "id", id: 7n, reason: "" });
    await settled();
    expect(/\u001b\[\d+m/.test(written())).toBe(colours);
  }
});

test("everything that can be said is said above the prompt", async () => {
  const { output, screen } = terminal(80);
  output.peers([peerInfo()]);
  output.explained([explanation()]);
  output.connecting("a:1");
  output.who([peerInfo({ name: "Ada" })], 7n, new Map());
  output.found({ word: "x", answer: { kind: "unknown", near: [] }, self: 7n });
  output.help();
  output.log("12:00 WARN: a link is gone");
  await settled();
  expect(screen.rows.at(-1)).toBe(">");
  expect(screen.rows.join("\n")).toMatch(
    /neighbour[^]*stored[^]*connecting to a:1[^]*Ada[^]*not found: x[^]*\/exit[^]*a link is gone/,
  );
});

test("after the end of input lines are still shown, without a prompt", async () => {
  const { output, screen, type } = terminal(80);
  output.error({ code: "x", message: "first" });
  await type("\u0004");
  output.message(message());
  await settled();
  expect(screen.rows).toEqual(["! first", ">", "[77252666718255106] Hi there!"]);
});

test("leaving gives the terminal back", async () => {
  const { output, editor, screen } = terminal(80);
  let closed = false;
  editor.on("close", () => (closed = true));
  output.leaving();
  output.close();
  await settled();
  expect(closed).toBe(true);
  expect(screen.rows.at(-1)).toBe("leaving");
});

test("within a session the prompt names the other end, and what is being typed stays", async () => {
  const { output, screen, type } = terminal(60, false, [peerInfo({ id: 72n, name: "veli" })]);
  const happens = async (peer: bigint, state: "accepted" | "ended" | "busy"): Promise<void> => {
    output.event({ kind: "session", peer, state, by: "peer", reason: "", cursor: 0n });
    await settled();
  };
  await type("half a lin");
  await happens(72n, "accepted");
  expect(screen.rows.at(-1)).toBe("veli> half a lin");
  await type("e");
  await happens(5n, "busy");
  await happens(5n, "ended");
  expect(screen.rows.at(-1)).toBe("veli> half a line");
  await happens(72n, "ended");
  expect(screen.rows.at(-1)).toBe("> half a line");
  expect(screen.rows.filter((row) => row.includes("half a"))).toHaveLength(1);
  await happens(5n, "accepted");
  expect(screen.rows.at(-1)).toBe("5> half a line");
});

test("what is unread and what was read stand in the prompt, before what is being typed, and are no lines of their own", async () => {
  const known = [peerInfo({ id: here, name: "ali" })];
  const { output, screen, type } = terminal(80, false, known);
  await type("ali half a lin");
  output.unread([{ with: here, count: 2 }]);
  output.event({ kind: "read", by: here, to: here, number: 3n });
  await type("e");
  expect(screen.rows).toEqual(["(2 unread: ali) (ali read #3) > ali half a line"]);
  output.unread([]);
  output.event({ kind: "status", number: 4n, to: here, reason: "", status: "accepted" });
  await settled();
  expect(screen.rows).toEqual(["> ali half a line"]);
});

test("a prompt takes up the name of whom it names, once that is known", async () => {
  const known: PeerInfo[] = [];
  const { output, screen } = terminal(80, false, known);
  output.unread([{ with: here, count: 1 }]);
  await settled();
  expect(screen.rows.at(-1)).toBe(`(1 unread: ${here}) >`);
  known.push(peerInfo({ id: here, name: "ali" }));
  output.event({ kind: "peer", id: here, state: "up" });
  await settled();
  expect(screen.rows.at(-1)).toBe("(1 unread: ali) >");
});

test("what programs announce to everyone is not for people, and counts as shown", () => {
  const { output, shown, written } = terminal();
  const data = { contentType: "application/vnd.e3.announcement", data: Uint8Array.of(1) };
  const before = written();
  output.message(message({ conversation: "everyone", data, cursor: 7n }));
  expect([written(), shown]).toEqual([before, [7n]]);
});

test("who was shown by another name is told of before the next line that has the new one", async () => {
  let name = "naz";
  const known = [
    {
      ...peerInfo({ id: here }),
      get name() {
        return name;
      },
    },
  ];
  const { output, screen } = terminal(60, false, known);
  output.event({ kind: "peer", id: here, state: "up" });
  name = "deniz";
  output.message(message({ from: here }));
  await settled();
  expect(screen.rows.slice(0, 3)).toEqual([
    `+ peer ${here} naz is up`,
    `* ${here} naz is now called deniz`,
    `[${here} deniz] Hi there!`,
  ]);
  name = "";
  output.event({ kind: "peer", id: here, state: "renamed" });
  output.event({ kind: "peer", id: here, state: "down" });
  await settled();
  expect(screen.rows.slice(3, 5)).toEqual([`* ${here} deniz has no name any more`, `- peer ${here} is down`]);
});
