import { expect, test } from "vitest";
import type { Field } from "../../../src/adapters/lmdb/flaw.ts";
import { FreePages } from "../../../src/adapters/lmdb/free-pages.ts";

const at = 5_000;

/** A list as it stands in the file: the count, and the words. */
function listOf(...words: readonly number[]): Buffer {
  const list = Buffer.alloc(8 * (words.length + 1));
  for (const [index, word] of [words.length, ...words].entries()) list.writeBigInt64LE(BigInt(word), 8 * index);
  return list;
}

function freePages(...lists: readonly Buffer[]): FreePages {
  const free = new FreePages(20);
  for (const list of lists) free.add(list, at);
  return free;
}

const unused = (): readonly Field[] => [];

test("pages, runs of pages and empty words are understood", () => {
  const free = freePages(listOf(3, 0, -4, 10, 7), listOf(2));
  expect(free.size).toBe(7);
  expect(free.wrong(unused)).toBeUndefined();
});

test("words behind the count do not count", () => {
  const list = Buffer.concat([listOf(3), listOf(999)]);
  expect(freePages(list).size).toBe(1);
});

test("a page that is in use as well is told, with both places", () => {
  const wrong = freePages(listOf(3, 9)).wrong((page) => (page === 9 ? [{ at: 777, bytes: 8 }] : []));
  expect(wrong).toEqual([
    { at: at + 16, bytes: 16 },
    { at: 777, bytes: 8 },
  ]);
});

test.each([
  ["a page listed twice", [listOf(3, 4, 3)]],
  ["a page listed within a run", [listOf(-4, 10), listOf(12)]],
  ["a page outside of the file", [listOf(21)]],
  ["a page of the file's beginning", [listOf(1)]],
  ["a run that goes beyond the file", [listOf(-4, 18)]],
  ["a run without its page", [listOf(-4)]],
  ["a count that the list does not have", [Buffer.concat([listOf(3, 4).subarray(0, 16)])]],
] as const)("%s is told", (_what, lists) => {
  expect(freePages(...lists).wrong(unused)).not.toBeUndefined();
});
