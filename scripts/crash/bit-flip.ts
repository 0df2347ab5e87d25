import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Chance } from "./chance.ts";

/** Where in an lmdb file a bit is flipped; "anywhere" also in files that have no pages. */
export type Region = "meta page" | "page head" | "node offsets" | "node heads" | "records" | "large value" | "anywhere";

/** One bit that was turned over. */
export interface BitFlip {
  readonly path: string;
  readonly region: Region;
  readonly at: number;
  readonly bit: number;
}

const pageBytes = 4_096;
const headBytes = 24;
const nodeHeadBytes = 8;
/** Bytes of a meta page that mean something. */
const metaBytes = 168;
const isBranch = 1;
const isLeaf = 2;
const isLarge = 4;

/** Turns over one bit in a region of the file. @returns undefined when the file has no such region. */
export function flipBit(path: string, region: Region, chance: Chance): BitFlip | undefined {
  const bytes = readFileSync(path);
  const places = placesIn(bytes, region);
  if (places.length === 0) return undefined;
  const [from, to] = chance.pick(places);
  const at = from + chance.below(to - from);
  const bit = chance.below(8);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
  writeFileSync(path, bytes);
  return { path, region, at, bit };
}

/** For people. */
export function nameOf({ path, region, at, bit }: BitFlip): string {
  return `bit ${bit} of byte ${at} (${region}) of ${basename(path)}`;
}

type Place = readonly [from: number, to: number];

/** Stretches of bytes. Pages that are in no tree any more look like those that are: flipping bits there harms nobody. */
function placesIn(bytes: Buffer, region: Region): readonly Place[] {
  if (region === "anywhere") return bytes.length === 0 ? [] : [[0, bytes.length]];
  if (region === "meta page") return [[0, metaBytes], [pageBytes, pageBytes + metaBytes]];
  const places: Place[] = [];
  for (let page = 2 * pageBytes; page + pageBytes <= bytes.length; page += pageBytes) {
    const flags = bytes.readUInt16LE(page + 18);
    if (region === "page head" && [isBranch, isLeaf, isLarge].includes(flags)) places.push([page, page + headBytes]);
    if (region === "large value" && flags === isLarge) places.push([page + headBytes, page + pageBytes]);
    if (flags !== isBranch && flags !== isLeaf) continue;
    const count = bytes.readUInt16LE(page + 20) >> 1;
    if (region === "node offsets") places.push([page + headBytes, page + headBytes + 2 * count]);
    if (region === "records") places.push([page + headBytes + bytes.readUInt16LE(page + 22), page + pageBytes]);
    for (let index = 0; index < count && region === "node heads"; index += 1) {
      const node = page + headBytes + bytes.readUInt16LE(page + headBytes + 2 * index);
      places.push([node, node + nodeHeadBytes]);
    }
  }
  return places.filter(([from, to]) => to > from);
}
