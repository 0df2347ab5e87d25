import type { FileImage } from "./file-image.ts";
import { Flaw, type Field } from "./flaw.ts";
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
/** Where a tree's description has the number of its root. */
export const rootAt = 40;
/** What stands there when the tree is empty. */
export const noRoot = 0xffff_ffff_ffff_ffffn;
/** What it means something up to. */
const metaBytes = 168;

/** What an lmdb file begins with. */
export const metaMagic = 0xbeefc0de;
const version = 2;

/** Far above any store. */
const mapBytesMax = 2n ** 44n;

/**
 * Looks at both, and at how they stand to each other: transactions write them in turn.
 *
 * @throws Flaw
 */
export function checkMetas(image: FileImage): void {
  const pages = [image.page(0), image.page(1)] as const;
  for (const [number, page] of pages.entries()) {
    const fault = metaFault(page, number, image.pageBytes);
    const field = { at: number * image.pageBytes, bytes: metaBytes };
    const isMended = (): boolean => metaFault(image.page(number), number, image.pageBytes) === undefined;
    if (fault !== undefined) throw new Flaw(`meta page ${number} ${fault}`, [field], { isMended });
  }
  const isMended = (): boolean => areInTurn(transactionOf(image.page(0)), transactionOf(image.page(1)));
  if (!isMended())
    throw new Flaw("the meta pages are not of transactions in a row", transactionFields(image), { isMended });
}

function areInTurn(even: bigint, odd: bigint): boolean {
  if (even === 0n && odd === 0n) return true; // Nothing was ever written.
  return even % 2n === 0n && odd % 2n === 1n && (even - odd === 1n || odd - even === 1n);
}

/**
 * Whether the newest transaction is one that the numbers of the transactions hide: then the older state would count. Each
 * transaction writes the root of the tables or of the free pages anew, and none overwrites what the state before it uses.
 * So a state has roots of its own transaction, and the older one has none that is newer than both.
 */
export function missingTransaction(image: FileImage): Flaw | undefined {
  const newest = newestMeta(image);
  const transaction = transactionOf(image.page(newest));
  const of = rootsOf(image, newest);
  if (transaction === 0n || of.length === 0) return undefined;
  const fields = transactionFields(image);
  const roots = [metaAt.free, metaAt.main].map((at) => ({ at: newest * image.pageBytes + at + rootAt, bytes: 8 }));
  if (!of.includes(transaction)) return new Flaw("the last transaction is missing", [...fields, ...roots]);
  const isHidden = rootsOf(image, newest === 0 ? 1 : 0).some((root) => root > transaction);
  return isHidden ? new Flaw("the last transaction is hidden", fields, { isHarmless: true }) : undefined;
}

/** Transactions that wrote the roots of a state; none for a root that is outside of the file. */
function rootsOf(image: FileImage, meta: 0 | 1): readonly bigint[] {
  // The last page of a state is no bound for the one that it hides.
  const pages = BigInt(Math.floor(image.size / image.pageBytes));
  return [metaAt.free, metaAt.main]
    .map((at) => image.page(meta).readBigUInt64LE(at + rootAt))
    .filter((root) => root < pages)
    .map((root) => image.page(Number(root)).readBigUInt64LE(8));
}

/** Where the numbers of the transactions stand. */
export function transactionFields(image: FileImage): readonly Field[] {
  return [0, 1].map((number) => ({ at: number * image.pageBytes + metaAt.transaction, bytes: 8 }));
}

/** Why a meta page cannot be one, as far as it alone tells; undefined when it can. */
function metaFault(page: Buffer, number: number, pageBytes: number): string | undefined {
  if (page.readBigUInt64LE(0) !== BigInt(number) || page.readUInt16LE(16) !== 0) return "has another number";
  if (page.readUInt16LE(18) !== metaPage) return "is of another kind";
  if (page.readUInt32LE(metaAt.magic) !== metaMagic) return "is not of an lmdb file";
  if (page.readUInt32LE(metaAt.version) !== version) return "is of another version";
  if (page.readBigUInt64LE(headBytes + 8) !== 0n) return "has an address";
  if (page.readUInt32LE(metaAt.pageBytes) !== pageBytes) return "has another page size";
  const mapBytes = page.readBigUInt64LE(metaAt.map);
  if (mapBytes >= mapBytesMax || mapBytes % BigInt(pageBytes) !== 0n) return "has an impossible size";
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
