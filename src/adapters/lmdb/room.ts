import { open, rm } from "node:fs/promises";
import type { RecordWrite } from "./record.ts";

const kib = 1_024;
const pieceBytes = 64 * kib;
/** A file grows by an eighth of its size, within these bounds: seldom, and without taking much that is not needed. */
const growthBytesMin = 64 * kib;
const growthBytesMax = 8_192 * kib;

/** What a record takes on a page beside key and value, and what a page takes for itself. Source: LMDB, mdb.c. */
const nodeBytes = 10;
const pageHeadBytes = 24;
/** The upper pages of every table's tree, the list of free pages, and the page that lists the tables. */
const otherPages = 48;

/**
 * Room on the disk for what lmdb is about to write, taken beforehand.
 *
 * When a disk is full in the midst of a transaction, lmdb 3.5.6 writes its message beyond the memory it has for it
 * (mdb_page_flush: `malloc(100)` for up to 124 characters), and some of the time the process ends. So the file is
 * lengthened with zeros before a transaction begins: a full disk, a quota or a size limit then shows here, as an error
 * and with nothing half done. What lmdb writes later lies in blocks that the file has.
 */
export class Room {
  readonly #path: string;
  /** Number of the last page in use. */
  readonly #lastPage: () => number;
  readonly #pageBytes: number;
  #fileBytes = 0;

  constructor({ path, pageBytes, lastPage }: { path: string; pageBytes: number; lastPage: () => number }) {
    this.#path = path;
    this.#lastPage = lastPage;
    this.#pageBytes = pageBytes;
  }

  /** Rejects with what the file system says when there is no room for these writes in one transaction. */
  async take(writes: readonly RecordWrite[]): Promise<void> {
    const usedPages = this.#lastPage() + 1;
    const neededPages = usedPages + pagesFor(writes, { pageBytes: this.#pageBytes, usedPages });
    const neededBytes = neededPages * this.#pageBytes;
    if (neededBytes <= this.#fileBytes) return;
    const growthBytes = Math.min(Math.max(neededBytes / 8, growthBytesMin), growthBytesMax);
    const file = await open(this.#path, "r+");
    try {
      this.#fileBytes = (await file.stat()).size;
      if (neededBytes <= this.#fileBytes) return;
      const wantedBytes = Math.ceil((neededBytes + growthBytes) / this.#pageBytes) * this.#pageBytes;
      while (this.#fileBytes < wantedBytes) {
        const zeros = new Uint8Array(Math.min(pieceBytes, wantedBytes - this.#fileBytes));
        this.#fileBytes += (await file.write(zeros, 0, zeros.length, this.#fileBytes)).bytesWritten;
      }
    } catch (error) {
      // The growth is a convenience; what is needed may be there.
      if (this.#fileBytes < neededBytes) throw error;
    } finally {
      await file.close();
    }
  }
}

/**
 * The most pages that a transaction takes: lmdb never overwrites a page in use, so it takes a new one for each that it
 * changes. Those it finds in its list of free pages are not counted on.
 */
function pagesFor(
  writes: readonly RecordWrite[],
  { pageBytes, usedPages }: { pageBytes: number; usedPages: number },
): number {
  let largePages = 0;
  let smallBytes = 0;
  for (const { key, record } of writes) {
    const bytes = key.length + (record?.length ?? 0) + nodeBytes;
    // From half a page on lmdb keeps a value apart, in pages of its own.
    if (bytes > pageBytes / 2 - pageHeadBytes) largePages += Math.ceil((bytes + pageHeadBytes) / pageBytes);
    else smallBytes += bytes;
  }
  // Each write changes one leaf and the page above it, and no more than there are; new leaves are half full at least.
  const changedPages = Math.min(2 * writes.length, usedPages);
  const newPages = Math.ceil((2 * smallBytes) / (pageBytes - pageHeadBytes));
  return largePages + changedPages + newPages + otherPages;
}

/** Room that opening takes: pages of the lock file that lmdb maps and writes to, and the first pages of a new store. */
const lockBytes = 4_096;
const firstBytes = 128 * kib;

/**
 * Makes sure that opening the file cannot fail for want of room, which ends the process with SIGBUS (the lock file is
 * written through a map) or SIGSEGV. Rejects with what the file system says. The file must not be open.
 */
export async function prepareRoom(path: string): Promise<void> {
  await allocate(`${path}-lock`, lockBytes);
  if ((await sizeOf(path)) > 0) return;
  // Not in the file itself: a process that is killed would leave zeros there, which is no store.
  const trial = `${path}.room`;
  try {
    await allocate(trial, firstBytes);
  } finally {
    await rm(trial, { force: true });
  }
}

/** Gives a file that has no blocks yet so many bytes of zeros. */
async function allocate(path: string, bytes: number): Promise<void> {
  const file = await open(path, "a+", 0o600);
  try {
    const { blocks } = await file.stat();
    if (blocks > 0) return;
    await file.truncate(0);
    for (let written = 0; written < bytes;) written += (await file.write(new Uint8Array(bytes - written))).bytesWritten;
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path, "a+", 0o600);
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}
