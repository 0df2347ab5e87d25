import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  compareBytes,
  compareNumbers,
  firstOutOfOrder,
  keyAgain,
  keyOf,
  type PageKey,
} from "../../../src/adapters/lmdb/page-key.ts";
import { leafPage, nodesOf } from "../../../src/adapters/lmdb/page.ts";
import { temporaryDirectories } from "../temporary.ts";
import { makePage, pageBytes, withImage } from "./pages.ts";

const makeDirectory = temporaryDirectories();
const start = 5 * pageBytes;

const limit = (text: string): PageKey => ({ bytes: Buffer.from(text), field: { at: 1, bytes: 2 } });

/** The texts of the first two keys out of order. */
function found(keys: readonly string[], limits: { low?: string; high?: string } = {}): readonly string[] | undefined {
  const page = makePage(
    leafPage,
    keys.map((key) => ({ key })),
  );
  const low = limits.low === undefined ? undefined : limit(limits.low);
  const high = limits.high === undefined ? undefined : limit(limits.high);
  const wrong = firstOutOfOrder({ page, start, nodes: nodesOf(page), low, high, compare: compareBytes });
  return wrong?.map(({ bytes }) => bytes.toString());
}

test("keys in order between those beside them are fine", () => {
  expect(found(["b", "c", "cc", "d"], { low: "b", high: "e" })).toBeUndefined();
  expect(found([], { low: "b", high: "a" })).toBeUndefined();
});

test("keys that are not in order, or alike, or outside of their limits are found", () => {
  expect(found(["b", "d", "c"])).toEqual(["c", "d"]);
  expect(found(["b", "b"])).toEqual(["b", "b"]);
  expect(found(["b", "c"], { low: "bb" })).toEqual(["b", "bb"]);
  expect(found(["b", "c"], { high: "c" })).toEqual(["c", "c"]);
});

test("numbers of transactions are compared as numbers", () => {
  const [small, large] = [Buffer.alloc(8), Buffer.alloc(8)];
  small.writeBigUInt64LE(255n);
  large.writeBigUInt64LE(256n);
  const whole = { keyAt: 0, keyEnd: 8 };
  expect(compareNumbers(small, whole, large, whole)).toBeLessThan(0);
  expect(compareBytes(small, whole, large, whole)).toBeGreaterThan(0);
});

test("a key is known by its place, and can be read again when the file has changed", async () => {
  const page = makePage(leafPage, [{ key: "alpha" }], { number: 0 });
  const path = join(await makeDirectory(), "file");
  await writeFile(path, page);
  const [node] = nodesOf(page);
  if (node === undefined) throw new Error("the page has no node");
  const key = keyOf(node, page, 0);
  expect(key.field).toEqual({ at: node.at, bytes: 8 + "alpha".length });
  withImage(path, (image) => {
    image.flip(node.keyAt, 5);
    expect(keyAgain(key, image).bytes.toString()).toBe("Alpha");
  });
});
