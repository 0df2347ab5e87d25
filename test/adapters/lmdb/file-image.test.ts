import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectories } from "../temporary.ts";
import { pageBytes, withImage } from "./pages.ts";

const makeDirectory = temporaryDirectories();

/** A file of two pages and a half, each byte telling its page. */
async function someFile(): Promise<string> {
  const path = join(await makeDirectory(), "file");
  await writeFile(
    path,
    Buffer.concat([Buffer.alloc(pageBytes, 1), Buffer.alloc(pageBytes, 2), Buffer.alloc(2_048, 3)]),
  );
  return path;
}

test("pages are read whole, with zeros where the file has ended", async () => {
  withImage(await someFile(), (image) => {
    expect(image.size).toBe(2 * pageBytes + 2_048);
    expect(image.page(1)).toEqual(Buffer.alloc(pageBytes, 2));
    expect([image.page(2)[2_047], image.page(2)[2_048], image.page(9)[0]]).toEqual([3, 0, 0]);
  });
});

test("a stretch may go over several pages", async () => {
  withImage(await someFile(), (image) => {
    expect([...image.bytes(pageBytes - 1, 3)]).toEqual([1, 2, 2]);
    expect(image.bytes(pageBytes - 1, pageBytes + 2)).toHaveLength(pageBytes + 2);
  });
});

test("whoever watches some bytes learns whether they were changed, until they are as before", async () => {
  withImage(await someFile(), (image) => {
    const isChanged = image.watch([
      { at: 10, bytes: 2 },
      { at: pageBytes, bytes: 1 },
    ]);
    image.flip(12, 0);
    expect(isChanged()).toBe(false);
    image.flip(pageBytes, 7);
    expect(isChanged()).toBe(true);
    image.flip(pageBytes, 7);
    expect(isChanged()).toBe(false);
  });
});

test("a bit turned over twice is as before; what is turned over once is written when it is saved, and not before", async () => {
  const path = await someFile();
  const before = await readFile(path);
  withImage(path, (image) => {
    image.flip(10, 0);
    image.flip(10, 0);
    image.flip(pageBytes + 1, 7);
    expect([image.page(0)[10], image.page(1)[1]]).toEqual([1, 130]);
  });
  expect(Buffer.compare(await readFile(path), before)).toBe(0);
  withImage(path, (image) => {
    image.flip(pageBytes + 1, 7);
    image.save();
  });
  before[pageBytes + 1] = 130;
  expect(Buffer.compare(await readFile(path), before)).toBe(0);
});
