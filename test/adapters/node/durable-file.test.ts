import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errnoOf, syncDirectory, unfinishedSuffix, writeDurably } from "../../../src/adapters/node/durable-file.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

test("a file is written or replaced as a whole, for its owner alone", async () => {
  const directory = await makeDirectory();
  const path = join(directory, "file");
  await writeDurably(path, "one, and longer");
  await writeDurably(path, "two");
  expect(await readFile(path, "utf8")).toBe("two");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(["file"]);
});

test("an unfinished file in the way is removed, and a link not followed", async () => {
  const directory = await makeDirectory();
  const target = join(directory, "target");
  await writeFile(target, "untouched");
  await symlink(target, join(directory, `file${unfinishedSuffix}`));
  await writeDurably(join(directory, "file"), "new");
  expect(await readFile(target, "utf8")).toBe("untouched");
  expect(await readFile(join(directory, "file"), "utf8")).toBe("new");
});

test("a failure leaves the file before", async () => {
  const directory = await makeDirectory();
  const path = join(directory, "file");
  await writeDurably(path, "one");
  await mkdir(path + unfinishedSuffix);
  await expect(writeDurably(path, "two")).rejects.toThrow("directory");
  expect(await readFile(path, "utf8")).toBe("one");
});

test("the system's names of errors are told", async () => {
  const missing = await syncDirectory(join(await makeDirectory(), "missing")).catch((error: unknown) => error);
  expect(errnoOf(missing)).toBe("ENOENT");
  expect(errnoOf(new Error("no code"))).toBeUndefined();
  expect(errnoOf("ENOENT")).toBeUndefined();
});
