import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { causeOf, openEnvironment, storeFile } from "../../../src/adapters/lmdb/environment.ts";
import { tables } from "../../../src/core/store-op.ts";
import { temporaryDirectories } from "../temporary.ts";

const directory = temporaryDirectories();

const key = Buffer.from("key");

test("the environment is one file and its lock, with a table for each of the store's and one for damage", async () => {
  const path = await directory();
  const { root, tables: opened } = await openEnvironment(path);
  expect(Object.keys(opened).toSorted()).toEqual([...tables, "damaged"].toSorted());
  expect((await readdir(path)).toSorted()).toEqual([storeFile, `${storeFile}-lock`]);
  await root.close();
});

test("what was written is there when the file is opened again, in its own table", async () => {
  const path = await directory();
  const before = await openEnvironment(path);
  await before.tables.inbox.put(key, Buffer.from("value"));
  await before.root.close();
  const { root, tables: opened } = await openEnvironment(path);
  expect(Buffer.from(opened.inbox.getBinary(key) ?? []).toString()).toBe("value");
  expect(opened.outbox.getBinary(key)).toBeUndefined();
  await root.close();
});

test("all tables are made in one transaction, which is synced once, and opening them again is none", async () => {
  const path = await directory();
  for (const start of ["first", "second"]) {
    const { root } = await openEnvironment(path);
    expect(root.getStats(), start).toMatchObject({ entryCount: tables.length + 1, lastTxnId: 1 });
    await root.close();
  }
});

test("a file that is no store is refused, and its content left alone", async () => {
  const path = await directory();
  await writeFile(join(path, storeFile), "not a database, but somebody's notes");
  await expect(openEnvironment(path)).rejects.toThrow("not an lmdb file");
  expect(await readdir(path)).toEqual([storeFile]);
});

test("the cause of a failed commit is dug out of the promise that lmdb hides it in", async () => {
  const cause = new Error("no space left");
  const commitError = Promise.reject(cause);
  expect(await causeOf(Object.assign(new Error("commit failed"), { commitError }))).toBe(cause);
});

test("an error without a hidden cause is its own cause", async () => {
  const error = new Error("plain");
  expect(await causeOf(error)).toBe(error);
  expect(await causeOf("text")).toBe("text");
  const harmless = Object.assign(new Error("odd"), { commitError: Promise.resolve() });
  expect(await causeOf(harmless)).toBe(harmless);
});
