import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { openEnvironment, storeFile } from "../../../src/adapters/lmdb/environment.ts";
import { openLmdbStore } from "../../../src/adapters/lmdb/store.ts";
import type { Table } from "../../../src/core/store-op.ts";
import { failureOf } from "../failure.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

/** Puts records as e3 wrote them when they had one sum. */
async function putOlder(directory: string, table: Table, keys: readonly string[]): Promise<void> {
  const { root, tables, room } = await openEnvironment(directory);
  const writes = keys.map((key) => {
    const record = Buffer.from(`value of ${key}....`);
    record.writeUInt32LE(crc32(`${table}/${key.length}/${key}value of ${key}`), record.length - 4);
    return { table, key: Buffer.from(key), record };
  });
  await room.take(writes);
  await root.batch(() => {
    for (const { key, record } of writes) void tables[table].put(key, record);
  });
  await root.close();
}

test.each(["meta", "inbox"] as const)(
  "a store that an older e3 wrote is refused with a way out, and left as it is (%s)",
  async (table) => {
    const directory = await makeDirectory();
    await putOlder(directory, table, ["a", "format", "key"]);
    const before = await readFile(join(directory, storeFile));
    for (let time = 0; time < 2; time += 1) {
      expect(await failureOf(openLmdbStore({ directory }))).toMatch(
        /^store-failed: .* an older e3 wrote it, .*; nothing is damaged: .* choose another --state directory/,
      );
    }
    expect(Buffer.compare(before, await readFile(join(directory, storeFile)))).toBe(0);
  },
);

test("a store whose first record is damaged is not taken for an older one", async () => {
  const directory = await makeDirectory();
  await using store = await openLmdbStore({ directory });
  await store.commit([{ table: "meta", key: "format", value: Buffer.from("a value") }]);
  await store[Symbol.asyncDispose]();
  const { root, tables } = await openEnvironment(directory);
  await tables.meta.put(Buffer.from("format"), Buffer.from("something else"));
  await root.close();
  await using again = await openLmdbStore({ directory });
  expect(await again.read("meta", undefined, 10)).toEqual([]);
  expect(again.damaged()).toEqual([{ table: "meta", key: "format" }]);
});
