import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEnvironment, storeFile } from "../../../src/adapters/lmdb/environment.ts";
import type { RecordWrite } from "../../../src/adapters/lmdb/record.ts";
import { prepareRoom, Room } from "../../../src/adapters/lmdb/room.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

const put = (key: string, bytes: number): RecordWrite => ({
  table: "inbox",
  key: Buffer.from(key),
  record: Buffer.alloc(bytes, key),
});

/** A file of so many bytes, of whose pages the first are in use. */
async function roomOf({ bytes, lastPage }: { bytes: number; lastPage: number }): Promise<{ path: string; room: Room }> {
  const path = join(await makeDirectory(), "file");
  await writeFile(path, Buffer.alloc(bytes, "used"));
  return { path, room: new Room({ path, pageBytes: 4_096, lastPage: () => lastPage }) };
}

test("a file is lengthened by what is to be written and some more, and not again while that lasts", async () => {
  const { path, room } = await roomOf({ bytes: 8_192, lastPage: 1 });
  await room.take([put("a", 1_000_000)]);
  const { size, blocks } = await stat(path);
  expect(size).toBeGreaterThan(8_192 + 1_000_000);
  expect(size % 4_096).toBe(0);
  expect(blocks * 512, "no holes").toBeGreaterThanOrEqual(size);
  await room.take([put("b", 100)]);
  expect((await stat(path)).size).toBe(size);
});

test("a file that is long enough stays as it is", async () => {
  const { path, room } = await roomOf({ bytes: 1_000_000, lastPage: 1 });
  await room.take([put("a", 1_000)]);
  expect((await stat(path)).size).toBe(1_000_000);
});

test("a file that cannot be lengthened is told before anything is written", async () => {
  const room = new Room({ path: join(await makeDirectory(), "absent"), pageBytes: 4_096, lastPage: () => 1 });
  await expect(room.take([put("a", 1)])).rejects.toMatchObject({ code: "ENOENT" });
});

/** Different in what they cost: keys in order and not, sizes on either side of what a page holds. */
const shapes: readonly (readonly [string, (index: number) => string, number])[] = [
  ["small records in order", (index) => `in order ${String(index).padStart(6, "0")}`, 60],
  ["small records anywhere", (index) => `anywhere ${String((index * 7_919) % 100_003).padStart(6, "0")}`, 60],
  ["records of half a page", (index) => `half ${(index * 31) % 1_009}`, 1_980],
  ["records of a page", (index) => `page ${(index * 31) % 1_009}`, 4_090],
  ["large records", (index) => `large ${index}`, 50_000],
  ["long keys", (index) => `${(index * 7_919) % 100_003} ${"k".repeat(480)}`, 10],
];

test.each(shapes)("lmdb stays within the room that was taken: %s", async (_what, keyOf, bytes) => {
  const directory = await makeDirectory();
  const { root, tables, room } = await openEnvironment(directory);
  const pagesUsed = (): number => Number(root.getStats()["lastPageNumber" as keyof object]) + 1;
  for (const [round, count] of [1, 10, 300, 3, 1_000, 1].entries()) {
    const writes = Array.from({ length: count }, (_, index) => put(keyOf(round * 1_000 + index), bytes));
    await room.take(writes);
    const { size } = await stat(join(directory, storeFile));
    await root.batch(() => {
      for (const { key, record } of writes) void tables.inbox.put(key, record ?? Buffer.alloc(0));
    });
    expect(pagesUsed() * 4_096).toBeLessThanOrEqual(size);
  }
  await root.close();
});

test("opening finds blocks for the lock file, and a disk that has room for a first store", async () => {
  const path = join(await makeDirectory(), storeFile);
  await prepareRoom(path);
  expect((await stat(`${path}-lock`)).blocks).toBeGreaterThan(0);
  expect((await readdir(join(path, ".."))).toSorted()).toEqual([storeFile, `${storeFile}-lock`]);
  expect((await stat(path)).size).toBe(0);
  await prepareRoom(path);
  expect((await stat(path)).size).toBe(0);
});
