import { WireReader } from "./wire-reader.ts";
import { lengthDelimitedBytes, WireWriter } from "./wire-writer.ts";

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

/**
 * The preface of a message, encoded: Envelope fields 10 and 14. It stands before the body, and goes with it wherever the body
 * goes: envelopes, bundles, stores.
 */
export function encodePreface({ after, lamport }: Preface): Uint8Array {
  const wire = new WireWriter(after.length * lengthDelimitedBytes(afterTag, reachedBytes) + (lamport === 0 ? 0 : 9));
  for (const { epoch, number } of after) {
    wire.prefix(afterTag, reachedBytes);
    wire.fixed64(epochTag, epoch);
    wire.number64(numberTag, number);
  }
  wire.number64(lamportTag, lamport);
  return wire.bytes;
}

/**
 * Reads what stands before the body, as bodyOf returns both. Never throws.
 *
 * @returns the preface and how many bytes it takes; or what is wrong with it in words.
 */
export function readPreface(body: Uint8Array): (Preface & { readonly bytes: number }) | string {
  const wire = new WireReader(body);
  const after: Reached[] = [];
  let [lamport, bytes] = [0, 0];
  for (let tag = wire.tag(); tag === afterTag || tag === lamportTag; tag = wire.tag()) {
    if (tag === lamportTag) lamport = wire.number64();
    else if (after.length < afterMax) after.push(readReached(wire));
    else wire.fail(`more than ${afterMax} messages are named that it comes after`);
    bytes = wire.at;
  }
  return wire.fault === "" ? { after, lamport, bytes } : wire.fault;
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
export const prefaceBytesMax = afterMax * 20 + 9;

const afterTag = 0x52;
const lamportTag = 0x71;
const epochTag = 0x09;
const numberTag = 0x11;
/** An entry of which neither is 0: nobody has seen anything of an epoch before its first number. */
const reachedBytes = 18;
