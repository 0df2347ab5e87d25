import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { AcquaintanceRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { Acquaintance } from "./acquaintances.ts";
import { featuresOf, viaOf } from "./features.ts";
import { fixed64Bytes, lengthDelimitedBytes, smallBytes, WireWriter } from "./wire-writer.ts";

/** What is kept of a peer. */
export type Known = Omit<Acquaintance, "goneSinceMs" | "left">;

/** The same as the store keeps it: of its addresses the first, of its features for whom it speaks. */
export interface AcquaintanceFields {
  readonly peer: Known;
  /** When it was last seen; where it is there, since when this is known of it. Milliseconds since 1970. */
  readonly seenMs: number;
  readonly present: boolean;
}

/**
 * The bytes that the generated codec makes of an AcquaintanceRecord; parts of milliseconds are left out. By hand where its
 * texts are ASCII: one is written for every peer that comes or goes, by many others.
 */
export function encodeAcquaintance({ peer, seenMs, present }: AcquaintanceFields): Uint8Array {
  const { id, node, name, addresses, key, credential, features } = peer;
  const texts = { name, address: addresses[0] ?? "", via: viaOf(features) };
  const fields = { id, node, ...texts, key, credential, seenMs: Math.floor(seenMs), present };
  return written(fields) ?? generated(fields);
}

/** @throws when the bytes are no AcquaintanceRecord. */
export function decodeAcquaintance(bytes: Uint8Array): AcquaintanceFields {
  const { id, node, name, address, key, credential, via, seenMs, present } = fromBinary(
    AcquaintanceRecordSchema,
    bytes,
  );
  const features = featuresOf({ custody: false, leaf: false, via });
  const addresses = address === "" ? [] : [address];
  return { peer: { id, node, name, addresses, key, credential, features }, seenMs: Number(seenMs), present };
}

/** Field number * 8 + wire type (proto/e3/v1/store.proto, AcquaintanceRecord). */
const tags = {
  ...{ id: 0x09, node: 0x11, name: 0x1a, address: 0x22, key: 0x2a },
  ...{ credential: 0x32, via: 0x3a, seenMs: 0x41, present: 0x48 },
} as const;

interface Fields extends Pick<Known, "id" | "node" | "name" | "key" | "credential"> {
  readonly address: string;
  readonly via: string;
  readonly seenMs: number;
  readonly present: boolean;
}

/** Undefined where a text is not ASCII. */
function written({ id, node, name, address, key, credential, via, seenMs, present }: Fields): Uint8Array | undefined {
  const contents = [name, address, key, credential, via].reduce(
    (sum, { length }) => sum + (length === 0 ? 0 : lengthDelimitedBytes(tags.key, length)),
    0,
  );
  const numbers =
    fixed64Bytes(id) + fixed64Bytes(node) + fixed64Bytes(seenMs) + smallBytes(tags.present, present ? 1 : 0);
  const wire = new WireWriter(numbers + contents);
  wire.fixed64(tags.id, id);
  wire.fixed64(tags.node, node);
  if (!text(wire, tags.name, name) || !text(wire, tags.address, address)) return undefined;
  raw(wire, tags.key, key);
  raw(wire, tags.credential, credential);
  if (!text(wire, tags.via, via)) return undefined;
  wire.number64(tags.seenMs, seenMs);
  wire.small(tags.present, present ? 1 : 0);
  return wire.bytes;
}

function text(wire: WireWriter, tag: number, value: string): boolean {
  if (value === "") return true;
  wire.prefix(tag, value.length);
  return wire.ascii(value);
}

function raw(wire: WireWriter, tag: number, value: Uint8Array): void {
  if (value.length === 0) return;
  wire.prefix(tag, value.length);
  wire.raw(value);
}

function generated(fields: Fields): Uint8Array {
  const record = create(AcquaintanceRecordSchema, { ...fields, seenMs: BigInt(fields.seenMs) });
  return toBinary(AcquaintanceRecordSchema, record);
}
