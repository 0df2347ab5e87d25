import { readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEnvironment, storeFile } from "../../../src/adapters/lmdb/environment.ts";
import { checkFile } from "../../../src/adapters/lmdb/file-check.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

/** The path of a closed lmdb file. */
async function soundFile(): Promise<string> {
  const directory = await makeDirectory();
  const { root, tables } = await openEnvironment(directory);
  await root.batch(() => void tables.inbox.put(Buffer.from("key"), Buffer.alloc(50_000)));
  await root.close();
  return join(directory, storeFile);
}

test("a sound, an empty and an absent file pass untouched", async () => {
  const path = await soundFile();
  const before = await readFile(path);
  await checkFile(path);
  expect(Buffer.compare((await readFile(path)).subarray(0, before.length), before)).toBe(0);
  const empty = join(await makeDirectory(), "empty");
  await checkFile(empty);
  await writeFile(empty, "");
  await checkFile(empty);
  expect((await stat(empty)).size).toBe(0);
});

test("a file cut short is filled up", async () => {
  const path = await soundFile();
  await truncate(path, 40_000);
  await checkFile(path);
  const { size } = await stat(path);
  expect(size).toBeGreaterThan(50_000);
  await checkFile(path);
  expect((await stat(path)).size).toBe(size);
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
  await expect(checkFile(path)).rejects.toThrow(/the file/);
});
