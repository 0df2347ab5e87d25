import { OrderedFields } from "./ordered-fields.ts";
import { fixed64Bytes, lengthDelimitedBytes, packed64Bytes, WireWriter } from "./wire-writer.ts";
import { WireReader } from "./wire-reader.ts";

/** A whole advert as it travels. */
export interface SealedAdvert {
  /** The exact bytes that are signed. */
  readonly advert: Uint8Array;
  readonly signature: Uint8Array;
}

/** A change of links only, as it travels: what the version before lacks to become this one. */
export interface LinkDelta {
  readonly node: bigint;
  readonly incarnation: bigint;
  readonly version: bigint;
  readonly linked: readonly bigint[];
  readonly unlinked: readonly bigint[];
  /** Over the whole new advert. */
  readonly signature: Uint8Array;
}

/** What a frame of adverts holds. */
export interface AdvertsFrame {
  readonly adverts: readonly SealedAdvert[];
  readonly deltas: readonly LinkDelta[];
}

/** What a digest says. */
export interface DigestFrame {
  readonly summary: bigint;
  readonly entries: readonly { readonly node: bigint; readonly incarnation: bigint; readonly version: bigint }[];
  readonly wanted: readonly bigint[];
}

/** A frame of the topology, read. */
export type TopologyFrame =
  { readonly case: "adverts"; readonly value: AdvertsFrame } | { readonly case: "digest"; readonly value: DigestFrame };

/**
 * Frame{ adverts } as it travels: the same bytes as encodeFrame makes of it. Adverts and digests are most of what a mesh
 * says while it changes, and every peer says each of them; hence by hand.
 */
export function encodeAdverts({ adverts = [], deltas = [] }: Partial<AdvertsFrame>): Uint8Array {
  const length = contentBytes({ adverts, deltas });
  const wire = new WireWriter(lengthDelimitedBytes(tags.adverts, length));
  wire.prefix(tags.adverts, length);
  for (const signed of adverts) {
    wire.prefix(tags.first, sealedBytes(signed));
    writeBytes(wire, tags.first, signed.advert);
    writeBytes(wire, tags.second, signed.signature);
  }
  for (const delta of deltas) {
    wire.prefix(tags.second, deltaBytes(delta));
    writeDelta(wire, delta);
  }
  return wire.bytes;
}

/** How many bytes encodeAdverts makes of it: no encoder makes less. */
export function advertsBytes(frame: Partial<AdvertsFrame>): number {
  return lengthDelimitedBytes(tags.adverts, contentBytes(frame));
}

/** Frame{ digest } as it travels: the same bytes as encodeFrame makes of it. */
export function encodeDigest({ summary, entries = [], wanted = [] }: Partial<DigestFrame>): Uint8Array {
  const sum = summary ?? 0n;
  let length = fixed64Bytes(sum) + packed64Bytes(tags.third, wanted.length);
  for (const entry of entries) length += lengthDelimitedBytes(tags.second, entryBytes(entry));
  const wire = new WireWriter(lengthDelimitedBytes(tags.digest, length));
  wire.prefix(tags.digest, length);
  wire.fixed64(tags.first64, sum);
  for (const entry of entries) {
    wire.prefix(tags.second, entryBytes(entry));
    writeEdition(wire, entry);
  }
  wire.packed64(tags.third, wanted);
  return wire.bytes;
}

/**
 * A frame of adverts or a digest; undefined when it is another frame, or one that only decodeFrame understands or
 * refuses: with unknown fields, with a field twice, or malformed. Bytes are views of the frame.
 */
export function decodeTopologyFrame(bytes: Uint8Array): TopologyFrame | undefined {
  const kind = bytes[0];
  if (kind !== tags.adverts && kind !== tags.digest) return undefined;
  const wire = new WireReader(bytes);
  wire.tag();
  const outer = wire.enter();
  const frame: TopologyFrame =
    kind === tags.adverts ? { case: "adverts", value: readAdverts(wire) } : { case: "digest", value: readDigest(wire) };
  wire.leave(outer);
  return wire.tag() === 0 && wire.fault === "" ? frame : undefined;
}

/** Field number * 8 + wire type (proto/e3/v1/link.proto): of Frame, and of the fields by their place in a message. */
const tags = {
  adverts: 0x22,
  digest: 0x32,
  first: 0x0a,
  second: 0x12,
  third: 0x1a,
  fourth: 0x22,
  fifth: 0x2a,
  sixth: 0x32,
  first64: 0x09,
  second64: 0x11,
  third64: 0x19,
} as const;

type Edition = Pick<LinkDelta, "node" | "incarnation" | "version">;

function contentBytes({ adverts = [], deltas = [] }: Partial<AdvertsFrame>): number {
  let length = 0;
  for (const signed of adverts) length += lengthDelimitedBytes(tags.first, sealedBytes(signed));
  for (const delta of deltas) length += lengthDelimitedBytes(tags.second, deltaBytes(delta));
  return length;
}

function optionalBytes(tag: number, bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : lengthDelimitedBytes(tag, bytes.length);
}

function sealedBytes({ advert, signature }: SealedAdvert): number {
  return optionalBytes(tags.first, advert) + optionalBytes(tags.second, signature);
}

function entryBytes({ node, incarnation, version }: Edition): number {
  return fixed64Bytes(node) + fixed64Bytes(incarnation) + fixed64Bytes(version);
}

function deltaBytes(delta: LinkDelta): number {
  const { linked, unlinked, signature } = delta;
  const lists = packed64Bytes(tags.fourth, linked.length) + packed64Bytes(tags.fifth, unlinked.length);
  return entryBytes(delta) + lists + optionalBytes(tags.sixth, signature);
}

function writeBytes(wire: WireWriter, tag: number, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  wire.prefix(tag, bytes.length);
  wire.raw(bytes);
}

function writeEdition(wire: WireWriter, { node, incarnation, version }: Edition): void {
  wire.fixed64(tags.first64, node);
  wire.fixed64(tags.second64, incarnation);
  wire.fixed64(tags.third64, version);
}

function writeDelta(wire: WireWriter, delta: LinkDelta): void {
  writeEdition(wire, delta);
  wire.packed64(tags.fourth, delta.linked);
  wire.packed64(tags.fifth, delta.unlinked);
  writeBytes(wire, tags.sixth, delta.signature);
}

function readAdverts(wire: WireReader): AdvertsFrame {
  const adverts: SealedAdvert[] = [];
  const deltas: LinkDelta[] = [];
  const fields = new OrderedFields(wire);
  while (fields.has(tags.first)) adverts.push(readSealed(wire));
  while (fields.has(tags.second)) deltas.push(readDelta(wire));
  fields.end();
  return { adverts, deltas };
}

function readSealed(wire: WireReader): SealedAdvert {
  const outer = wire.enter();
  const fields = new OrderedFields(wire);
  const advert = fields.bytes(tags.first);
  const signature = fields.bytes(tags.second);
  fields.end();
  wire.leave(outer);
  return { advert, signature };
}

function readDelta(wire: WireReader): LinkDelta {
  const outer = wire.enter();
  const fields = new OrderedFields(wire);
  const edition = readEdition(fields);
  const linked = fields.packed64(tags.fourth);
  const unlinked = fields.packed64(tags.fifth);
  const signature = fields.bytes(tags.sixth);
  fields.end();
  wire.leave(outer);
  const { node, incarnation, version } = edition;
  return { node, incarnation, version, linked, unlinked, signature };
}

function readDigest(wire: WireReader): DigestFrame {
  const entries: Edition[] = [];
  const fields = new OrderedFields(wire);
  const summary = fields.fixed64(tags.first64);
  while (fields.has(tags.second)) {
    const outer = wire.enter();
    const inner = new OrderedFields(wire);
    entries.push(readEdition(inner));
    inner.end();
    wire.leave(outer);
  }
  const wanted = fields.packed64(tags.third);
  fields.end();
  return { summary, entries, wanted };
}

function readEdition(fields: OrderedFields): Edition {
  const node = fields.fixed64(tags.first64);
  const incarnation = fields.fixed64(tags.second64);
  return { node, incarnation, version: fields.fixed64(tags.third64) };
}
