import { fromBinary } from "@bufbuild/protobuf";
import { LeaseRecordSchema, type LeaseRecord } from "../gen/e3/v1/store_pb.ts";
import type { Claim } from "./claim.ts";
import { key64, type StoreEntry } from "./store-op.ts";
import { fixed64Bytes, lengthDelimitedBytes, WireWriter } from "./wire-writer.ts";

/** A lease as the store keeps it. */
export interface LeaseFields extends Claim {
  readonly id: bigint;
  /** Since when its holder is away; 0 while it is there. */
  readonly silentSinceMs: number;
}

/**
 * The bytes that the generated codec makes of a LeaseRecord; parts of milliseconds are left out. By hand: one is written for
 * every peer that comes or goes, by every other.
 */
export function encodeLease({ id, node, claimedAtMs, silentSinceMs }: LeaseFields): Uint8Array {
  const [claimed, silent] = [Math.floor(claimedAtMs), Math.floor(silentSinceMs)];
  const key = lengthDelimitedBytes(tags.key, nodeBytes);
  const wire = new WireWriter(fixed64Bytes(id) + key + fixed64Bytes(claimed) + fixed64Bytes(silent));
  wire.fixed64(tags.id, id);
  wire.prefix(tags.key, nodeBytes);
  scratch.setBigUint64(0, node);
  wire.raw(nodeKey);
  wire.number64(tags.claimedAtMs, claimed);
  wire.number64(tags.silentSinceMs, silent);
  return wire.bytes;
}

/** What an entry of the table "leases" says of its holder; undefined when it is no lease. */
export function decodeLease(entry: StoreEntry): Omit<LeaseFields, "silentSinceMs"> | undefined {
  const record = parse(entry.value);
  if (record === undefined || record.key.length !== nodeBytes || entry.key !== key64(record.id)) return undefined;
  const { buffer, byteOffset } = record.key;
  const node = new DataView(buffer, byteOffset, nodeBytes).getBigUint64(0);
  return { id: record.id, node, claimedAtMs: Number(record.claimedAtMs) };
}

/** Field number * 8 + wire type (proto/e3/v1/store.proto, LeaseRecord). */
const tags = { id: 0x09, key: 0x12, claimedAtMs: 0x19, silentSinceMs: 0x21 } as const;
const nodeBytes = 8;

/** Takes nodes apart: one for all, as a DataView for each costs more than the writing. */
const scratch = new DataView(new ArrayBuffer(nodeBytes));
const nodeKey = new Uint8Array(scratch.buffer);

function parse(bytes: Uint8Array): LeaseRecord | undefined {
  try {
    return fromBinary(LeaseRecordSchema, bytes);
  } catch {
    return undefined;
  }
}
