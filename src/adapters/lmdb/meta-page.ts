import type { FileImage } from "./file-image.ts";
import { headBytes, metaPage } from "./page.ts";

/**
 * The two first pages of a file, written in turn by each transaction. After the page's head, from 24 on:
 *
 *     24  magic, u32    28  version, u32    32  unused, u64    40  size of the map, u64
 *     48  description of the tree of free pages (its first word: page size, u32)    96  of the tree of tables
 *     144  last page, u64    152  transaction, u64    160  boot, u64
 *
 * Source: LMDB, mdb.c, struct MDB_meta.
 */
export const metaAt = {
  magic: 24,
  version: 28,
  map: 40,
  free: 48,
  pageBytes: 48,
  main: 96,
  last: 144,
  transaction: 152,
};
export const metaBytes = 168;

export const metaMagic = 0xbeefc0de;
const version = 2;

/** Far above any store. */
const mapBytesMax = 2n ** 44n;

/** Why a meta page cannot be one, as far as it alone tells; undefined when it can. */
export function metaFault(page: Buffer, number: number, pageBytes: number): string | undefined {
  if (page.readBigUInt64LE(0) !== BigInt(number) || page.readUInt16LE(16) !== 0) return "has another number";
  if (page.readUInt16LE(18) !== metaPage) return "is of another kind";
  if (page.readUInt32LE(metaAt.magic) !== metaMagic) return "is not of an lmdb file";
  if (page.readUInt32LE(metaAt.version) !== version) return "is of another version";
  if (page.readBigUInt64LE(headBytes + 8) !== 0n) return "has an address";
  if (page.readUInt32LE(metaAt.pageBytes) !== pageBytes) return "has another page size";
  const mapBytes = page.readBigUInt64LE(metaAt.map);
  if (mapBytes > mapBytesMax || mapBytes % BigInt(pageBytes) !== 0n) return "has an impossible size";
  return undefined;
}

/** The number of the transaction that wrote it. */
export function transactionOf(page: Buffer): bigint {
  return page.readBigUInt64LE(metaAt.transaction);
}

/** The meta page that counts, by number: the newer one. */
export function newestMeta(image: FileImage): 0 | 1 {
  return transactionOf(image.page(1)) > transactionOf(image.page(0)) ? 1 : 0;
}
