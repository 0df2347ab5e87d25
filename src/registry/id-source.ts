import { create, toBinary } from "@bufbuild/protobuf";
import { E3Error } from "../core/error.ts";
import { Snowflake } from "../core/snowflake.ts";
import { CounterRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { Store } from "../ports/store.ts";

/** The generator's high-water mark is kept under this key of the table "meta". */
export const snowflakeKey = "snowflake";

/** Fresh ids, which never repeat: what the generator wants durable is stored before it goes on. */
export class IdSource {
  readonly #snowflake: Snowflake;
  readonly #store: Pick<Store, "commit">;

  /** @param slot no id of this slot or below is given: the mark in the store, or the newest id, whichever is higher. */
  constructor(slot: number, store: Pick<Store, "commit">) {
    this.#snowflake = new Snowflake(slot);
    this.#store = store;
  }

  /**
   * @param hash the assigner's (core/snowflake.ts, assignerHash).
   * @throws E3Error "store-failed"; "resource-exhausted" when all ids of this instant are given.
   */
  async next(hash: number, nowMs: number): Promise<bigint> {
    // The first answer says what is to be stored, the second gives the id.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const id = this.#snowflake.next(hash, nowMs);
      if (id !== undefined) return id;
      await this.#reserve();
    }
    throw new E3Error("resource-exhausted", "no id is free in this instant; try again in a second");
  }

  async #reserve(): Promise<void> {
    const slot = this.#snowflake.wanted;
    if (slot === undefined) return;
    const value = toBinary(CounterRecordSchema, create(CounterRecordSchema, { value: BigInt(slot) }));
    await this.#store.commit([{ table: "meta", key: snowflakeKey, value }]);
    this.#snowflake.reserved(slot);
  }
}
