import { create, toBinary } from "@bufbuild/protobuf";
import { AdvertSchema } from "../gen/e3/v1/link_pb.ts";
import { isShortAscii } from "./utf8.ts";
import {
  fixed64Bytes,
  lengthDelimitedBytes,
  packed64Bytes,
  smallBytes,
  WireWriter,
  type Memory,
} from "./wire-writer.ts";

/** What an advert says, in the order it is written. Neighbours and features are ascending. */
export interface AdvertContent {
  readonly id: bigint;
  readonly key: Uint8Array;
  readonly incarnation: bigint;
  readonly version: bigint;
  /** Milliseconds since 1970, 0 to 2^53-1, whole. */
  readonly claimedAtMs: number;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly neighbours: readonly bigint[];
  readonly features: readonly string[];
  readonly left: boolean;
  readonly credential: Uint8Array;
}

/**
 * The bytes of an advert: the very ones that the generated codec makes of it, as a signature covers them. Every link that
 * comes or goes anywhere has every peer make them anew, so it pays to write them by hand.
 *
 * @param memory that of their own, by default; "brief" for bytes that are not kept.
 */
export function encodeAdvert(advert: AdvertContent, memory: Memory = "own"): Uint8Array {
  const { id, key, incarnation, version, claimedAtMs, name, addresses, neighbours, features, left, credential } =
    advert;
  if (!isShortAscii(name) || !addresses.every(isShortAscii) || !features.every(isShortAscii)) return generated(advert);
  const wire = new WireWriter(
    fixed64Bytes(id) +
      optionalBytes(tags.key, key.length) +
      fixed64Bytes(incarnation) +
      fixed64Bytes(version) +
      fixed64Bytes(claimedAtMs) +
      optionalBytes(tags.name, name.length) +
      listBytes(tags.addresses, addresses) +
      packed64Bytes(tags.neighbours, neighbours.length) +
      listBytes(tags.features, features) +
      smallBytes(tags.left, left ? 1 : 0) +
      optionalBytes(tags.credential, credential.length),
    memory,
  );
  wire.fixed64(tags.id, id);
  writeBytes(wire, tags.key, key);
  wire.fixed64(tags.incarnation, incarnation);
  wire.fixed64(tags.version, version);
  wire.number64(tags.claimedAtMs, claimedAtMs);
  if (name !== "") writeTexts(wire, tags.name, [name]);
  writeTexts(wire, tags.addresses, addresses);
  wire.packed64(tags.neighbours, neighbours);
  writeTexts(wire, tags.features, features);
  wire.small(tags.left, left ? 1 : 0);
  writeBytes(wire, tags.credential, credential);
  return wire.bytes;
}

/** The id in an advert, without a look at the rest; 0n where it does not come first, as it does in all that are encoded here. */
export function idIn(advert: Uint8Array): bigint {
  if (advert[0] !== tags.id || advert.length < 9) return 0n;
  return new DataView(advert.buffer, advert.byteOffset, 9).getBigUint64(1, true);
}

/** Field number * 8 + wire type (proto/e3/v1/link.proto, Advert). */
const tags = {
  id: 0x09,
  key: 0x12,
  incarnation: 0x19,
  version: 0x21,
  claimedAtMs: 0x29,
  name: 0x32,
  addresses: 0x3a,
  neighbours: 0x42,
  features: 0x4a,
  left: 0x50,
  credential: 0x5a,
} as const;

/** Texts beyond ASCII are rare, and left to the generated codec. */
function generated(advert: AdvertContent): Uint8Array {
  const { addresses, neighbours, features } = advert;
  const lists = { addresses: [...addresses], neighbours: [...neighbours], features: [...features] };
  const claimedAtMs = BigInt(advert.claimedAtMs);
  return toBinary(AdvertSchema, create(AdvertSchema, { ...advert, ...lists, claimedAtMs }));
}

function optionalBytes(tag: number, length: number): number {
  return length === 0 ? 0 : lengthDelimitedBytes(tag, length);
}

function writeBytes(wire: WireWriter, tag: number, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  wire.prefix(tag, bytes.length);
  wire.raw(bytes);
}

function listBytes(tag: number, texts: readonly string[]): number {
  let bytes = 0;
  for (const text of texts) bytes += lengthDelimitedBytes(tag, text.length);
  return bytes;
}

function writeTexts(wire: WireWriter, tag: number, texts: readonly string[]): void {
  for (const text of texts) {
    wire.prefix(tag, text.length);
    wire.ascii(text);
  }
}
