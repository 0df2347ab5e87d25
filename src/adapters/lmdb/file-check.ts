import { open, type FileHandle } from "node:fs/promises";

/**
 * A look at the file before lmdb maps it: what lmdb 3.5 takes for granted ends the process when it is not so (SIGSEGV for a
 * file that is none of its own, SIGBUS for one cut short).
 *
 * Meta pages are the first two of the file; after a page header of 24 bytes, little endian on the machines checked:
 *
 *     24  magic, u32    28  version, u32    48  page size, u32    144  last page, u64    152  transaction, u64
 *
 * Source: LMDB, mdb.c, struct MDB_meta, data version 2.
 */
const magicAt = 24;
const pageSizeAt = 48;
const lastPageAt = 144;
const transactionAt = 152;
const metaBytes = 160;

const magic = 0xbeefc0de;
const pageBytesMin = 512;
const pageBytesMax = 65_536;
/** Far above any store; a larger number is damage. */
const fileBytesMax = 2 ** 44;

/** Where the layout above holds. */
const known: ReadonlySet<string> = new Set(["x64", "arm64"]);

/**
 * Rejects when the file is no lmdb file, and fills up one that ends before its last page: those pages then read as damage,
 * an error, instead of ending the process. A file that is absent or empty is fine.
 */
export async function checkFile(path: string): Promise<void> {
  if (!known.has(process.arch)) return;
  const file = await openExisting(path);
  if (file === undefined) return;
  try {
    const { size } = await file.stat();
    if (size > 0) await fill(file, size, await neededBytes(file));
  } finally {
    await file.close();
  }
}

async function neededBytes(file: FileHandle): Promise<number> {
  const first = await readMeta(file, 0);
  if (first === undefined) throw new Error("the file is not an lmdb file, or its beginning is damaged");
  const pageBytes = first.readUInt32LE(pageSizeAt);
  if (pageBytes < pageBytesMin || pageBytes > pageBytesMax) throw new Error(`the file has pages of ${pageBytes} bytes`);
  const second = await readMeta(file, pageBytes);
  const live = second !== undefined && transactionOf(second) > transactionOf(first) ? second : first;
  const needed = (Number(live.readBigUInt64LE(lastPageAt)) + 1) * pageBytes;
  if (needed > fileBytesMax) throw new Error(`the file would have ${needed} bytes`);
  return needed;
}

async function readMeta(file: FileHandle, position: number): Promise<Buffer | undefined> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(metaBytes), 0, metaBytes, position);
  return bytesRead === metaBytes && buffer.readUInt32LE(magicAt) === magic ? buffer : undefined;
}

function transactionOf(meta: Buffer): bigint {
  return meta.readBigUInt64LE(transactionAt);
}

/** Sparse, so that it costs nothing where the last pages were given back before they were ever written. */
async function fill(file: FileHandle, size: number, needed: number): Promise<void> {
  if (size < needed) await file.truncate(needed);
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
