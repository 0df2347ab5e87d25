import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openNotebook } from "../../../src/adapters/node/notebook.ts";
import { notebookContract } from "../../contract/notebook.ts";
import { notedLog } from "../noted-log.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

async function pathOf(): Promise<string> {
  return join(await makeDirectory(), "notes.json");
}

notebookContract("a notebook in a file", async (entriesMax) =>
  openNotebook({ path: await pathOf(), entriesMax, log: notedLog().log }),
);

test("what was set is there after reopening, for nobody else to read", async () => {
  const path = await pathOf();
  const { log } = notedLog();
  const notebook = await openNotebook({ path, entriesMax: 10, log });
  void notebook.set("a", "1");
  void notebook.set("b", "\u2028 2");
  await notebook.delete("a");
  expect((await openNotebook({ path, entriesMax: 10, log })).entries()).toEqual([["b", "\u2028 2"]]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("once closed, all that was set is on disk, and nothing is written any more", async () => {
  const path = await pathOf();
  const { log } = notedLog();
  const notebook = await openNotebook({ path, entriesMax: 10, log });
  // The first is being written when the others are set: they are written afterwards.
  const writes = ["a", "b", "c"].map((key) => notebook.set(key, "1"));
  await notebook.close();
  const [directory, kept] = [await readdir(dirname(path)), await readFile(path, "utf8")];
  expect(directory).toEqual(["notes.json"]);
  expect((await openNotebook({ path, entriesMax: 10, log })).entries()).toHaveLength(3);
  await Promise.all(writes);
  expect(await readFile(path, "utf8")).toBe(kept);
});

test("a damaged one is an error, and is left as it is", async () => {
  const path = await pathOf();
  const { log } = notedLog();
  for (const damage of ["", "{", "null", '{"format":2,"entries":[]}', '{"format":1,"entries":[["a",1]]}', "[]"]) {
    await writeFile(path, damage);
    await expect(openNotebook({ path, entriesMax: 10, log })).rejects.toMatchObject({ code: "state-unreadable" });
    expect(await readFile(path, "utf8")).toBe(damage);
  }
  await rm(path);
  await mkdir(path);
  await expect(openNotebook({ path, entriesMax: 10, log })).rejects.toMatchObject({ code: "state-unreadable" });
});

test("what cannot be written is told and logged, and the next write holds all of it", async () => {
  const path = await pathOf();
  const { log, lines } = notedLog();
  const notebook = await openNotebook({ path, entriesMax: 10, log });
  await mkdir(path);
  await expect(notebook.set("a", "1")).rejects.toMatchObject({ code: "store-failed" });
  expect(lines.map(({ level }) => level)).toEqual(["error"]);
  await rm(path, { recursive: true });
  await notebook.set("b", "2");
  expect((await openNotebook({ path, entriesMax: 10, log })).entries()).toEqual([
    ["a", "1"],
    ["b", "2"],
  ]);
});

test("what could not be written is written when the same is set again", async () => {
  const path = await pathOf();
  const { log } = notedLog();
  const notebook = await openNotebook({ path, entriesMax: 10, log });
  await mkdir(path);
  await expect(notebook.set("a", "1")).rejects.toMatchObject({ code: "store-failed" });
  await rm(path, { recursive: true });
  await notebook.set("a", "1");
  expect((await openNotebook({ path, entriesMax: 10, log })).entries()).toEqual([["a", "1"]]);
});
