import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEnvironment, storeFile } from "../../../src/adapters/lmdb/environment.ts";
import { decodeRecord } from "../../../src/adapters/lmdb/record.ts";
import { openLmdbStore } from "../../../src/adapters/lmdb/store.ts";
import { key64, type StoreOp } from "../../../src/core/store-op.ts";
import type { Log } from "../../../src/ports/log.ts";
import type { Store } from "../../../src/ports/store.ts";
import { storeContract } from "../../contract/store.ts";
import { nextLine, startChild } from "../child.ts";
import { failureOf } from "../failure.ts";
import { notedLog } from "../noted-log.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

storeContract("the lmdb store", async () => openLmdbStore({ directory: await makeDirectory() }));

const put = (key: string, value: string): StoreOp => ({ table: "inbox", key, value: Buffer.from(value) });

async function textsOf(store: Store): Promise<readonly string[]> {
  return (await store.read("inbox", undefined, 100)).map(
    ({ key, value }) => `${key}=${Buffer.from(value).toString("latin1")}`,
  );
}

test("what was committed is there after reopening", async () => {
  const directory = await makeDirectory();
  await using first = await openLmdbStore({ directory });
  await first.commit([put("a", "one"), put("b", "two")]);
  await first.commit([{ table: "inbox", key: "a", value: undefined }]);
  await first[Symbol.asyncDispose]();
  await using second = await openLmdbStore({ directory });
  expect(await textsOf(second)).toEqual(["b=two"]);
});

test("a process killed at any moment loses no commit that resolved, and leaves no half of one", async () => {
  const directory = await makeDirectory();
  const notes = join(await makeDirectory(), "notes");
  const child = startChild(new URL("commit-for-ever.ts", import.meta.url), [directory, notes]);
  expect(await nextLine(child)).toBe("under way");
  child.process.kill("SIGKILL");
  expect(await child.ended).toBe("SIGKILL");
  const resolved = (await readFile(notes, "utf8")).split("\n").slice(0, -1);
  expect(resolved.length).toBeGreaterThan(100);

  await using store = await openLmdbStore({ directory });
  const outbox = await store.read("outbox", undefined, 1_000_000);
  const found = new Set(outbox.map(({ key }) => key));
  expect(resolved.filter((number) => !found.has(key64(BigInt(number))))).toEqual([]);
  expect(await store.read("inbox", undefined, 1_000_000)).toEqual(outbox);
  expect(store.damaged()).toEqual([]);
});

test("a commit that the disk has no room for fails alone or with its group; reads and later ones work", async () => {
  const child = startChild(new URL("commit-too-much.ts", import.meta.url), [await makeDirectory()], 1_000);
  const said: unknown = JSON.parse(await nextLine(child));
  expect(said).toEqual({
    outcomes: [
      "done",
      "store-failed true",
      "store-failed true",
      "store-failed true",
      "done",
      "done",
      "store-failed true",
    ],
    keys: ["a", "c", "e"],
    unhandled: 0,
    failedReads: 0,
    hasRead: true,
  });
  expect(await child.ended).toBe(0);
});

test.each(["not a store, whatever its name says\n".repeat(1_000), "short", "\0".repeat(100_000)])(
  "a file that is no store is refused with the cause (%#)",
  async (text) => {
    const directory = await makeDirectory();
    await writeFile(join(directory, storeFile), text);
    expect(await failureOf(openLmdbStore({ directory }))).toMatch(/^store-failed: .* is not an lmdb file/);
  },
);

test("an empty file becomes a store", async () => {
  const directory = await makeDirectory();
  await writeFile(join(directory, storeFile), "");
  await using store = await openLmdbStore({ directory });
  await store.commit([put("a", "one")]);
  expect(await textsOf(store)).toEqual(["a=one"]);
});

test("a file cut short fails with an error, not with the process", async () => {
  const directory = await makeDirectory();
  await using store = await openLmdbStore({ directory });
  await store.commit(Array.from({ length: 2_000 }, (_, at) => put(key64(BigInt(at)), "x".repeat(200))));
  await store[Symbol.asyncDispose]();
  await truncate(join(directory, storeFile), 40_960);
  const readAll = async (): Promise<void> => {
    await using cut = await openLmdbStore({ directory });
    await cut.read("inbox", undefined, 10_000);
  };
  await expect(readAll()).rejects.toMatchObject({ code: "store-failed" });
});

/** Bits of a byte. */
const oneBit = 0x10;
const twoBits = 0x11;

/** A store whose record under "b" lost bits on disk, in the byte after the first one of `flip`, reopened. */
async function openDamaged(directory: string, flip: string, bits: number, log?: Log): Promise<Store> {
  await using store = await openLmdbStore({ directory });
  await store.commit([put("a", "sound one"), put("b-key", "damaged value"), put("c", "sound two")]);
  await store[Symbol.asyncDispose]();
  const path = join(directory, storeFile);
  const bytes = await readFile(path);
  let flips = 0;
  for (let at = bytes.indexOf(flip); at >= 0; at = bytes.indexOf(flip, at + 1)) {
    bytes.writeUInt8(bytes.readUInt8(at + 1) ^ bits, at + 1);
    flips += 1;
  }
  expect(flips).toBeGreaterThan(0);
  await writeFile(path, bytes);
  return await openLmdbStore({ directory, ...(log === undefined ? {} : { log }) });
}

const sound = ["a=sound one", "b-key=damaged value", "c=sound two"];

test("a record that lost a bit of its value is served as it was, told once, and whole again on disk", async () => {
  const directory = await makeDirectory();
  const { log, lines } = notedLog();
  await using store = await openDamaged(directory, "damaged value", oneBit, log);
  expect(await textsOf(store)).toEqual(sound);
  expect(lines.map(({ message, fields }) => ({ message: message.slice(0, 47), fields }))).toEqual([
    {
      message: "a damaged record was mended and nothing is lost",
      fields: { file: storeFile, table: "inbox", key: "b-key" },
    },
  ]);
  expect(await textsOf(store)).toEqual(sound);
  expect(lines).toHaveLength(1);
  expect(store.damaged()).toEqual([]);
  await store[Symbol.asyncDispose]();

  const { root, tables } = await openEnvironment(directory);
  const records = [...tables.inbox.getRange({})].map(({ key, value }) => decodeRecord("inbox", key, value)?.key);
  const aside = [...tables.damaged.getRange({})];
  await root.close();
  expect(records).toEqual(["a", "b-key", "c"]);
  expect(aside).toEqual([]);
});

test("a large record, which lies on pages of its own, is mended too", async () => {
  const directory = await makeDirectory();
  await using store = await openLmdbStore({ directory });
  const text = `${"x".repeat(9_000)}large value${"y".repeat(3_000)}`;
  await store.commit([put("large", text)]);
  await store[Symbol.asyncDispose]();
  const path = join(directory, storeFile);
  const bytes = await readFile(path);
  const at = bytes.indexOf("large value");
  bytes.writeUInt8(bytes.readUInt8(at) ^ oneBit, at);
  await writeFile(path, bytes);
  for (const mended of [1, 0]) {
    const { log, lines } = notedLog();
    await using again = await openLmdbStore({ directory, log });
    expect(await textsOf(again)).toEqual([`large=${text}`]);
    expect(lines).toHaveLength(mended);
  }
});

test("a record that lost a bit again is mended and told again", async () => {
  const directory = await makeDirectory();
  for (let time = 0; time < 3; time += 1) {
    const { log, lines } = notedLog();
    await using store = await openDamaged(directory, "damaged value", 1 << time, log);
    expect(await textsOf(store)).toEqual(sound);
    expect(lines).toHaveLength(1);
  }
});

test("a mended record that cannot be written back is served all the same, told once, and mended when it can", async () => {
  const directory = await makeDirectory();
  const { log, lines } = notedLog();
  await using store = await openDamaged(directory, "damaged value", oneBit, log);
  const path = join(directory, storeFile);
  const bytes = await readFile(path);
  // No room can be taken in a file that is not there.
  await rm(path);
  expect(await textsOf(store)).toEqual(sound);
  expect(await textsOf(store)).toEqual(sound);
  expect(lines).toHaveLength(1);
  await store[Symbol.asyncDispose]();

  await writeFile(path, bytes);
  const later = notedLog();
  await using again = await openLmdbStore({ directory, log: later.log });
  expect(await textsOf(again)).toEqual(sound);
  expect(later.lines).toHaveLength(1);
});

test("a record that lost two bits of its value is set aside and reported, the others live", async () => {
  const directory = await makeDirectory();
  const { log, lines } = notedLog();
  await using store = await openDamaged(directory, "damaged value", twoBits, log);
  expect(await textsOf(store)).toEqual(["a=sound one", "c=sound two"]);
  expect(store.damaged()).toEqual([{ table: "inbox", key: "b-key" }]);
  expect(await textsOf(store)).toEqual(["a=sound one", "c=sound two"]);
  expect(store.damaged()).toHaveLength(1);
  expect(lines).toEqual([]);
  await store[Symbol.asyncDispose]();

  const { root, tables } = await openEnvironment(directory);
  const aside = [...tables.damaged.getRange({})].map(({ key, value }) => [key.toString(), value.length]);
  const left = [...tables.inbox.getRange({})].length;
  await root.close();
  expect(aside).toEqual([["inbox/b-key", "damaged value".length + 8]]);
  expect(left).toBe(2);
});

test("a record that lost a bit of its key is set aside too", async () => {
  await using store = await openDamaged(await makeDirectory(), "b-key", oneBit);
  expect(await textsOf(store)).toEqual(["a=sound one", "c=sound two"]);
  expect(store.damaged()).toEqual([{ table: "inbox", key: "b=key" }]);
});

test("a damaged record does not count towards the limit of a page, a mended one does", async () => {
  const keysOf = async (store: Store): Promise<readonly string[]> =>
    (await store.read("inbox", undefined, 2)).map(({ key }) => key);
  await using damaged = await openDamaged(await makeDirectory(), "damaged value", twoBits);
  expect(await keysOf(damaged)).toEqual(["a", "c"]);
  await using mended = await openDamaged(await makeDirectory(), "damaged value", oneBit);
  expect(await keysOf(mended)).toEqual(["a", "b-key"]);
});

test.each([oneBit, twoBits])(
  "a record written anew while its damage is found keeps the new value (%i)",
  async (bits) => {
    await using before = await openDamaged(await makeDirectory(), "damaged value", bits);
    await Promise.all([before.commit([put("b-key", "new")]), before.read("inbox", undefined, 10)]);
    expect(await textsOf(before)).toEqual(["a=sound one", "b-key=new", "c=sound two"]);

    await using after = await openDamaged(await makeDirectory(), "damaged value", bits);
    await Promise.all([after.read("inbox", undefined, 10), after.commit([put("b-key", "new")])]);
    expect(await textsOf(after)).toEqual(["a=sound one", "b-key=new", "c=sound two"]);

    await using gone = await openDamaged(await makeDirectory(), "damaged value", bits);
    const remove: StoreOp = { table: "inbox", key: "b-key", value: undefined };
    await Promise.all([gone.commit([remove]), gone.read("inbox", undefined, 10)]);
    expect(await textsOf(gone)).toEqual(["a=sound one", "c=sound two"]);
  },
);
