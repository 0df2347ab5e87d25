import { WireReader } from "./wire-reader.ts";
import { fixed32Bytes, fixed64Bytes, lengthDelimitedBytes, WireWriter } from "./wire-writer.ts";

/** How far somebody had got with one epoch of a conversation. */
export interface Reached {
  readonly epoch: bigint;
  readonly number: number;
}

/** What a message says of its place among those of others. */
export interface Preface {
  /** What its sender had seen since its last message. */
  readonly after: readonly Reached[];
  /** Its Lamport time: above that of all its sender had seen; 0 where it is not said. */
  readonly lamport: number;
}

/** Entries that one message may name. */
export const afterMax = 256;

/** Lamport times are below: no conversation has as many messages, and what strangers say may be absurd. */
export const lamportMax = 2 ** 48;

/** A preface as it was read. */
export interface ReadPreface extends Preface {
  /** The hop limit of what is for everyone (hop-limit.ts); 0 for none. */
  readonly hopLimit: number;
  /** How many bytes it takes. */
  readonly bytes: number;
}

/**
 * The preface of a message, encoded: Envelope fields 10, 14 and 15. It stands before the body, and goes with it wherever the body
 * goes: envelopes, bundles, stores.
 */
export function encodePreface({ after, lamport }: Preface, hopLimit = 0): Uint8Array {
  const wire = new WireWriter(
    after.length * lengthDelimitedBytes(afterTag, reachedBytes) + fixed64Bytes(lamport) + fixed32Bytes(hopLimit),
  );
  for (const { epoch, number } of after) {
    wire.prefix(afterTag, reachedBytes);
    wire.fixed64(epochTag, epoch);
    wire.number64(numberTag, number);
  }
  wire.number64(lamportTag, lamport);
  wire.fixed32(hopLimitTag, hopLimit);
  return wire.bytes;
}

/**
 * Reads what stands before the body, as bodyOf returns both. Never throws.
 *
 * @returns the preface, or what is wrong with it in words.
 */
export function readPreface(body: Uint8Array): ReadPreface | string {
  const wire = new WireReader(body);
  const after: Reached[] = [];
  let [lamport, hopLimit, bytes] = [0, 0, 0];
  for (let tag = wire.tag(); tag === afterTag || tag === lamportTag || tag === hopLimitTag; tag = wire.tag()) {
    if (tag === lamportTag) lamport = wire.number64();
    else if (tag === hopLimitTag) hopLimit = wire.fixed32();
    else if (after.length < afterMax) after.push(readReached(wire));
    else wire.fail(`more than ${afterMax} messages are named that it comes after`);
    bytes = wire.at;
  }
  return wire.fault === "" ? { after, lamport, hopLimit, bytes } : wire.fault;
}

/** The Lamport time stated before a body; 0 where none is, as in most direct messages, or an absurd one. Never throws. */
export function statedLamport(body: Uint8Array): number {
  if (body[0] !== afterTag && body[0] !== lamportTag) return 0;
  const preface = readPreface(body);
  return typeof preface === "string" || preface.lamport >= lamportMax ? 0 : preface.lamport;
}

/** The Lamport time of a message, the same at every peer: what it states, or else its number. */
export function lamportOf(body: Uint8Array, number: number): number {
  return statedLamport(body) || number;
}

function readReached(wire: WireReader): Reached {
  const outer = wire.enter();
  let [epoch, number] = [0n, 0];
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) {
    if (tag === epochTag) epoch = wire.fixed64();
    else if (tag === numberTag) number = wire.number64();
    else wire.skipAbove(2, tag);
  }
  wire.leave(outer);
  return { epoch, number };
}

/** Bytes that a preface takes at most. */
export const prefaceBytesMax = afterMax * 20 + 9 + 5;

const afterTag = 0x52;
const lamportTag = 0x71;
const hopLimitTag = 0x7d;
const epochTag = 0x09;
const numberTag = 0x11;
/** An entry of which neither is 0: nobody has seen anything of an epoch before its first number. */
const reachedBytes = 18;
