import { expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import { decomposeId } from "../../src/core/snowflake.ts";
import { IdSource } from "../../src/registry/id-source.ts";
import { loadRegistry } from "../../src/registry/stored-registry.ts";
import { notedLog } from "../adapters/noted-log.ts";
import { FragileStore, startMs } from "./world.ts";

test("ids are the assigner's, go up, and never repeat over restarts, though the clock stands", async () => {
  const store = new FragileStore();
  const ids: bigint[] = [];
  for (let life = 0; life < 3; life += 1) {
    const { slot } = await loadRegistry(store, notedLog().log);
    const source = new IdSource(slot, store);
    for (let count = 0; count < 5; count += 1) ids.push(await source.next(0xabcd, startMs + 2_000 * life));
  }
  expect(new Set(ids).size).toBe(15);
  expect(ids.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(ids);
  expect(ids.every((id) => decomposeId(id).hash === 0xabcd)).toBe(true);
});

test("nothing is given before the mark is durable", async () => {
  const store = new FragileStore();
  const source = new IdSource(0, store);
  store.fails = new E3Error("store-failed", "the disk is full");
  await expect(source.next(1, startMs)).rejects.toMatchObject({ code: "store-failed" });
  store.fails = undefined;
  expect(await source.next(1, startMs)).toBeGreaterThan(0n);
});

test("when an instant's ids are used up, it says so", async () => {
  const source = new IdSource(0, new FragileStore());
  for (let count = 0; count < 512; count += 1) await source.next(1, startMs);
  await expect(source.next(1, startMs)).rejects.toMatchObject({ code: "resource-exhausted" });
  expect(await source.next(1, startMs + 10)).toBeGreaterThan(0n);
});
