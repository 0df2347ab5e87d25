import { E3Error } from "../core/error.ts";
import { tables, type StoreEntry, type StoreOp, type Table } from "../core/store-op.ts";
import type { Agenda } from "./agenda.ts";
import type { Random, Span } from "./random.ts";

/** What a disk is like. */
export interface DiskParts {
  readonly agenda: Agenda;
  readonly random: Random;
  /** Milliseconds until a write is durable. */
  readonly writeMs: Span;
  /** Told of what a write changed, once it is durable. */
  readonly applied?: (ops: readonly StoreOp[]) => void;
}

/** What a disk held at some time. */
export type DiskImage = ReadonlyMap<Table, ReadonlyMap<string, Uint8Array>>;

/** How a disk fares: failing and full ones refuse writes, a stalled one leaves them waiting. */
export type DiskState = "well" | "failing" | "full" | "stalled";

interface Write {
  readonly ops: readonly StoreOp[];
  readonly done: (error: Error | undefined) => void;
  /** Takes its end off the agenda. */
  cancel: () => void;
}

/**
 * Disk: the durable tables of one process, with a virtual time to write. It outlives the process.
 *
 *     commit ──► waiting ──► being written ──► durable, done called
 *                   │             ├── the disk fails or is full ──► done called with the error
 *                   └── crash: gone      └── crash: there as a whole, or not at all; nobody is told
 *
 * A write that fails may be on the disk all the same, as with a sync that fails: whoever repeats it changes nothing.
 */
export class Disk {
  readonly #parts: DiskParts;
  readonly #tables = new Map<Table, Map<string, Uint8Array>>(tables.map((table) => [table, new Map()]));
  readonly #waiting: Write[] = [];
  readonly #damaged: { readonly table: Table; readonly key: string }[] = [];
  #writing: Write | undefined;
  #state: DiskState = "well";

  constructor(parts: DiskParts) {
    this.#parts = parts;
  }

  /** Nothing is on its way to the disk. */
  get idle(): boolean {
    return this.#writing === undefined;
  }

  get state(): DiskState {
    return this.#state;
  }

  /** From now on the disk fares like this; on a stalled one what is under way stays so until it is well again. */
  set state(state: DiskState) {
    const stalled = this.#state === "stalled";
    this.#state = state;
    if (state === "stalled") this.#writing?.cancel();
    else if (stalled && this.#writing !== undefined) this.#plan(this.#writing);
  }

  /** Writes all of them or none. @param done called when that is decided, never within the call. */
  commit(ops: readonly StoreOp[], done: (error: Error | undefined) => void): void {
    this.#waiting.push({ ops, done, cancel: () => {} });
    if (this.#writing === undefined) this.#next();
  }

  /** The process dies. */
  crash(): void {
    const writing = this.#writing;
    this.#writing = undefined;
    this.#waiting.length = 0;
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

  /** Where every record is, table by table, in the order of the keys. */
  records(): readonly { readonly table: Table; readonly key: string }[] {
    return tables.flatMap((table) => this.entries(table).map(({ key }) => ({ table, key })));
  }

  /** What it holds now, to be put back later. */
  image(): DiskImage {
    return new Map([...this.#tables].map(([name, table]) => [name, new Map(table)]));
  }

  /** Puts an image back in place of what it holds; an empty disk without one. Only between two processes. */
  restore(image: DiskImage = new Map()): void {
    for (const [name, table] of this.#tables) {
      table.clear();
      for (const [key, value] of image.get(name) ?? []) table.set(key, value);
    }
  }

  /** A record cannot be read any more: its checksum does not fit, and it is set aside. */
  damage(table: Table, key: string): void {
    if (this.#table(table).delete(key)) this.#damaged.push({ table, key });
  }

  /** Records that were damaged so far: where they were. */
  get damaged(): readonly { readonly table: Table; readonly key: string }[] {
    return this.#damaged;
  }

  #next(): void {
    const write = this.#waiting.shift();
    if (write === undefined) return;
    this.#writing = write;
    if (this.#state !== "stalled") this.#plan(write);
  }

  #plan(write: Write): void {
    const { agenda, random, writeMs } = this.#parts;
    write.cancel = agenda.after(random.between(writeMs), () => this.#end(write));
  }

  #end(write: Write): void {
    const error = this.#failure();
    if (error === undefined || (this.#state === "failing" && this.#parts.random.chance(0.5))) this.#apply(write.ops);
    this.#writing = undefined;
    write.done(error);
    // What it brought about may have begun the next write already.
    if (this.#writing === undefined) this.#next();
  }

  #failure(): E3Error | undefined {
    if (this.#state === "failing") return new E3Error("store-failed", "the disk failed to sync");
    if (this.#state === "full") return new E3Error("store-failed", "no space is left on the disk");
    return undefined;
  }

  #apply(ops: readonly StoreOp[]): void {
    const changes: StoreOp[] = [];
    for (const op of ops) {
      const table = this.#table(op.table);
      if (isSame(table.get(op.key), op.value)) continue;
      if (op.value === undefined) table.delete(op.key);
      else table.set(op.key, op.value.slice());
      changes.push(op);
    }
    this.#parts.applied?.(changes);
  }

  #table(name: Table): Map<string, Uint8Array> {
    const table = this.#tables.get(name);
    if (table === undefined) throw new E3Error("store-failed", `there is no table ${name}`);
    return table;
  }
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
