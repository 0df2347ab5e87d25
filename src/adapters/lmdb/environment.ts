import { join } from "node:path";
import type { Database, RootDatabase } from "lmdb";
import { tables, type Table } from "../../core/store-op.ts";
import { checkFile } from "./file-check.ts";
import { prepareRoom, Room } from "./room.ts";

/** A table of bytes under bytes. */
export type Bytes = Database<Uint8Array, Uint8Array>;

/** An open lmdb file and its tables. */
export interface Environment {
  readonly root: RootDatabase<Uint8Array, Uint8Array>;
  /** Among them "damaged": records set aside, under "table/" and their key. */
  readonly tables: Readonly<Record<Table | "damaged", Bytes>>;
  /** What is written must have been given room before. */
  readonly room: Room;
  /** Damage that was found and mended, a sentence each. */
  readonly mended: readonly string[];
}

/** The file inside the state directory; lmdb keeps a second one, with "-lock" appended, beside it. */
export const storeFile = "store.mdb";

const names = [...tables, "damaged"] as const;

const bytes = { encoding: "binary", keyEncoding: "binary" } as const;

/**
 * Opens the file in the directory, making it when absent. Throws what lmdb throws.
 *
 * overlappingSync is off: a transaction is synced before its meta page is written, so that after a failed sync nothing on
 * disk refers to what may be lost, and a resolved write needs no second wait (lmdb's `flushed` never settles after a
 * failure). eventTurnBatching is off, because its batches leave a promise behind that nobody can catch when they fail.
 * The map grows by itself.
 *
 * @param known "unknown" (default) for a file that this process has not had open, which is looked through for damage.
 */
export async function openEnvironment(directory: string, known: "unknown" | "known" = "unknown"): Promise<Environment> {
  // Loading lmdb takes 27 ms, which a peer without a durable store should not pay.
  const { open } = await import("lmdb");
  const path = join(directory, storeFile);
  const mended = known === "known" ? [] : checkFile(path, names);
  await prepareRoom(path);
  const root: RootDatabase<Uint8Array, Uint8Array> = open({
    path,
    noSubdir: true,
    maxDbs: names.length,
    overlappingSync: false,
    eventTurnBatching: false,
    ...bytes,
  });
  try {
    const room = new Room({ path, pageBytes: statsOf(root).pageSize, lastPage: () => statsOf(root).lastPageNumber });
    // Tables that are not there yet are written.
    if (statsOf(root).entryCount < names.length) await room.take([]);
    // All in one transaction: each is synced, and opening a table is one of its own unless there is one.
    const opened = root.transactionSync(() => names.map((name) => [name, root.openDB(name, bytes)] as const));
    return { root, room, mended, tables: Object.fromEntries(opened) as Record<(typeof names)[number], Bytes> };
  } catch (error) {
    await root.close();
    throw error;
  }
}

/** What lmdb tells and its types do not. */
function statsOf(root: RootDatabase<Uint8Array, Uint8Array>): {
  pageSize: number;
  lastPageNumber: number;
  entryCount: number;
} {
  return root.getStats() as ReturnType<typeof statsOf>;
}

/** Why lmdb failed: it hides the cause of a failed commit in a promise of its own. */
export async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !("commitError" in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
