import { expect, test } from "vitest";
import { UsedPages } from "../../../src/adapters/lmdb/used-pages.ts";

const pageBytes = 4_096;

test("what leads to a page is told from the nearest number up to the meta page", () => {
  const used = new UsedPages(20, pageBytes);
  const places = [136, 5 * pageBytes + 700, 9 * pageBytes + 40];
  for (const [index, page] of [5, 9, 12].entries()) used.add(page, places[index] ?? 0);
  expect(used.leadsTo(12)).toEqual(places.toReversed().map((at) => ({ at, bytes: 8 })));
  expect(used.size).toBe(3);
});

test("nothing leads to a page that is not in use, nor to a meta page", () => {
  const used = new UsedPages(20, pageBytes);
  used.add(5, 136);
  expect([0, 1, 6, 999].map((page) => used.leadsTo(page))).toEqual([[], [], [], []]);
});

test("a number stands first among what leads by it", () => {
  const used = new UsedPages(20, pageBytes);
  used.add(5, pageBytes + 136);
  const field = { at: 5 * pageBytes + 88, bytes: 6 };
  expect(used.leadsBy(field)).toEqual([field, { at: pageBytes + 136, bytes: 8 }]);
});
