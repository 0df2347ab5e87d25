import { readReceipts, receiptsBytes, writeReceipts, type Receipt } from "./receipts.ts";
import { decodeUtf8, encodeUtf8, isShort } from "./utf8.ts";
import { WireReader } from "./wire-reader.ts";
import { lengthDelimitedBytes, WireWriter } from "./wire-writer.ts";

export type { Receipt } from "./receipts.ts";

/** Field numbers of the bodies in an Envelope: what Header.bodyField is compared with. */
export const bodyFields = {
  ...{ text: 16, data: 17, receipts: 18, custody: 19, bundle: 20 },
  ...{ group: 21, signal: 22, multicast: 23 },
} as const;

/**
 * What an envelope carries. Bytes in it are views of what was decoded. Unknown is a body of a newer version, or none.
 */
export type Body =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "data"; readonly contentType: string; readonly data: Uint8Array }
  | { readonly kind: "receipts"; readonly receipts: readonly Receipt[] }
  | { readonly kind: "custody"; readonly envelopes: readonly Uint8Array[] }
  | { readonly kind: "bundle"; readonly bodies: readonly Uint8Array[] }
  /** Encoded messages of these names, which are rare enough for the generated codec. */
  | { readonly kind: "group" | "signal" | "multicast"; readonly bytes: Uint8Array }
  | { readonly kind: "unknown" };

/** Bodies that one bundle may have; part of the protocol. */
export const bundleItemsMax = 1_024;

/**
 * Receipts with their ranges, or envelopes in custody, that one body may have. More than fit into a body of
 * Limits.bodyBytesMax unless they are empty, so it only bounds what a hostile one costs.
 */
export const bodyItemsMax = 65_536;

/**
 * Decodes the body of an envelope, as bodyOf returns it. Never throws.
 *
 * @returns the body, or what is wrong with it in words: malformed, two bodies, text that is not UTF-8, an impossible
 * range of numbers.
 */
export function decodeBody(body: Uint8Array): Body | string {
  const wire = new WireReader(body);
  let decoded: Body | string = unknown;
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) {
    const field = tag >>> 3;
    if (field < bodyFields.text || field > bodyFields.multicast) wire.skip(tag);
    else if ((tag & 7) !== 2) wire.wrongType(tag);
    else if (decoded !== unknown) wire.fail("an envelope has two bodies");
    else decoded = readBody(wire, tag);
  }
  return wire.fault === "" ? decoded : wire.fault;
}

/**
 * A body of plain text, encoded.
 *
 * @throws E3Error "bad-content" when the text is not Unicode (utf8.ts).
 */
export function encodeText(text: string): Uint8Array {
  if (isShort(text)) {
    const wire = new WireWriter(lengthDelimitedBytes(textTag, text.length), "held");
    wire.prefix(textTag, text.length);
    if (wire.ascii(text)) return wire.bytes;
  }
  const utf8 = encodeUtf8(text);
  const wire = new WireWriter(lengthDelimitedBytes(textTag, utf8.length), "held");
  wire.prefix(textTag, utf8.length);
  wire.raw(utf8);
  return wire.bytes;
}

/**
 * A body of bytes with their media type, encoded.
 *
 * @throws E3Error "bad-content" when the media type is not Unicode.
 */
export function encodeData(contentType: string, data: Uint8Array): Uint8Array {
  const type = encodeUtf8(contentType);
  const typeBytes = type.length === 0 ? 0 : lengthDelimitedBytes(contentTypeTag, type.length);
  const length = typeBytes + (data.length === 0 ? 0 : lengthDelimitedBytes(dataBytesTag, data.length));
  const wire = new WireWriter(lengthDelimitedBytes(dataTag, length));
  wire.prefix(dataTag, length);
  if (type.length > 0) {
    wire.prefix(contentTypeTag, type.length);
    wire.raw(type);
  }
  if (data.length > 0) {
    wire.prefix(dataBytesTag, data.length);
    wire.raw(data);
  }
  return wire.bytes;
}

/** A body of receipts, encoded. */
export function encodeReceipts(receipts: readonly Receipt[]): Uint8Array {
  const length = receiptsBytes(receipts);
  const wire = new WireWriter(lengthDelimitedBytes(receiptsTag, length));
  wire.prefix(receiptsTag, length);
  writeReceipts(wire, receipts);
  return wire.bytes;
}

/** A body of encoded envelopes for a custodian, or from one, encoded. */
export function encodeCustody(envelopes: readonly Uint8Array[]): Uint8Array {
  return encodeItems(custodyTag, envelopes);
}

/** A body of a kind whose message is encoded already. */
export function encodeRare(kind: "group" | "signal" | "multicast", message: Uint8Array): Uint8Array {
  const tag = bodyFields[kind] * 8 + 2;
  const wire = new WireWriter(lengthDelimitedBytes(tag, message.length));
  wire.prefix(tag, message.length);
  wire.raw(message);
  return wire.bytes;
}

/** A body of encoded bodies, of messages that follow one another, encoded. */
export function encodeBundle(bodies: readonly Uint8Array[]): Uint8Array {
  return encodeItems(bundleTag, bodies);
}

/** How many items a custody or a bundle has, of what may be malformed; counting ends once they are more than max. */
export function countItems(body: Uint8Array, max: number): number {
  const wire = new WireReader(body);
  let count = 0;
  for (let tag = wire.tag(); tag !== 0 && count <= max; tag = wire.tag()) {
    if (tag !== custodyTag && tag !== bundleTag) {
      wire.skip(tag);
      continue;
    }
    const outer = wire.enter();
    for (let item = wire.tag(); item !== 0 && count <= max; item = wire.tag()) {
      if (item === itemTag) count += 1;
      wire.skip(item);
    }
    wire.leave(outer);
  }
  return count;
}

// Tags: field number * 8 + wire type 2, length-delimited.
const textTag = bodyFields.text * 8 + 2;
const dataTag = bodyFields.data * 8 + 2;
const receiptsTag = bodyFields.receipts * 8 + 2;
const custodyTag = bodyFields.custody * 8 + 2;
const bundleTag = bodyFields.bundle * 8 + 2;
const rareTags = new Map((["group", "signal", "multicast"] as const).map((kind) => [bodyFields[kind] * 8 + 2, kind]));
const contentTypeTag = 0x0a;
const dataBytesTag = 0x12;
/** Field 1 of a custody and of a bundle alike. */
const itemTag = 0x0a;

const empty = new Uint8Array(0);
const unknown: Body = { kind: "unknown" };

function readBody(wire: WireReader, tag: number): Body | string {
  if (tag === textTag) {
    const text = decodeUtf8(wire.bytes());
    return text === undefined ? "the text is not UTF-8" : { kind: "text", text };
  }
  const rare = rareTags.get(tag);
  if (rare !== undefined) return { kind: rare, bytes: wire.bytes() };
  const outer = wire.enter();
  const body = readMessage(wire, tag);
  wire.leave(outer);
  return body;
}

function readMessage(wire: WireReader, tag: number): Body | string {
  if (tag === dataTag) return readData(wire);
  if (tag === receiptsTag) return { kind: "receipts", receipts: readReceipts(wire, bodyItemsMax) };
  if (tag === bundleTag) return { kind: "bundle", bodies: readItems(wire, "a bundle", bundleItemsMax) };
  return { kind: "custody", envelopes: readItems(wire, "a custody", bodyItemsMax) };
}

function readData(wire: WireReader): Body | string {
  let type: Uint8Array = empty;
  let data: Uint8Array = empty;
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) {
    if (tag === contentTypeTag) type = wire.bytes();
    else if (tag === dataBytesTag) data = wire.bytes();
    else wire.skipAbove(2, tag);
  }
  const contentType = decodeUtf8(type);
  return contentType === undefined ? "the content type is not UTF-8" : { kind: "data", contentType, data };
}

function encodeItems(tag: number, items: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const item of items) length += lengthDelimitedBytes(itemTag, item.length);
  const wire = new WireWriter(lengthDelimitedBytes(tag, length));
  wire.prefix(tag, length);
  for (const item of items) {
    wire.prefix(itemTag, item.length);
    wire.raw(item);
  }
  return wire.bytes;
}

function readItems(wire: WireReader, what: string, max: number): Uint8Array[] {
  const read: Uint8Array[] = [];
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) {
    if (tag !== itemTag) wire.skipAbove(1, tag);
    else if (read.length < max) read.push(wire.bytes());
    else wire.fail(`${what} has more than ${max} items`);
  }
  return read;
}
