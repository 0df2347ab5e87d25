import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withFreshDirectory } from "../../../src/adapters/node/fresh-directory.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

/** Work that writes into a directory. */
function writing(path: string, outcome: () => Promise<string>): () => Promise<string> {
  return async () => {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, "key"), "");
    return outcome();
  };
}

const fails = (): Promise<string> => Promise.reject(new Error("in vain"));

test("a directory that was made in vain is removed, and one that was made for something stays", async () => {
  const root = await makeDirectory();
  const [vain, good] = [join(root, "vain"), join(root, "good")];
  await expect(withFreshDirectory(vain, writing(vain, fails))).rejects.toThrow("in vain");
  expect(
    await withFreshDirectory(
      good,
      writing(good, () => Promise.resolve("done")),
    ),
  ).toBe("done");
  expect(await readdir(root)).toEqual(["good"]);
});

test("a directory that was there before stays, whatever comes of the work", async () => {
  const root = await makeDirectory();
  await expect(withFreshDirectory(root, writing(root, fails))).rejects.toThrow("in vain");
  expect(await readdir(root)).toEqual(["key"]);
});

test("work without a directory is done as it is", async () => {
  await expect(withFreshDirectory(undefined, fails)).rejects.toThrow("in vain");
});
