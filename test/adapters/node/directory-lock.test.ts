import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { holderFile, lockDirectory, type DirectoryLock } from "../../../src/adapters/node/directory-lock.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

async function take(path: string, mechanism: "socket" | "file"): Promise<DirectoryLock> {
  const lock = await lockDirectory(path, mechanism);
  if ("kind" in lock) throw new Error("held");
  return lock;
}

describe.each(["socket", "file"] as const)("a lock by %s", (mechanism) => {
  // Skipped: sockets with names that are no files exist on Linux only.
  test.skipIf(mechanism === "socket" && process.platform !== "linux")("is had by one at a time", async () => {
    const path = await makeDirectory();
    const lock = await take(path, mechanism);
    expect(await readFile(join(path, holderFile), "utf8")).toBe(`${process.pid}\n`);
    expect(await lockDirectory(path, mechanism)).toEqual({ kind: "held", pid: process.pid });
    await lock.close();
    await lock.close();
    expect(await readdir(path)).toEqual([]);
    await (await take(path, mechanism)).close();
  });

  // Skipped: sockets with names that are no files exist on Linux only.
  test.skipIf(mechanism === "socket" && process.platform !== "linux")("leaves other directories alone", async () => {
    const locks = [await take(await makeDirectory(), mechanism), await take(await makeDirectory(), mechanism)];
    await Promise.all(locks.map((lock) => lock.close()));
  });

  test.each(["999999999\n", `${process.pid}\n`, "", "garbage"])(
    "is not held by a file that says %j, left by the dead",
    async (text) => {
      const path = await makeDirectory();
      await writeFile(join(path, holderFile), text);
      await (await take(path, mechanism)).close();
    },
  );

  test("rejects for a directory that is not there", async () => {
    await expect(lockDirectory("/dev/null/nowhere", mechanism)).rejects.toThrow("ENOTDIR");
  });
});

// Skipped: sockets with names that are no files exist on Linux only.
test.skipIf(process.platform !== "linux")(
  "a lock by socket is let go although its file cannot be removed, which is told",
  async () => {
    const path = await makeDirectory();
    const lock = await take(path, "socket");
    await rm(join(path, holderFile));
    await mkdir(join(path, holderFile));
    await expect(lock.close()).rejects.toMatchObject({ code: "ERR_FS_EISDIR" });
    await rm(join(path, holderFile), { recursive: true });
    await (await take(path, "socket")).close();
  },
);

test("a lock by file is held by a living process", async () => {
  const path = await makeDirectory();
  await writeFile(join(path, holderFile), `${process.ppid}\n`);
  expect(await lockDirectory(path, "file")).toEqual({ kind: "held", pid: process.ppid });
});
