import { expect, test } from "vitest";
import { SortedTable } from "../../../src/adapters/memory/sorted-table.ts";

const keyOf = (number: number): string => number.toString().padStart(5, "0");
const numbersIn = (table: SortedTable): readonly number[] =>
  table.read(undefined, 10_000).map(({ key }) => Number(key));

test("keys written in any order are read in order", () => {
  const table = new SortedTable();
  for (const number of [5, 1, 9, 3, 9, 2, 8]) table.put(keyOf(number), Uint8Array.of(number));
  expect(numbersIn(table)).toEqual([1, 2, 3, 5, 8, 9]);
  table.put(keyOf(4), Uint8Array.of(4));
  table.put(keyOf(10), Uint8Array.of(10));
  expect(numbersIn(table)).toEqual([1, 2, 3, 4, 5, 8, 9, 10]);
});

test("a queue that moves through the table keeps only what is in it", () => {
  const table = new SortedTable();
  for (let number = 0; number < 1_000; number += 1) {
    table.put(keyOf(number), Uint8Array.of(1));
    if (number >= 10) table.remove(keyOf(number - 10));
  }
  expect(numbersIn(table)).toEqual([990, 991, 992, 993, 994, 995, 996, 997, 998, 999]);
});

test("a key removed before it was ever read stays removed, and may return", () => {
  const table = new SortedTable();
  for (let number = 200; number > 0; number -= 1) table.put(keyOf(number), Uint8Array.of(1));
  for (let number = 1; number < 200; number += 1) table.remove(keyOf(number));
  expect(numbersIn(table)).toEqual([200]);
  table.put(keyOf(7), Uint8Array.of(7));
  expect(numbersIn(table)).toEqual([7, 200]);
});
