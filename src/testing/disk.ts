import type { StoreEntry, StoreOp, Table } from "../core/store-op.ts";
import type { Agenda } from "./agenda.ts";
import type { Random, Span } from "./random.ts";

interface Parts {
  readonly agenda: Agenda;
  readonly random: Random;
  /** Milliseconds until a write is durable. */
  readonly writeMs: Span;
  /** These writes are durable from now on. */
  readonly applied: (ops: readonly StoreOp[]) => void;
}

interface Write {
  readonly ops: readonly StoreOp[];
  readonly cancel: () => void;
}

/**
 * Disk: a disk. One write at a time, what comes meanwhile is gathered for the next, as the driver's committer does.
 *
 * When the process dies, what was gathered is lost, and what was being written is there as a whole or not at all.
 */
export class Disk {
  readonly #parts: Parts;
  readonly #tables = new Map<Table, Map<string, Uint8Array>>();
  #gathered: StoreOp[] = [];
  #last = 0;
  #writing: Write | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Nothing is on its way to the disk. */
  get idle(): boolean {
    return this.#writing === undefined && this.#gathered.length === 0;
  }

  /** @param persisted told the newest commit that is durable. */
  commit(commit: number, ops: readonly StoreOp[], persisted: (commit: number) => void): void {
    for (const op of ops) this.#gathered.push(op);
    this.#last = commit;
    if (this.#writing === undefined) this.#write(persisted);
  }

  /** The process dies. */
  crash(): void {
    const writing = this.#writing;
    this.#writing = undefined;
    this.#gathered = [];
    if (writing === undefined) return;
    writing.cancel();
    if (this.#parts.random.chance(0.5)) this.#apply(writing.ops);
  }

  /** What is durable, in the order of the keys. */
  entries(table: Table): readonly StoreEntry[] {
    const entries = [...this.#table(table)].map(([key, value]) => ({ key, value: value.slice() }));
    return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  get(table: Table, key: string): Uint8Array | undefined {
    return this.#table(table).get(key);
  }

  size(table: Table): number {
    return this.#table(table).size;
  }

  #write(persisted: (commit: number) => void): void {
    const { agenda, random, writeMs } = this.#parts;
    const ops = this.#gathered;
    const last = this.#last;
    this.#gathered = [];
    const cancel = agenda.after(random.between(writeMs), () => {
      this.#writing = undefined;
      this.#apply(ops);
      persisted(last);
      // What that brought about may have begun the next write already.
      if (this.#writing === undefined && this.#gathered.length > 0) this.#write(persisted);
    });
    this.#writing = { ops, cancel };
  }

  #apply(ops: readonly StoreOp[]): void {
    for (const { table, key, value } of ops) {
      if (value === undefined) this.#table(table).delete(key);
      else this.#table(table).set(key, value.slice());
    }
    this.#parts.applied(ops);
  }

  #table(name: Table): Map<string, Uint8Array> {
    const table = this.#tables.get(name) ?? new Map<string, Uint8Array>();
    this.#tables.set(name, table);
    return table;
  }
}
