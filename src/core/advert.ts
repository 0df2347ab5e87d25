import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { getTextEncoding } from "@bufbuild/protobuf/wire";
import { AdvertSchema, type Advert } from "../gen/e3/v1/link_pb.ts";
import { encodeAdvert } from "./advert-codec.ts";
import { advertBytesMax, faultOf, type AdvertLimits } from "./advert-fault.ts";
import { ascending, isAscending } from "./ascending.ts";
import { nodeOf } from "./node-name.ts";
import { sameBytes } from "./same-bytes.ts";
import type { LinkDelta, SealedAdvert } from "./topology-frame.ts";
import { WireWriter } from "./wire-writer.ts";
import type { Signer } from "./world.ts";

/** Which edition of a peer's advert: starts of the peer first, then changes since. */
export interface AdvertAge {
  readonly incarnation: bigint;
  readonly version: bigint;
}

/** What a peer states about itself and its links, in the form the rest of the core reads. */
export interface AdvertFields extends AdvertAge {
  readonly id: bigint;
  /** When the peer claimed its id, in milliseconds since 1970 by its clock, whole; at most 2^53-1. */
  readonly claimedAtMs: number;
  readonly name: string;
  /** Where it can be dialled, host:port. */
  readonly addresses: readonly string[];
  /** Nodes it has a link with, ascending, none twice. */
  readonly neighbours: readonly bigint[];
  /** What it offers or is, ascending: "custody", "leaf". */
  readonly features: readonly string[];
  /** It has left properly: its id is free. */
  readonly left: boolean;
  /** What others state about it, for whoever can read it; empty when nothing. The core looks at its length alone. */
  readonly credential: Uint8Array;
}

/**
 * An advert whose signature holds. It owns its memory: nothing in it points into a frame.
 *
 * Invariant: bytesOf gives the exact bytes that are signed. Where encodeAdvert makes them of the fields they are not kept: a
 * peer holds an advert of each other one, and the bytes would be the most of it.
 */
export interface AdvertRecord extends AdvertFields {
  readonly node: bigint;
  /** Ed25519 public key, 32 bytes. */
  readonly key: Uint8Array;
  /** Signature over "e3 advert 1" and the bytes, 64 bytes. */
  readonly signature: Uint8Array;
  /**
   * The bytes, where they are not what encodeAdvert makes of the fields: with fields of a newer version, with a number out of
   * range, or written by an encoder that orders them in another way. Else undefined.
   */
  readonly verbatim: Uint8Array | undefined;
}

/** What opening an advert needs of its surroundings. */
export interface AdvertContext {
  readonly signer: Pick<Signer, "sha256" | "verify">;
  readonly limits: AdvertLimits;
  /**
   * The record already held of a node. Given, an advert of the same age is answered with the held record, and its
   * signature, which costs some 100 us, is not looked at: in a flood most copies are repetitions.
   */
  readonly held?: (node: bigint) => AdvertRecord | undefined;
}

/** Orders the editions of one peer's advert: below 0 when a is older than b, 0 when they are the same. */
export function compareAge(a: AdvertAge, b: AdvertAge): number {
  return ascending(a.incarnation, b.incarnation) || ascending(a.version, b.version);
}

/** The feature of a peer that forwards nothing and knows no topology. */
export const leafFeature = "leaf";

/** Whether a peer, by its features, is a leaf. */
export function isLeaf({ features }: Pick<AdvertFields, "features">): boolean {
  return features.includes(leafFeature);
}

/** States the fields in this peer's name. Neighbours and features are put in order; the time is rounded down. */
export function signAdvert(fields: AdvertFields, signer: Signer): AdvertRecord {
  const stated = {
    ...fields,
    key: new Uint8Array(signer.publicKey),
    addresses: [...fields.addresses],
    claimedAtMs: Math.floor(fields.claimedAtMs),
    neighbours: [...new Set(fields.neighbours)].toSorted(ascending),
    features: [...new Set(fields.features)].toSorted(),
  };
  const signature = signer.sign(signedPart(encodeAdvert(stated, "brief")));
  return recordOf(stated, { node: nodeOf(signer.publicKey, signer), signature, verbatim: undefined });
}

/** The exact bytes of the advert that are signed, to be kept or let go. */
export function bytesOf(record: AdvertRecord): Uint8Array {
  return record.verbatim ?? encodeAdvert(record);
}

/** The record as it travels: to be written to a frame, not to be kept. */
export function signedOf(record: AdvertRecord): SealedAdvert {
  return { advert: record.verbatim ?? encodeAdvert(record, "brief"), signature: record.signature };
}

/** Whether it is, byte for byte, what the record is made of. */
export function isSealedAs(record: AdvertRecord, { advert, signature }: SealedAdvert): boolean {
  return sameBytes(record.signature, signature) && sameBytes(signedOf(record).advert, advert);
}

/**
 * Checks an advert from elsewhere and takes it out of its frame. Cheap checks come first, the signature last.
 *
 * @returns the record, or what is wrong with it, for people. Fields of newer versions are kept in the bytes, unread.
 */
export function openAdvert(signed: SealedAdvert, context: AdvertContext): AdvertRecord | string {
  const { signer, limits } = context;
  if (signed.advert.length > advertBytesMax(limits)) return `the advert has ${signed.advert.length} bytes, too many`;
  if (signed.signature.length !== signatureBytes) return `the signature must be ${signatureBytes} bytes`;
  const message = decode(signed.advert);
  if (message === undefined) return "the advert is not an Advert message";
  const fault = faultOf(message, limits);
  if (fault !== undefined) return fault;
  const node = nodeOf(message.key, signer);
  if (message.neighbours.includes(node)) return "the advert states a link of the peer with itself";
  const held = context.held?.(node);
  if (held !== undefined && compareAge(held, message) === 0) return held;
  if (!signer.verify(message.key, signedPart(signed.advert), signed.signature))
    return "the advert is not signed by its key";
  return opened(message, node, signed);
}

/**
 * What turns the old advert into the fresh one, when only links changed and the fresh one is the very next version.
 * Undefined otherwise: then the whole must travel.
 */
export function deltaBetween(old: AdvertRecord, fresh: AdvertRecord): LinkDelta | undefined {
  const { node, incarnation, version, neighbours, signature } = fresh;
  if (node !== old.node || !isNext(old, fresh)) return undefined;
  if (!sameBytes(signedOf(fresh).advert, restated(old, fresh))) return undefined;
  const before = new Set(old.neighbours);
  const after = new Set(neighbours);
  const linked = neighbours.filter((neighbour) => !before.has(neighbour));
  const unlinked = old.neighbours.filter((neighbour) => !after.has(neighbour));
  return { node, incarnation, version, linked, unlinked, signature };
}

/**
 * The advert that a delta from elsewhere makes of the old one. Undefined when it does not apply or the signature does
 * not hold for the outcome: then the caller asks for the whole. Compare ages first; a repetition does not apply either.
 */
export function applyDelta(old: AdvertRecord, delta: LinkDelta, context: AdvertContext): AdvertRecord | undefined {
  const { signer, limits } = context;
  if (delta.node !== old.node || !isNext(old, delta) || delta.signature.length !== signatureBytes) return undefined;
  if (delta.linked.length > limits.neighboursMax || delta.unlinked.length > limits.neighboursMax) return undefined;
  const neighbours = relinked(old, delta);
  if (neighbours === undefined || neighbours.length > limits.neighboursMax) return undefined;
  const { version } = delta;
  const bytes = restated(old, { version, neighbours });
  if (!signer.verify(old.key, signedPart(bytes), delta.signature)) return undefined;
  const signature = new Uint8Array(delta.signature);
  return recordOf(old, { node: old.node, version, neighbours, signature, verbatim: old.verbatim && bytes });
}

type Fields = Omit<AdvertRecord, "node" | "signature" | "verbatim">;
type Parts = Pick<AdvertRecord, "node" | "signature" | "verbatim"> &
  Partial<Pick<AdvertFields, "version" | "neighbours">>;

const signatureBytes = 64;
const nothing = new Uint8Array();
const label = getTextEncoding().encodeUtf8("e3 advert 1");

function isNext(old: AdvertAge, fresh: AdvertAge): boolean {
  return fresh.incarnation === old.incarnation && fresh.version === old.version + 1n;
}

/** The links after a delta, ascending. Undefined when it links what is linked, or unlinks what is not. */
function relinked(old: AdvertRecord, { linked, unlinked }: LinkDelta): readonly bigint[] | undefined {
  const kept = unlinked.length === 0 ? old.neighbours : without(old.neighbours, unlinked);
  if (kept.length + unlinked.length !== old.neighbours.length || linked.includes(old.node)) return undefined;
  if (linked.length === 0) return kept;
  // Two runs that ascend: the sort merges them in one pass.
  const neighbours = [...kept, ...linked].toSorted(ascending);
  return isAscending(neighbours) ? neighbours : undefined;
}

function without(list: readonly bigint[], gone: readonly bigint[]): readonly bigint[] {
  const those = new Set(gone);
  return list.filter((number) => !those.has(number));
}

/** The bytes of the record with other links, not to be kept. Fields of newer versions stay: they are signed too. */
function restated(record: AdvertRecord, change: Pick<AdvertFields, "version" | "neighbours">): Uint8Array {
  const { version, neighbours } = change;
  if (record.verbatim === undefined) return encodeAdvert(recordOf(record, { ...record, version, neighbours }), "brief");
  const message = fromBinary(AdvertSchema, record.verbatim);
  message.version = version;
  message.neighbours = [...neighbours];
  return toBinary(AdvertSchema, message);
}

function decode(bytes: Uint8Array): Advert | undefined {
  try {
    return fromBinary(AdvertSchema, bytes);
  } catch {
    return undefined;
  }
}

/** Takes what the message says out of the frame. */
function opened(message: Advert, node: bigint, { advert, signature }: SealedAdvert): AdvertRecord {
  const stated = {
    ...{ id: message.id, incarnation: message.incarnation, version: message.version, name: message.name },
    key: new Uint8Array(message.key),
    // Beyond, numbers are not exact, and a lease could not keep the time.
    claimedAtMs: Math.min(Number(message.claimedAtMs), Number.MAX_SAFE_INTEGER),
    // Lists that grew while they were read keep room for more: copies do not.
    ...{ addresses: message.addresses.slice(), features: message.features.slice() },
    ...{ neighbours: message.neighbours.slice(), left: message.left },
    credential: message.credential.length === 0 ? nothing : new Uint8Array(message.credential),
  };
  // Not slice(): on the Buffer views that frames are made of, it does not copy.
  const verbatim = sameBytes(encodeAdvert(stated, "brief"), advert) ? undefined : new Uint8Array(advert);
  return recordOf(stated, { node, signature: new Uint8Array(signature), verbatim });
}

/** One literal for all, not a spread, which is many times slower: and so that all records have one shape. */
function recordOf(fields: Fields, parts: Parts): AdvertRecord {
  const { id, key, incarnation, claimedAtMs, name, addresses, features, left, credential } = fields;
  const { node, signature, verbatim, version = fields.version, neighbours = fields.neighbours } = parts;
  // prettier-ignore
  return { node, key, signature, verbatim, id, incarnation, version, claimedAtMs, name, addresses, neighbours, features,
    left, credential };
}

/** What is signed, not to be kept. */
function signedPart(bytes: Uint8Array): Uint8Array {
  const wire = new WireWriter(label.length + bytes.length, "brief");
  wire.raw(label);
  wire.raw(bytes);
  return wire.bytes;
}
