/**
 * Layout of an lmdb page, little endian. Source: LMDB, mdb.c, struct MDB_page_header, MDB_node, MDB_ovpage, MDB_db; data
 * version 2, as lmdb 3.5 writes it.
 *
 *     0  page number, u64    8  transaction, u64    16  unused, u16    18  kind, u16
 *     20  end of the offsets, u16    22  begin of the nodes, u16 (both from 24 on); a large value has its pages here, u32
 *     24  offsets of the nodes, in the order of their keys, u16 each, from 24 on; free space; nodes up to the end
 *
 * A node is `low u16, high u16, flags u16, key bytes u16`, the key, and, on a leaf, the value, filled up to an even length.
 * Its first 4 bytes are the value's length, on a branch its first 6 the number of the page below.
 */
export const headBytes = 24;
/** Bytes of a node before its key. */
export const nodeHeadBytes = 8;

/** Kind of a page that leads to others. */
export const branchPage = 1;
/** Kind of a page that holds keys and values. */
export const leafPage = 2;
/** Kind of the first page of a large value. */
export const largePage = 4;
/** Kind of the two first pages of a file. */
export const metaPage = 8;

/** Flag of a node whose value lies on pages of its own. */
export const isLarge = 1;
/** Flag of a node whose value describes a table. */
export const isTable = 2;

/** Bytes in place of a large value: page number, transaction, count of pages, u64 each. */
export const largeReferenceBytes = 24;
/** Bytes of a table's description. */
export const tableBytes = 48;

/** Bytes of a key of the tree of free pages: the transaction that freed them. */
const freeKeyBytes = 8;

/** A node, by where its parts lie in the page. */
export interface PageNode {
  readonly at: number;
  readonly flags: number;
  readonly keyAt: number;
  readonly keyEnd: number;
  /** On a leaf: where the value, or what stands for it, begins. */
  readonly valueAt: number;
  /** On a leaf: the value's length. */
  readonly valueBytes: number;
  /** On a branch: the page below. */
  readonly child: number;
}

/** What a page should be. */
export interface PageWanted {
  readonly number: number;
  readonly kind: typeof branchPage | typeof leafPage;
  /** Pages are not newer than the meta page that leads to them. */
  readonly transaction: bigint;
}

/** Why a page cannot be what it should be, as far as it alone tells; undefined when it can. */
export function pageFault(page: Buffer, { number, kind, transaction }: PageWanted): string | undefined {
  if (page.readBigUInt64LE(0) !== BigInt(number)) return "has another number";
  if (page.readBigUInt64LE(8) > transaction) return "is newer than the file";
  if (page.readUInt16LE(16) !== 0 || page.readUInt16LE(18) !== kind) return "is of another kind";
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  if (lower === 0 || lower % 2 !== 0 || lower > upper || upper > page.length - headBytes)
    return "has impossible bounds";
  return nodesFault(page, kind);
}

/** The nodes fill their part of the page without gap or overlap. */
function nodesFault(page: Buffer, kind: number): string | undefined {
  const offsets = page.subarray(headBytes, headBytes + page.readUInt16LE(20));
  const places = new Uint16Array(offsets.length >> 1);
  for (const index of places.keys()) places[index] = headBytes + offsets.readUInt16LE(2 * index);
  let end = headBytes + page.readUInt16LE(22);
  for (const at of places.sort()) {
    if (at !== end || at + nodeHeadBytes > page.length) return "has a gap between its nodes, or an overlap";
    end += nodeBytes(page, at, kind);
    if (end > page.length) return "has a node that ends outside of it";
  }
  return end === page.length ? undefined : "has nodes that do not fill it";
}

function nodeBytes(page: Buffer, at: number, kind: number): number {
  const flags = page.readUInt16LE(at + 4);
  const keyBytes = page.readUInt16LE(at + 6);
  if (kind === branchPage) return even(nodeHeadBytes + keyBytes);
  if (flags > isTable) return Infinity;
  const valueBytes = flags === isLarge ? largeReferenceBytes : page.readUInt32LE(at);
  return even(nodeHeadBytes + keyBytes + valueBytes);
}

/** The nodes of a page without fault, in the order of their keys. */
export function nodesOf(page: Buffer): readonly PageNode[] {
  const count = page.readUInt16LE(20) >> 1;
  return Array.from({ length: count }, (_, index) => {
    const at = headBytes + page.readUInt16LE(headBytes + 2 * index);
    const flags = page.readUInt16LE(at + 4);
    const keyAt = at + nodeHeadBytes;
    const keyEnd = keyAt + page.readUInt16LE(at + 6);
    const low = page.readUInt32LE(at);
    return { at, flags, keyAt, keyEnd, valueAt: keyEnd, valueBytes: low, child: low + flags * 2 ** 32 };
  });
}

function even(bytes: number): number {
  return bytes + (bytes % 2);
}

/** What a leaf lists: records of a table, tables of the file, or pages that are free. */
export type LeafOf = "table" | "main" | "free";

/**
 * Why a page without fault is no leaf of such a tree; undefined when it is, or is a branch.
 *
 * @param transaction the last one: none frees pages after it.
 */
export function leafFault(page: Buffer, of: LeafOf, transaction: bigint): string | undefined {
  if (page.readUInt16LE(18) === branchPage) return undefined;
  const nodes = nodesOf(page);
  switch (of) {
    case "table":
      return nodes.some(({ flags }) => flags === isTable) ? "has a table within a table" : undefined;
    case "main":
      return nodes.some(({ flags, valueBytes }) => flags !== isTable || valueBytes !== tableBytes)
        ? "is no list of tables"
        : undefined;
    case "free":
      if (nodes.some(({ keyAt, keyEnd, flags }) => flags === isTable || keyEnd - keyAt !== freeKeyBytes))
        return "is no list of free pages";
      return nodes.some(({ keyAt }) => page.readBigUInt64LE(keyAt) > transaction)
        ? "has pages that were freed after the last transaction"
        : undefined;
  }
}
