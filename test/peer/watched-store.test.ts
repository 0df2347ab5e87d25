import { expect, test } from "vitest";
import { createMemoryStore } from "../../src/adapters/memory/store.ts";
import type { Store } from "../../src/ports/store.ts";
import { watchedStore } from "../../src/peer/watched-store.ts";
import { storeContract } from "../contract/store.ts";
import { notedLog } from "../adapters/noted-log.ts";

storeContract("a watched store", () => Promise.resolve(watchedStore(createMemoryStore(), notedLog().log)));

/** A store in which each read finds another damaged record. */
function failingStore(): Store {
  const damaged: { table: string; key: string }[] = [];
  return {
    commit: () => Promise.resolve(),
    read: (table) => {
      damaged.push({ table, key: `${damaged.length + 1}` });
      return damaged.length === 3 ? Promise.reject(new Error("cannot be read")) : Promise.resolve([]);
    },
    damaged: () => damaged,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

test("each damaged record is logged once, when a read finds it, also when the read then fails", async () => {
  const { log, lines } = notedLog();
  const store = watchedStore(failingStore(), log);
  await store.read("inbox", undefined, 10);
  await store.read("marks", undefined, 10);
  await expect(store.read("meta", undefined, 10)).rejects.toThrow("cannot be read");
  await store.commit([]);
  const logged = (table: string, key: string): object => ({
    level: "error",
    message: "a damaged record was set aside",
    fields: { table, key },
  });
  expect(lines).toEqual([logged("inbox", "1"), logged("marks", "2"), logged("meta", "3")]);
  expect(store.damaged()).toHaveLength(3);
});
