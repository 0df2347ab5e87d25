import { expect, test } from "vitest";
import { branchPage, isTable, leafFault, leafPage, nodesOf, pageFault } from "../../../src/adapters/lmdb/page.ts";
import { makePage } from "./pages.ts";

const leaf = makePage(leafPage, [
  { key: "alpha", value: Buffer.from("one") },
  { key: "beta", value: Buffer.from("four") },
]);
const wanted = { number: 5, kind: leafPage, transaction: 7n } as const;

/** The page with one field replaced. */
function changed(at: number, value: number): Buffer {
  const page = Buffer.from(leaf);
  page.writeUInt16LE(value, at);
  return page;
}

test("a sound page has no fault, and its nodes are found in the order of their keys", () => {
  expect(pageFault(leaf, wanted)).toBeUndefined();
  const texts = nodesOf(leaf).map(({ keyAt, keyEnd, valueAt, valueBytes }) => [
    leaf.toString("latin1", keyAt, keyEnd),
    leaf.toString("latin1", valueAt, valueAt + valueBytes),
  ]);
  expect(texts).toEqual([
    ["alpha", "one"],
    ["beta", "four"],
  ]);
});

test("a branch leads to the pages below, however large their number", () => {
  const branch = makePage(branchPage, [
    { key: "", child: 8 },
    { key: "m", child: 70_000 },
  ]);
  expect(pageFault(branch, { ...wanted, kind: branchPage })).toBeUndefined();
  expect(nodesOf(branch).map(({ child }) => child)).toEqual([8, 70_000]);
});

test.each([
  ["has another number", leaf, { ...wanted, number: 4 }],
  ["is newer than the file", leaf, { ...wanted, transaction: 6n }],
  ["is of another kind", leaf, { ...wanted, kind: branchPage }],
  ["is of another kind", changed(16, 1), wanted],
  ["has impossible bounds", changed(20, 0), wanted],
  ["has impossible bounds", changed(20, 3), wanted],
  ["has impossible bounds", changed(22, 2), wanted],
  ["has impossible bounds", changed(22, 4_090), wanted],
  ["has a gap between its nodes, or an overlap", changed(20, 2), wanted],
  ["has a gap between its nodes, or an overlap", changed(24, 4_071), wanted],
  ["has a node that ends outside of it", changed(4_096 - 16 + 6, 500), wanted],
  ["has a node that ends outside of it", changed(4_096 - 16 + 4, 9), wanted],
] as const)("a page that %s is told apart (%#)", (fault, page, expected) => {
  expect(pageFault(page, expected)).toBe(fault);
});

test("a leaf is told by what it lists", () => {
  const table = makePage(leafPage, [{ key: "inbox\0", value: Buffer.alloc(48), flags: isTable }]);
  const free = makePage(leafPage, [{ key: "\x09\0\0\0\0\0\0\0", value: Buffer.alloc(24) }]);
  expect([leafFault(leaf, "table", 9n), leafFault(table, "main", 9n), leafFault(free, "free", 9n)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(leafFault(table, "table", 9n)).toBe("has a table within a table");
  expect(leafFault(leaf, "main", 9n)).toBe("is no list of tables");
  expect(leafFault(leaf, "free", 9n)).toBe("is no list of free pages");
  expect(leafFault(makePage(branchPage, [{ key: "", child: 3 }]), "main", 9n)).toBeUndefined();
  expect(leafFault(free, "free", 8n)).toBe("has pages that were freed after the last transaction");
});
