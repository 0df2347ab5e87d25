import { expect, test } from "vitest";
import { composeId } from "../../src/core/snowflake.ts";
import type { Store } from "../../src/ports/store.ts";
import { loadRegistry, writeRegistryId } from "../../src/registry/stored-registry.ts";
import { writeUser } from "../../src/registry/user-record.ts";
import type { User } from "../../src/registry/user.ts";
import { notedLog } from "../adapters/noted-log.ts";
import { FragileStore } from "./world.ts";

const user = (name: string, slot: number): User => {
  const id = composeId({ slot, hash: 1, sequence: 2 });
  return { name, id, passwordHash: "x", serial: 0n, signedUpAtMs: 0, session: undefined };
};

test("an empty store is a first start", async () => {
  expect(await loadRegistry(new FragileStore(), notedLog().log)).toEqual({ id: undefined, slot: 0, users: [] });
});

test("everything that was written is found, and what is not known is left alone", async () => {
  const store = new FragileStore();
  const unknown = { table: "meta", key: "later", value: Uint8Array.of(1) } as const;
  await store.commit([writeRegistryId(9n), ...writeUser(user("ali", 5)), ...writeUser(user("veli", 4)), unknown]);
  const { id, slot, users } = await loadRegistry(store, notedLog().log);
  // Without the mark, the newest id tells which slots were used.
  expect([id, slot, users.map(({ name }) => name)]).toEqual([9n, 5, ["ali", "veli"]]);
});

test("a user whose one record is lost is there by the other", async () => {
  for (const lost of [0, 1]) {
    const store = new FragileStore();
    const writes = writeUser(user("ali", 5));
    expect(writes).toHaveLength(2);
    await store.commit(writes.filter((_, index) => index !== lost));
    expect((await loadRegistry(store, notedLog().log)).users).toEqual([user("ali", 5)]);
  }
});

test("a record that cannot be read is told, and the others live", async () => {
  const store = new FragileStore();
  await store.commit([
    ...writeUser(user("ali", 5)),
    { table: "meta", key: "user/00", value: Uint8Array.of(0xff) },
    ...writeUser(user("veli", 5)),
  ]);
  const damaged = [{ table: "meta", key: "user/01" }];
  const read: Store["read"] = (...args) => store.read(...args);
  const hurt = { ...{ read, damaged: () => damaged }, commit: async () => {}, [Symbol.asyncDispose]: async () => {} };
  const { log, lines } = notedLog();
  expect((await loadRegistry(hurt, log)).users).toHaveLength(2);
  expect(lines.map(({ level, fields }) => [level, fields])).toEqual([
    ["error", { key: "user/00" }],
    ["error", damaged[0]],
  ]);
});
