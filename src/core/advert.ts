import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { getTextEncoding } from "@bufbuild/protobuf/wire";
import { AdvertSchema, type Advert } from "../gen/e3/v1/link_pb.ts";
import { encodeAdvert } from "./advert-codec.ts";
import { advertBytesMax, faultOf, type AdvertLimits } from "./advert-fault.ts";
import { ascending, isAscending } from "./ascending.ts";
import { nodeOf } from "./node-name.ts";
import { sameBytes } from "./same-bytes.ts";
import type { LinkDelta, SealedAdvert } from "./topology-frame.ts";
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

/** An advert whose signature holds. It owns its bytes: nothing in it points into a frame. */
export interface AdvertRecord extends AdvertFields {
  readonly node: bigint;
  /** Ed25519 public key, 32 bytes. */
  readonly key: Uint8Array;
  /** The exact bytes that are signed. */
  readonly bytes: Uint8Array;
  /** Signature over "e3 advert 1" and the bytes, 64 bytes. */
  readonly signature: Uint8Array;
  /** The fields say all that the bytes say: no field of a newer version, and no number out of range. */
  readonly plain: boolean;
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
  const bytes = encodeAdvert(stated);
  const signature = signer.sign(signedPart(bytes));
  return { ...stated, node: nodeOf(signer.publicKey, signer), bytes, signature, plain: true };
}

/** The record as it travels. */
export function signedOf(record: AdvertRecord): SealedAdvert {
  return { advert: record.bytes, signature: record.signature };
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
  // Not slice(): on the Buffer views that frames are made of, it does not copy.
  const bytes = new Uint8Array(signed.advert);
  const message = decode(bytes);
  if (message === undefined) return "the advert is not an Advert message";
  const fault = faultOf(message, limits);
  if (fault !== undefined) return fault;
  const node = nodeOf(message.key, signer);
  if (message.neighbours.includes(node)) return "the advert states a link of the peer with itself";
  const held = context.held?.(node);
  if (held !== undefined && compareAge(held, message) === 0) return held;
  if (!signer.verify(message.key, signedPart(bytes), signed.signature)) return "the advert is not signed by its key";
  return recordOf(message, { node, bytes, signature: new Uint8Array(signed.signature) });
}

/**
 * What turns the old advert into the fresh one, when only links changed and the fresh one is the very next version.
 * Undefined otherwise: then the whole must travel.
 */
export function deltaBetween(old: AdvertRecord, fresh: AdvertRecord): LinkDelta | undefined {
  const { node, incarnation, version, neighbours, signature } = fresh;
  if (node !== old.node || !isNext(old, fresh)) return undefined;
  if (!sameBytes(fresh.bytes, restated(old, fresh))) return undefined;
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
  return { ...old, version, neighbours, bytes, signature: new Uint8Array(delta.signature) };
}

type Parts = Pick<AdvertRecord, "node" | "bytes" | "signature">;

const signatureBytes = 64;
const nothing = new Uint8Array();
const label = getTextEncoding().encodeUtf8("e3 advert 1");

function isNext(old: AdvertAge, fresh: AdvertAge): boolean {
  return fresh.incarnation === old.incarnation && fresh.version === old.version + 1n;
}

/** The links after a delta, ascending. Undefined when it links what is linked, or unlinks what is not. */
function relinked(old: AdvertRecord, delta: LinkDelta): readonly bigint[] | undefined {
  const gone = new Set(delta.unlinked);
  const kept = old.neighbours.filter((neighbour) => !gone.has(neighbour));
  if (kept.length + delta.unlinked.length !== old.neighbours.length || delta.linked.includes(old.node))
    return undefined;
  // Two runs that ascend: the sort merges them in one pass.
  const neighbours = [...kept, ...delta.linked].toSorted(ascending);
  return isAscending(neighbours) ? neighbours : undefined;
}

/** The bytes of the record with other links. Fields of newer versions stay: they are signed too. */
function restated(record: AdvertRecord, change: Pick<AdvertFields, "version" | "neighbours">): Uint8Array {
  const { version, neighbours } = change;
  if (record.plain) return encodeAdvert({ ...record, version, neighbours });
  const message = fromBinary(AdvertSchema, record.bytes);
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

function recordOf(message: Advert, parts: Parts): AdvertRecord {
  const { id, incarnation, version, name, left } = message;
  // Lists that grew while they were read keep room for more: copies do not.
  const [addresses, features] = [message.addresses.slice(), message.features.slice()];
  const neighbours = message.neighbours.slice();
  // Beyond, numbers are not exact, and a lease could not keep the time.
  const claimedAtMs = Math.min(Number(message.claimedAtMs), Number.MAX_SAFE_INTEGER);
  const plain = message.$unknown === undefined && message.claimedAtMs <= BigInt(Number.MAX_SAFE_INTEGER);
  const key = new Uint8Array(message.key);
  const credential = message.credential.length === 0 ? nothing : new Uint8Array(message.credential);
  const { node, bytes, signature } = parts;
  // One literal, not a spread, which is many times slower.
  // prettier-ignore
  return { node, key, bytes, signature, id, incarnation, version, claimedAtMs, name, addresses, neighbours, features,
    left, credential, plain };
}

/** What is signed. */
function signedPart(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(label.length + bytes.length);
  whole.set(label);
  whole.set(bytes, label.length);
  return whole;
}
