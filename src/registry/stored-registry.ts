import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { decomposeId } from "../core/snowflake.ts";
import type { StoreOp } from "../core/store-op.ts";
import { RegistryRecordSchema } from "../gen/e3/v1/registry_store_pb.ts";
import { CounterRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";
import { snowflakeKey } from "./id-source.ts";
import { readUser, userPrefixes } from "./user-record.ts";
import type { User } from "./user.ts";

/** What a registry finds in its store. */
export interface StoredRegistry {
  /** Its own id; undefined at the first start. */
  readonly id: bigint | undefined;
  /** No id of this Snowflake slot or below may be given again. */
  readonly slot: number;
  readonly users: readonly User[];
}

/**
 * Reads all of a registry's store. Damaged records are logged; a user is lost only with both of its records.
 *
 * @throws E3Error "store-failed".
 */
export async function loadRegistry(store: Store, log: Log): Promise<StoredRegistry> {
  const users = new Map<string, User>();
  let id: bigint | undefined;
  let slot = 0;
  for await (const { key, value } of entriesOf(store)) {
    if (key === registryKey) id = fromBinary(RegistryRecordSchema, value).id;
    else if (key === snowflakeKey) slot = Math.max(slot, Number(fromBinary(CounterRecordSchema, value).value));
    else if (userPrefixes.some((prefix) => key.startsWith(prefix))) {
      const user = readUser(value);
      if (user === undefined) log.error("a user's record cannot be read", { key });
      else users.set(user.name, user);
    }
  }
  for (const place of store.damaged()) log.error("a damaged record was set aside", place);
  // The mark may be lost to damage, but the ids that were given tell as well.
  for (const user of users.values()) slot = Math.max(slot, decomposeId(user.id).slot);
  return { id, slot, users: [...users.values()] };
}

/** The write that keeps the registry's own id. */
export function writeRegistryId(id: bigint): StoreOp {
  const value = toBinary(RegistryRecordSchema, create(RegistryRecordSchema, { id }));
  return { table: "meta", key: registryKey, value };
}

const registryKey = "registry";

/** Entries read at a time. */
const pageMax = 10_000;

async function* entriesOf(store: Store) {
  for (let last: string | undefined; ;) {
    const page = await store.read("meta", last, pageMax);
    // A page may be short of damaged records: only an empty one is the end.
    if (page.length === 0) return;
    yield* page;
    last = page.at(-1)?.key;
  }
}
