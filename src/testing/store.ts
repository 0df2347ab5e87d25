import { E3Error } from "../core/error.ts";
import { isKey, type StoreEntry, type StoreOp, type Table } from "../core/store-op.ts";
import type { Store } from "../ports/store.ts";
import type { Disk } from "./disk.ts";
import type { Gate } from "./gate.ts";

/** The store of one process, on the disk of its machine: what does not pass the gate any more is never answered. */
export function diskStore(disk: Disk, gate: Gate): Store {
  return new DiskStore(disk, gate);
}

class DiskStore implements Store {
  readonly #disk: Disk;
  readonly #gate: Gate;
  #closed = false;

  constructor(disk: Disk, gate: Gate) {
    this.#disk = disk;
    this.#gate = gate;
  }

  async commit(ops: readonly StoreOp[]): Promise<void> {
    this.#assertOpen();
    for (const { key } of ops) {
      if (!isKey(key)) throw failed(`a key must be 1 to 512 printable ASCII characters: ${JSON.stringify(key)}`);
    }
    const copies = ops.map((op) => ({ ...op, value: op.value?.slice() }));
    await new Promise<void>((resolve, reject) => {
      const done = (error: Error | undefined): void => (error === undefined ? resolve() : reject(error));
      this.#gate.out(() => this.#disk.commit(copies, (error) => this.#gate.in(() => done(error))));
    });
  }

  async read(table: Table, after: string | undefined, limit: number): Promise<readonly StoreEntry[]> {
    this.#assertOpen();
    const entries = this.#disk.entries(table);
    const from = after === undefined ? 0 : entries.findIndex(({ key }) => key > after);
    return from === -1 ? [] : entries.slice(from, from + Math.max(0, limit));
  }

  damaged(): readonly { readonly table: string; readonly key: string }[] {
    return this.#disk.damaged;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
  }

  #assertOpen(): void {
    if (this.#closed) throw failed("the store is closed");
  }
}

function failed(message: string): E3Error {
  return new E3Error("store-failed", message);
}
