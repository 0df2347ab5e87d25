import { expect, test } from "vitest";
import { openLmdbStore } from "../../../src/adapters/lmdb/store.ts";
import { Structure } from "../../../src/adapters/lmdb/structure.ts";
import { temporaryDirectories } from "../temporary.ts";
import { makeStore, names, pageBytes, someOps, withImage } from "./pages.ts";

const makeDirectory = temporaryDirectories();

/** What is found when these bits are turned over. */
function flawIn(path: string, ...bits: readonly (readonly [at: number, bit: number])[]): string | undefined {
  return withImage(path, (image) => {
    for (const [at, bit] of bits) image.flip(at, bit);
    return Structure.check(image, names)?.message;
  });
}

/** Places in the newest meta page, and the page its tables are listed on. */
function placesOf(path: string): { readonly meta: number; readonly main: number } {
  return withImage(path, (image) => {
    const [first, second] = [image.page(0), image.page(1)];
    const isSecond = second.readBigUInt64LE(152) > first.readBigUInt64LE(152);
    const main = (isSecond ? second : first).readUInt32LE(136) * pageBytes;
    return { meta: isSecond ? pageBytes : 0, main };
  });
}

test("a store has no flaw, whatever was written to it and however often it was opened", async () => {
  const directory = await makeDirectory();
  for (let round = 0; round < 12; round += 1) {
    const path = await makeStore(directory, 0);
    expect(flawIn(path), `opened ${round} times`).toBeUndefined();
    await using store = await openLmdbStore({ directory });
    for (let turn = 0; turn < 5; turn += 1) await store.commit(someOps(5 * round + turn));
  }
});

test("what lies wrong in the meta page that counts is found", async () => {
  const path = await makeStore(await makeDirectory(), 3);
  const { meta } = placesOf(path);
  expect(flawIn(path, [meta + 144 + 3, 7])).toBe("the last page is outside of the file");
  expect(flawIn(path, [meta + 144, 6])).toMatch(/outside of the file|neither used nor free/);
  expect(flawIn(path, [meta + 136 + 4, 0])).toBe(
    "page 4294967296 is outside of the file".replace(/\d+/, (n) => `${Number(n) + placesOf(path).main / pageBytes}`),
  );
  expect(flawIn(path, [meta + 96 + 6, 5])).toBe("tables cannot be described so");
  expect(flawIn(path, [meta + 96 + 32, 1])).toBe("tables is counted wrong");
});

test("an older state does not pass for the newest, whatever number it is given", async () => {
  for (const commits of [3, 4]) {
    const path = await makeStore(await makeDirectory(), commits);
    const older = pageBytes - placesOf(path).meta;
    for (let bit = 0; bit < 64; bit += 1) {
      const flaw = flawIn(path, [older + 152 + (bit >> 3), bit & 7]);
      expect(flaw, `bit ${bit}`).toMatch(/not of transactions in a row|the last transaction is missing/);
    }
  }
});

test("what lies wrong in the list of the tables is found", async () => {
  const path = await makeStore(await makeDirectory(), 3);
  const { main } = placesOf(path);
  expect(flawIn(path, [main, 0])).toMatch(/^page \d+ has another number$/);
  expect(flawIn(path, [main + 18, 0])).toMatch(/^page \d+ is of another kind$/);
  expect(flawIn(path, [main + 24, 1])).toMatch(/^page \d+ has a gap/);
  const nameAt = withImage(path, (image) => image.page(main / pageBytes).indexOf("inbox\0"));
  expect(flawIn(path, [main + nameAt + 2, 5])).toBe('a table is called "inBox"');
  expect(flawIn(path, [main + nameAt, 4])).toMatch(/^page \d+ is out of order$/);
});

test("a page that is used and free, or used twice, is found", async () => {
  const path = await makeStore(await makeDirectory(), 6);
  const { main } = placesOf(path);
  const flaws = withImage(path, (image) => {
    const page = image.page(main / pageBytes);
    const roots = ["inbox\0", "outbox\0"].map((name) => page.indexOf(name) + name.length + 40);
    const [inbox = 0, outbox = 0] = roots.map((at) => page.readUInt32LE(at));
    const difference = inbox ^ outbox;
    for (let bit = 0; bit < 32; bit += 1)
      if ((difference >>> bit) & 1) image.flip(main + (roots[0] ?? 0) + (bit >> 3), bit & 7);
    return Structure.check(image, names)?.message;
  });
  expect(flaws).toMatch(/^page \d+ (is used twice|is out of order|is of another kind)$/);
});
