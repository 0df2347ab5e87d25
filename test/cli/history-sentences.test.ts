import { expect, test } from "vitest";
import { historyTable } from "../../src/cli/history-sentences.ts";
import { spoken } from "./fake-peer.ts";

const label = (id: bigint): string => (id === 5n ? "ali" : `${id}`);

test("gaps, disorder and data are told where they are", () => {
  const messages = [
    spoken({ from: 5n, text: "three", missing: 2n }),
    spoken({ from: 6n, text: "", data: { contentType: "", data: Uint8Array.of(1, 2) }, unordered: true }),
  ];
  expect(
    historyTable({ with: "everyone", self: 1n, readers: [], messages }, label).map((line) => line.slice(21)),
  ).toEqual([
    "from  #   text",
    "ali   #1  (2 missing before) three",
    "6     #1  (before what it answers) (2 bytes of data)",
  ]);
});

test("where there is more, it says what to type for it", () => {
  const page = { self: 1n, readers: [], messages: [spoken()], before: "h1-9" };
  expect(historyTable({ ...page, with: 5n }, label).at(-1)).toBe("more: /history 5 1 before h1-9");
  expect(historyTable({ ...page, with: "everyone" }, label).at(-1)).toBe("more: /history * 1 before h1-9");
});

test("nothing that was said can pass for another line", () => {
  const messages = [spoken({ text: "a\n[5] b\u001b[2J" })];
  for (const line of historyTable({ with: 5n, self: 1n, readers: [], messages }, label)) {
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(line).not.toMatch(/^\[/);
  }
});

test("where nothing is kept, it says so", () => {
  expect(historyTable({ with: 5n, self: 1n, readers: [], messages: [] }, label)).toEqual([
    "nothing is kept of that conversation",
  ]);
});

test("what of one's own was read is told: by whom it was for, and by how many of a group", () => {
  const messages = [1n, 2n].map((number) => spoken({ from: 1n, number }));
  const own = { with: 5n, self: 1n, messages, readers: [{ by: 5n, number: 1n }] };
  const numbers = (lines: readonly string[]): readonly string[] =>
    lines.slice(1).map((line) => line.slice(26, 38).trim());
  expect(numbers(historyTable(own, label))).toEqual(["#1 read  Hi", "#2       Hi"]);
  const since = [{ by: 5n, number: 2n, first: 2n }];
  expect(numbers(historyTable({ ...own, readers: since }, label))).toEqual(["#1       Hi", "#2 read  Hi"]);
  const group = messages.map((message) => ({ ...message, conversation: "group" as const }));
  const readers = [...own.readers, { by: 6n, number: 2n }];
  const lines = historyTable({ ...own, messages: [...group, spoken({ from: 5n })], readers }, label);
  expect(lines.slice(1).map((line) => / read by \d/.exec(line)?.[0])).toEqual([" read by 2", " read by 1", undefined]);
});
