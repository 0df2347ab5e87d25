import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Chance } from "./chance.ts";
import { livePages, type LivePage } from "./live-pages.ts";

/** Where a bit is flipped: a part of an lmdb file, all that is used of its pages of bindings, or anywhere in another one. */
export type Region = "meta page" | PartOfPage | "bindings" | "anywhere";
type PartOfPage = "page head" | "node offsets" | "node heads" | "keys" | "values" | "large values";

/** One bit that was turned over. */
export interface BitFlip {
  readonly path: string;
  readonly region: Region;
  readonly at: number;
  readonly bit: number;
}

const pageBytes = 4_096;
const headBytes = 24;
/** Bytes of a meta page that mean something. */
const metaBytes = 168;

/** Turns over one bit in a region of the file. @returns undefined when the file has no such region. */
export function flipBit(path: string, region: Region, chance: Chance): BitFlip | undefined {
  const bytes = readFileSync(path);
  const places = placesIn(bytes, region).filter(([from, to]) => to > from);
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

function placesIn(bytes: Buffer, region: Region): readonly Place[] {
  if (region === "anywhere") return [[0, bytes.length]];
  if (region === "meta page")
    return [
      [0, metaBytes],
      [pageBytes, pageBytes + metaBytes],
    ];
  const pages = livePages(bytes);
  if (region !== "bindings") return pages.flatMap((page) => placesOn(page, region));
  const bindings = pages.filter(({ table }) => table === "shelves");
  return bindings.flatMap((page) => partsOfPage.flatMap((part) => placesOn(page, part)));
}

const partsOfPage: readonly PartOfPage[] = ["page head", "node offsets", "node heads", "keys", "values"];

function placesOn({ at, nodes }: LivePage, region: PartOfPage): readonly Place[] {
  if (nodes === undefined) return region === "large values" ? [[at, at + pageBytes]] : [];
  switch (region) {
    case "page head":
      return [[at, at + headBytes]];
    case "node offsets":
      return [[at + headBytes, at + headBytes + 2 * nodes.length]];
    case "node heads":
      return nodes.map((node) => [at + node.at, at + node.keyAt]);
    case "keys":
      return nodes.map(({ keyAt, keyEnd }) => [at + keyAt, at + keyEnd]);
    case "values":
      return nodes.map(({ keyEnd, valueBytes }) => [at + keyEnd, at + Math.min(keyEnd + valueBytes, pageBytes)]);
    case "large values":
      return [];
  }
}
