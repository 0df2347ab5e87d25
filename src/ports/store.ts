import type { StoreEntry, StoreOp, Table } from "../core/store-op.ts";

/**
 * The durable memory of a peer: ordered tables of bytes.
 *
 * Every adapter passes test/contract/store.ts, which pins this contract:
 * - commit resolves only once all its writes would survive a crash of this process (of the machine too, where the
 *   adapter is durable), and they are applied together or not at all;
 * - commits are applied in the order of the calls, and may be called before earlier ones resolved;
 * - read yields what is committed, in ascending order of keys, after the given key, at most the given count;
 * - a damaged record is never returned as it is: it is mended when that is certain, else set aside and counted in
 *   damaged(), the others live;
 * - keys are 1 to 512 printable ASCII characters; values are copied at the call;
 * - any failure rejects with an E3Error of code "store-failed", its cause attached. A rejected commit may be repeated.
 */
export interface Store extends AsyncDisposable {
  commit(ops: readonly StoreOp[]): Promise<void>;
  /** Entries of the table with keys after `after` (all when undefined), at most `limit`. */
  read(table: Table, after: string | undefined, limit: number): Promise<readonly StoreEntry[]>;
  /** Records found damaged since opening: where they were, for the log. */
  damaged(): readonly { readonly table: string; readonly key: string }[];
}
