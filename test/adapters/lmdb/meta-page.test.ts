import { expect, test } from "vitest";
import { checkMetas, newestMeta, transactionFields, transactionOf } from "../../../src/adapters/lmdb/meta-page.ts";
import { temporaryDirectories } from "../temporary.ts";
import { makeStore, pageBytes, withImage } from "./pages.ts";

const makeDirectory = temporaryDirectories();

test("the meta pages of a store are sound, and the newer one counts", async () => {
  const path = await makeStore(await makeDirectory(), 3);
  withImage(path, (image) => {
    expect(() => checkMetas(image)).not.toThrow();
    const newest = newestMeta(image);
    expect(transactionOf(image.page(newest))).toBe(transactionOf(image.page(1 - newest)) + 1n);
    expect(transactionFields(image)).toEqual([
      { at: 152, bytes: 8 },
      { at: pageBytes + 152, bytes: 8 },
    ]);
  });
});

test.each([
  ["has another number", 0],
  ["is of another kind", 18],
  ["is not of an lmdb file", 25],
  ["is of another version", 28],
  ["has an address", 33],
  ["has an impossible size", 40],
  ["has an impossible size", 46],
  ["has another page size", 48],
])("a meta page that %s is told, whichever of them it is, and where", async (why, at) => {
  const path = await makeStore(await makeDirectory(), 1);
  for (const number of [0, 1]) {
    withImage(path, (image) => {
      image.flip(number * pageBytes + at, 1);
      const field = { at: number * pageBytes, bytes: 168 };
      expect(() => checkMetas(image)).toThrow(
        expect.objectContaining({ message: `meta page ${number} ${why}`, fields: [field] }),
      );
    });
  }
});

test("a map of 16 TiB is impossible, so that no other bit is turned to mend it", async () => {
  const path = await makeStore(await makeDirectory(), 1);
  withImage(path, (image) => {
    // All bits of the size that are set, and the one of 16 TiB.
    const size = image.page(0).readBigUInt64LE(40);
    for (let bit = 0; bit < 44; bit += 1) if ((size >> BigInt(bit)) & 1n) image.flip(40 + (bit >> 3), bit & 7);
    image.flip(40 + 5, 4);
    expect(() => checkMetas(image)).toThrow("meta page 0 has an impossible size");
  });
});

test.each([0, 2, 13, 40])("meta pages whose transactions are not in a row are told (bit %i)", async (bit) => {
  const path = await makeStore(await makeDirectory(), 1);
  for (const number of [0, 1]) {
    withImage(path, (image) => {
      image.flip(number * pageBytes + 152 + (bit >> 3), bit & 7);
      expect(() => checkMetas(image)).toThrow("the meta pages are not of transactions in a row");
    });
  }
});
