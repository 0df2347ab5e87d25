import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { StoreFormatSchema } from "../gen/e3/v1/store_pb.ts";
import { E3Error } from "./error.ts";
import type { StoreOp } from "./store-op.ts";

/** Version of what this code writes; raised when an older e3 could not read it. */
export const storeFormat = 1;

/**
 * Refuses a store that a newer e3 wrote. An absent record is a new store.
 * @throws E3Error "store-newer".
 */
export function checkFormat(stored: Uint8Array | undefined): void {
  const version = stored === undefined ? storeFormat : fromBinary(StoreFormatSchema, stored).version;
  if (version <= storeFormat) return;
  const found = `the store has format ${version}, this e3 reads up to ${storeFormat}`;
  throw new E3Error("store-newer", `${found}; start the newer e3 that wrote it, or choose another --state directory`);
}

/** Marks a new store. */
export function formatOp(): StoreOp {
  return {
    table: "meta",
    key: "format",
    value: toBinary(StoreFormatSchema, create(StoreFormatSchema, { version: storeFormat })),
  };
}
