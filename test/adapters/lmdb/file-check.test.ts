import { readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEnvironment, storeFile } from "../../../src/adapters/lmdb/environment.ts";
import { checkFile } from "../../../src/adapters/lmdb/file-check.ts";
import { tables } from "../../../src/core/store-op.ts";
import { temporaryDirectories } from "../temporary.ts";

const names = [...tables, "damaged"];

const makeDirectory = temporaryDirectories();

/** The path of a closed lmdb file. */
async function soundFile(): Promise<string> {
  const directory = await makeDirectory();
  const { root, tables } = await openEnvironment(directory);
  // They leave free pages behind, in which there is room for what is written once the large value lies at the end.
  for (const turn of [1, 2, 3, 4]) await root.batch(() => void tables.meta.put(Buffer.from("key"), Buffer.of(turn)));
  await root.batch(() => void tables.inbox.put(Buffer.from("key"), Buffer.alloc(50_000)));
  await root.close();
  return join(directory, storeFile);
}

test("a sound, an empty and an absent file pass untouched", async () => {
  const path = await soundFile();
  const before = await readFile(path);
  checkFile(path, names);
  expect(Buffer.compare((await readFile(path)).subarray(0, before.length), before)).toBe(0);
  const empty = join(await makeDirectory(), "empty");
  checkFile(empty, names);
  await writeFile(empty, "");
  checkFile(empty, names);
  expect((await stat(empty)).size).toBe(0);
});

test("a file that ends before its last page is filled up when nothing in use is missing", async () => {
  const path = await soundFile();
  const { root, tables: opened } = await openEnvironment(join(path, ".."));
  await root.batch(() => void opened.inbox.remove(Buffer.from("key")));
  await root.close();
  await truncate(path, 57_344);
  expect(checkFile(path, names)).toEqual([]);
  const { size } = await stat(path);
  expect(size).toBeGreaterThan(57_344);
  checkFile(path, names);
  expect((await stat(path)).size).toBe(size);
});

test("a file that ends before a page in use is refused", async () => {
  const path = await soundFile();
  await truncate(path, 40_960);
  expect(() => checkFile(path, names)).toThrow(/^the file is damaged beyond repair: page \d+ .*restore it/);
});

test("a table of a newer e3 is not taken for damage alone, and nobody is told to remove the file for it", async () => {
  const path = await soundFile();
  const before = await readFile(path);
  const known = names.filter((name) => name !== "shelves");
  expect(() => checkFile(path, known)).toThrow(
    /^the file cannot be read: a table is called "shelves"; if a newer e3 wrote it, nothing is damaged: start that one; else/,
  );
  expect(Buffer.compare(await readFile(path), before)).toBe(0);
});

test("a bit lost on the way to a record is turned back and told, and the record is there", async () => {
  const path = await soundFile();
  const sound = await readFile(path);
  const damaged = Buffer.from(sound);
  // The page of the tables is named in both meta pages, 136 bytes in; the newer one counts.
  const newest = sound.readBigUInt64LE(152) > sound.readBigUInt64LE(4_096 + 152) ? 0 : 4_096;
  const at = sound.readUInt32LE(newest + 136) * 4_096 + 20;
  damaged.writeUInt8(damaged.readUInt8(at) ^ 4, at);
  await writeFile(path, damaged);
  expect(checkFile(path, names)).toEqual([expect.stringContaining(`bit 2 of byte ${at} was wrong: page `)]);
  expect(Buffer.compare(await readFile(path), sound)).toBe(0);
  expect(checkFile(path, names)).toEqual([]);
});

test.each([
  ["its magic number", 24],
  ["its page size", 50],
  ["its last page", 150],
] as const)("a file that lost %s is refused", async (_what, at) => {
  const path = await soundFile();
  const bytes = await readFile(path);
  // In both meta pages, or the newer one would speak for the file.
  for (const page of [0, 4_096]) bytes.fill(0xff, page + at, page + at + 2);
  await writeFile(path, bytes);
  expect(() => checkFile(path, names)).toThrow(/the file/);
});
