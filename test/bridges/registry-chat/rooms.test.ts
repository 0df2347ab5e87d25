import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { Rooms } from "../../../src/bridges/registry-chat/rooms.ts";

test("groups are numbered from 1 on, and keep their numbers over a restart", () => {
  const notebook = memoryNotebook();
  const rooms = new Rooms(notebook);
  expect([rooms.numberOf(900n), rooms.numberOf(800n), rooms.numberOf(900n)]).toEqual([1, 2, 1]);
  const number = rooms.next();
  rooms.note(number, 700n);
  const again = new Rooms(notebook);
  expect([again.numberOf(700n), again.numberOf(800n), again.numberOf(600n)]).toEqual([3, 2, 4]);
  expect([again.groupOf("3"), again.groupOf("5"), again.groupOf("x"), again.groupOf("")]).toEqual([
    700n,
    undefined,
    undefined,
    undefined,
  ]);
});

test("the oldest of a thousand rooms gives way", () => {
  const notebook = memoryNotebook();
  const rooms = new Rooms(notebook);
  for (let group = 1n; group <= 1_001n; group++) rooms.numberOf(group);
  expect([rooms.groupOf("1"), rooms.groupOf("2"), rooms.groupOf("1001")]).toEqual([undefined, 2n, 1_001n]);
  expect(notebook.entries()).toHaveLength(1_000);
});

test("a notebook that is full costs the number nothing but its memory", () => {
  const rooms = new Rooms(memoryNotebook(0));
  expect([rooms.numberOf(900n), rooms.groupOf("1")]).toEqual([1, 900n]);
});
