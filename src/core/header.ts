import { WireReader } from "./wire-reader.ts";
import { fixed32Bytes, fixed64Bytes, packed64Bytes, WireWriter } from "./wire-writer.ts";

/**
 * The header of an Envelope (proto/e3/v1/envelope.proto, fields 1 to 13): all that a forwarder needs to know.
 *
 * It is read and written by hand, byte for byte as the generated codec does, because this happens once for every
 * envelope at every hop and the generated one takes several times as long. The body is never looked into.
 */
export interface Header {
  readonly hopsLeft: number;
  readonly origin: bigint;
  readonly epoch: bigint;
  readonly conversation: bigint;
  /** Up to 2^53-1, as are floor and sentAtMs: what is above is refused. */
  readonly number: number;
  readonly attempt: number;
  readonly floor: number;
  readonly destinations: readonly bigint[];
  /** Empty, or one for each destination. */
  readonly destinationKeys: readonly bigint[];
  readonly sentAtMs: number;
  readonly ttlMs: number;
  /** The first number given in the conversation, up to 2^53-1; 0 where it is not said, and then it is 1. */
  readonly begin: number;
  /** Field number of the body, 16 or above; 0 when there is none. One this version knows counts before others. */
  readonly bodyField: number;
}

/** What writeEnvelope takes of a header. */
export type HeaderFields = Omit<Header, "bodyField">;

/**
 * Reads the header of an envelope that a stranger may have made up. Never throws.
 *
 * Fields may come in any order, and twice (the last counts); unknown ones are passed over. Only hops_left must not come
 * twice: patchHops changes the first, and the second would let an envelope travel for ever.
 *
 * @returns the header, or what is wrong with it in words.
 */
export function readHeader(envelope: Uint8Array, destinationsMax: number): Header | string {
  const wire = new WireReader(envelope);
  // prettier-ignore
  const header: Draft = { hopsLeft: absent, origin: 0n, epoch: 0n, conversation: 0n, number: 0, attempt: 0, floor: 0,
    destinations: [], destinationKeys: [], sentAtMs: 0, ttlMs: 0, begin: 0, bodyField: 0 };
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) readField(wire, tag, header, destinationsMax);
  if (wire.fault !== "") return wire.fault;
  if (header.destinationKeys.length !== 0 && header.destinationKeys.length !== header.destinations.length) {
    return "destination_keys are neither empty nor as many as the destinations";
  }
  if (header.hopsLeft === absent) header.hopsLeft = 0;
  return header;
}

/**
 * Makes an envelope: the fields in ascending order, zero ones left out, hops_left always there for patchHops.
 *
 * @param body encoded fields 16 and up; entries of `after` (field 10) may stand before them, as bodyOf returns them.
 */
export function writeEnvelope(header: HeaderFields, body: Uint8Array): Uint8Array {
  const wire = new WireWriter(headerBytes(header) + body.length, "brief");
  const after = afterBytes(body);
  wire.always32(hopsLeftTag, header.hopsLeft);
  wire.fixed64(originTag, header.origin);
  wire.fixed64(epochTag, header.epoch);
  wire.fixed64(conversationTag, header.conversation);
  wire.number64(numberTag, header.number);
  wire.fixed32(attemptTag, header.attempt);
  wire.number64(floorTag, header.floor);
  wire.packed64(destinationsTag, header.destinations);
  wire.packed64(destinationKeysTag, header.destinationKeys);
  if (after > 0) wire.raw(body.subarray(0, after));
  wire.number64(sentAtTag, header.sentAtMs);
  wire.fixed32(ttlTag, header.ttlMs);
  wire.number64(beginTag, header.begin);
  wire.raw(after > 0 ? body.subarray(after) : body);
  return wire.bytes;
}

/**
 * Changes hops_left in place.
 *
 * @returns false, and nothing is changed, when it is not the first field: then the envelope has to be written anew.
 */
export function patchHops(envelope: Uint8Array, hopsLeft: number): boolean {
  if (envelope.length < 5 || envelope[0] !== hopsLeftTag) return false;
  for (let byte = 0; byte < 4; byte++) envelope[byte + 1] = hopsLeft >>> (8 * byte);
  return true;
}

/**
 * Everything of an envelope that is not in Header: `after`, the body and unknown fields, in their order. A view of the
 * envelope where they stand together, else a copy. Of malformed bytes, what comes before the fault.
 */
export function bodyOf(envelope: Uint8Array): Uint8Array {
  const wire = new WireReader(envelope);
  let [start, end, length] = [0, 0, 0];
  for (let at = 0, tag = wire.tag(); tag !== 0; at = wire.at, tag = wire.tag()) {
    wire.skip(tag);
    if (isHeaderField(tag >>> 3) || wire.fault !== "") continue;
    if (length === 0) start = at;
    end = wire.at;
    length += end - at;
  }
  return end - start === length ? envelope.subarray(start, end) : gatherBody(envelope, length);
}

/** What Header.bodyField is of an envelope that has this body; 0 where it has none, or is malformed. */
export function bodyFieldOf(body: Uint8Array): number {
  const wire = new WireReader(body);
  let field = 0;
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) field = readOther(wire, tag, field);
  return wire.fault === "" ? field : 0;
}

/** The same message for other destinations: the header as given but for these, the rest as it is in the envelope. */
export function redirect(
  envelope: Uint8Array,
  header: HeaderFields,
  destinations: readonly bigint[],
  destinationKeys: readonly bigint[],
): Uint8Array {
  return writeEnvelope({ ...header, destinations, destinationKeys }, bodyOf(envelope));
}

// Tags: field number * 8 + wire type (1 for fixed64, 2 for length-delimited, 5 for fixed32).
const hopsLeftTag = 0x0d;
const originTag = 0x11;
const epochTag = 0x19;
const conversationTag = 0x21;
const numberTag = 0x29;
const attemptTag = 0x35;
const floorTag = 0x39;
const destinationsTag = 0x42;
const destinationKeysTag = 0x4a;
const afterTag = 0x52;
const sentAtTag = 0x59;
const ttlTag = 0x65;
const beginTag = 0x69;
const unpackedDestinationsTag = 0x41;
const unpackedDestinationKeysTag = 0x49;

/** A header that is being read. */
type Draft = { -readonly [K in keyof Header]: Header[K] } & { destinations: bigint[]; destinationKeys: bigint[] };

/** hops_left before it was seen. */
const absent = -1;

function readField(wire: WireReader, tag: number, header: Draft, destinationsMax: number): void {
  switch (tag) {
    case hopsLeftTag:
      return readHops(wire, header);
    case originTag:
      header.origin = wire.fixed64();
      return;
    case epochTag:
      header.epoch = wire.fixed64();
      return;
    case conversationTag:
      header.conversation = wire.fixed64();
      return;
    case numberTag:
      header.number = wire.number64();
      return;
    case attemptTag:
      header.attempt = wire.fixed32();
      return;
    case floorTag:
      header.floor = wire.number64();
      return;
    case destinationsTag:
      return wire.packed64(header.destinations, destinationsMax);
    case destinationKeysTag:
      return wire.packed64(header.destinationKeys, destinationsMax);
    case sentAtTag:
      header.sentAtMs = wire.number64();
      return;
    case ttlTag:
      header.ttlMs = wire.fixed32();
      return;
    case beginTag:
      header.begin = wire.number64();
      return;
    // A parser has to take repeated fields unpacked too.
    case unpackedDestinationsTag:
      return readElement(wire, header.destinations, destinationsMax);
    case unpackedDestinationKeysTag:
      return readElement(wire, header.destinationKeys, destinationsMax);
    default:
      header.bodyField = readOther(wire, tag, header.bodyField);
  }
}

function readHops(wire: WireReader, header: Draft): void {
  header.hopsLeft = header.hopsLeft === absent ? wire.fixed32() : wire.fail("hops_left is there twice");
}

function readElement(wire: WireReader, into: bigint[], max: number): void {
  if (into.length < max) into.push(wire.fixed64());
  else wire.fail(`a list is longer than ${max}`);
}

/** Passes over a field that is not in Header. @returns the field number of the body, as far as it is known now. */
function readOther(wire: WireReader, tag: number, bodyField: number): number {
  const field = tag >>> 3;
  const isMessage = field === 10 || isKnownBody(field);
  if (isHeaderField(field) || (isMessage && (tag & 7) !== 2)) return wire.wrongType(tag);
  wire.skip(tag);
  return field >= 16 && (isKnownBody(field) || !isKnownBody(bodyField)) ? field : bodyField;
}

function isKnownBody(field: number): boolean {
  return field >= 16 && field <= 23;
}

function isHeaderField(field: number): boolean {
  return field <= 13 && field !== 10;
}

function headerBytes(header: HeaderFields): number {
  return (
    5 +
    fixed64Bytes(header.origin) +
    fixed64Bytes(header.epoch) +
    fixed64Bytes(header.conversation) +
    fixed64Bytes(header.number) +
    fixed32Bytes(header.attempt) +
    fixed64Bytes(header.floor) +
    packed64Bytes(destinationsTag, header.destinations.length) +
    packed64Bytes(destinationKeysTag, header.destinationKeys.length) +
    fixed64Bytes(header.sentAtMs) +
    fixed32Bytes(header.ttlMs) +
    fixed64Bytes(header.begin)
  );
}

/** How many bytes at the start of the body are entries of `after`, which belong between the fields of the header. */
function afterBytes(body: Uint8Array): number {
  if (body[0] !== afterTag) return 0;
  const wire = new WireReader(body);
  let after = 0;
  while (wire.tag() === afterTag) {
    wire.skip(afterTag);
    if (wire.fault === "") after = wire.at;
  }
  return after;
}

function gatherBody(envelope: Uint8Array, length: number): Uint8Array {
  const wire = new WireReader(envelope);
  const body = new WireWriter(length);
  for (let at = 0, tag = wire.tag(); tag !== 0; at = wire.at, tag = wire.tag()) {
    wire.skip(tag);
    if (!isHeaderField(tag >>> 3) && wire.fault === "") body.raw(envelope.subarray(at, wire.at));
  }
  return body.bytes;
}
