import { E3Error } from "../../core/error.ts";
import type { StoreEntry, StoreOp, Table } from "../../core/store-op.ts";
import type { Log } from "../../ports/log.ts";
import type { Store } from "../../ports/store.ts";
import { causeOf, openEnvironment, storeFile, type Environment } from "./environment.ts";
import { GroupCommit } from "./group-commit.ts";
import { mendRecord } from "./mend-record.ts";
import { refuseOlder } from "./older-store.ts";
import { decodeRecord, encodeRecords, keyText, type RecordWrite } from "./record.ts";
import { writesOf, type Job, type Place } from "./store-job.ts";

/** Writes in one transaction. Bounds how long lmdb's own queue gets; far above what one turn produces. */
const groupWritesMax = 16_384;

const mendedText =
  "a damaged record was mended and nothing is lost: one bit of it had turned, so look to the disk and the memory";

/**
 * The store on lmdb, in one file of the directory.
 *
 * Writing: commits share transactions (group commit); one resolves after fdatasync of its pages and a synced write of the
 * meta page, and so survives the machine's crash too. Failing: a commit that failed has no effect, and the file is opened
 * anew before the next one; reads wait for that. A full disk is met before lmdb is asked to write. Damage: read finds it by
 * its sums. A record that lost a single bit is mended: served as it was, logged, and written back; any other moves to a
 * table of its own before read resolves. Damage to what leads to the records is looked for when the store is opened, and
 * mended and logged when it is a single bit.
 *
 * @throws E3Error "store-failed" when the file cannot be opened, is damaged beyond repair, or was written by an e3 from
 * before records could be mended.
 */
export async function openLmdbStore({ directory, log }: { directory: string; log?: Log }): Promise<Store> {
  try {
    const environment = await openEnvironment(directory);
    await check(environment);
    for (const what of environment.mended) log?.error("damage to the store was mended", { file: storeFile, what });
    return new LmdbStore({ directory, log }, environment);
  } catch (cause) {
    throw failed(`the store in ${directory} cannot be opened`, cause);
  }
}

async function check(environment: Environment): Promise<void> {
  try {
    refuseOlder(environment);
  } catch (error) {
    await environment.root.close();
    throw error;
  }
}

/** What a scan finds. */
interface Scan {
  readonly entries: StoreEntry[];
  /** Of records that are lost. */
  readonly damaged: Place[];
  /** Of records that are among the entries, and not yet so on disk. */
  readonly mended: Place[];
}

class LmdbStore implements Store {
  readonly #directory: string;
  readonly #log: Log | undefined;
  readonly #group = new GroupCommit<Job>(groupWritesMax, (jobs) => this.#write(jobs));
  readonly #damaged = new Map<string, { readonly table: string; readonly key: string }>();
  /** Logged, and not yet written back. */
  readonly #mending = new Set<string>();
  #environment: Environment | undefined;
  /** Under way while the file is opened anew; resolves with why that was needed. Never rejects. */
  #recovering: Promise<unknown> | undefined;
  #closed: Promise<void> | undefined;

  constructor({ directory, log }: { directory: string; log: Log | undefined }, environment: Environment) {
    this.#directory = directory;
    this.#log = log;
    this.#environment = environment;
  }

  async commit(ops: readonly StoreOp[]): Promise<void> {
    this.#assertOpen();
    const writes = encode(ops);
    await this.#group.add({ kind: "write", writes }, writes.length);
  }

  async read(table: Table, after: string | undefined, limit: number): Promise<readonly StoreEntry[]> {
    this.#assertOpen();
    if (this.#recovering !== undefined) {
      await this.#recovering;
      this.#assertOpen();
    }
    const { entries, damaged, mended } = this.#scan(table, after, limit);
    if (mended.length > 0) await this.#mend(mended);
    if (damaged.length > 0) await this.#setAside(damaged);
    return entries;
  }

  damaged(): readonly { readonly table: string; readonly key: string }[] {
    return [...this.#damaged.values()];
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #scan(table: Table, after: string | undefined, limit: number): Scan {
    const scan: Scan = { entries: [], damaged: [], mended: [] };
    const from =
      after === undefined || after === "" ? {} : { start: Buffer.from(after, "latin1"), exclusiveStart: true };
    try {
      if (this.#environment === undefined) throw new Error("an earlier failure is not yet recovered from");
      if (limit <= 0) return scan;
      for (const { key, value } of this.#environment.tables[table].getRange(from)) {
        const entry = decodeRecord(table, key, value) ?? mendInto(scan, { table, key }, value);
        if (entry !== undefined && scan.entries.push(entry) >= limit) break;
      }
    } catch (cause) {
      throw failed(`reading ${table} failed`, cause);
    }
    return scan;
  }

  /** Logs each at once, and writes it back; what fails is tried again by the next read that meets the record. */
  async #mend(places: readonly Place[]): Promise<void> {
    const named = places.map(({ table, key }) => ({ table, key: keyText(key), name: `${table}/${keyText(key)}` }));
    for (const { table, key, name } of named) {
      if (!this.#mending.has(name)) this.#log?.error(mendedText, { file: storeFile, table, key });
      this.#mending.add(name);
    }
    try {
      await this.#group.add({ kind: "mend", places }, Number.POSITIVE_INFINITY);
      for (const { name } of named) this.#mending.delete(name);
    } catch {
      // The reader has what it asked for; that the store cannot be written, commits tell.
    }
  }

  /** Records the damage at once; a move that fails is tried again by the next read that meets the record. */
  async #setAside(places: readonly Place[]): Promise<void> {
    for (const { table, key } of places) {
      const name = keyText(key);
      this.#damaged.set(`${table}/${name}`, { table, key: name });
    }
    // In a transaction of its own: whether a record is still damaged is judged when nothing else is under way.
    await this.#group.add({ kind: "set-aside", places }, Number.POSITIVE_INFINITY);
  }

  async #write(jobs: readonly Job[]): Promise<void> {
    let hasRoom = true;
    try {
      const environment = (this.#environment ??= await openEnvironment(this.#directory, "known"));
      // Worked out before the batch: what is thrown within one leaves half of it behind.
      const writes = jobs.flatMap((job) => writesOf(environment, job));
      hasRoom = false;
      await environment.room.take(writes);
      hasRoom = true;
      await environment.root.batch(() => enqueue(environment, writes));
    } catch (error) {
      // Then lmdb has not been asked for anything, and there is nothing to recover from.
      if (!hasRoom) throw failed("there is no room for what is to be stored", error);
      const recovering = this.#recover(error);
      this.#recovering = recovering;
      const cause = await recovering;
      // Before any read that waits goes on: this was the first to wait.
      this.#recovering = undefined;
      throw failed("writing to the store failed", cause);
    }
  }

  async #recover(error: unknown): Promise<unknown> {
    const cause = await causeOf(error);
    await this.#forget();
    return cause;
  }

  /**
   * Drops the environment after a failure, so that the next write starts from what is on disk: after a failed sync lmdb's
   * view of its own pages cannot be trusted, and after a failed meta page it would answer nothing any more.
   */
  async #forget(): Promise<void> {
    const environment = this.#environment;
    this.#environment = undefined;
    try {
      await environment?.root.close();
      this.#environment = await openEnvironment(this.#directory, "known");
    } catch {
      // The next write tries again, and reports what it meets.
    }
  }

  async #close(): Promise<void> {
    await this.#group.idle();
    await this.#environment?.root.close();
    this.#environment = undefined;
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw failed("the store is closed", undefined);
  }
}

function enqueue({ tables }: Environment, writes: readonly RecordWrite[]): void {
  for (const { table, key, record } of writes) {
    // Within a batch these promises say nothing; the batch's own tells how it went.
    if (record === undefined) void tables[table].remove(key);
    else void tables[table].put(key, record);
  }
}

/** The entry of a record that does not match its sums, if it can be mended; notes the place either way. */
function mendInto(scan: Scan, place: Place, record: Uint8Array): StoreEntry | undefined {
  const mended = mendRecord(place.table, place.key, record);
  (mended === undefined ? scan.damaged : scan.mended).push(place);
  return mended && decodeRecord(place.table, place.key, mended);
}

function encode(ops: readonly StoreOp[]): readonly RecordWrite[] {
  try {
    return encodeRecords(ops);
  } catch (cause) {
    throw failed("the commit cannot be stored", cause);
  }
}

function failed(message: string, cause: unknown): E3Error {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return new E3Error("store-failed", message + why, { cause });
}
