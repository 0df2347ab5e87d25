/**
 * A few durable facts, by key: what a bridge must find again after a restart. Every adapter passes
 * test/contract/notebook.ts, which pins:
 *
 * - get gives what was set last, in this process or a former one; set resolves once that would survive a crash;
 * - entries are all that are kept, ascending by key;
 * - a notebook that holds entriesMax takes no new keys: set rejects with E3Error "resource-exhausted";
 * - close resolves once whatever was set is written or has failed, and nothing is written any more: set and delete reject with
 *   E3Error "closed". Allowed twice.
 */
export interface Notebook {
  get(key: string): string | undefined;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  entries(): readonly (readonly [key: string, value: string])[];
  close(): Promise<void>;
}
