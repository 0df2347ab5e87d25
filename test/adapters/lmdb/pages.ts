import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { storeFile } from "../../../src/adapters/lmdb/environment.ts";
import { FileImage } from "../../../src/adapters/lmdb/file-image.ts";
import { openLmdbStore } from "../../../src/adapters/lmdb/store.ts";
import { tables, type StoreOp } from "../../../src/core/store-op.ts";

export const pageBytes = 4_096;

/** Names of all tables of a store's file. */
export const names: readonly string[] = [...tables, "damaged"];

/** A node of a page to be. */
export interface TestNode {
  readonly key: string;
  readonly value?: Buffer;
  readonly flags?: number;
  /** Of a branch. */
  readonly child?: number;
}

/** A page made by hand: its nodes lie in it last first, as they do when keys come in order. */
export function makePage(kind: number, nodes: readonly TestNode[], { number = 5, transaction = 7n } = {}): Buffer {
  const page = Buffer.alloc(pageBytes);
  page.writeBigUInt64LE(BigInt(number), 0);
  page.writeBigUInt64LE(transaction, 8);
  page.writeUInt16LE(kind, 18);
  let end = pageBytes;
  for (const [index, { key, value = Buffer.alloc(0), flags = 0, child }] of nodes.entries()) {
    const length = 8 + key.length + value.length;
    end -= length + (length % 2);
    page.writeUInt32LE(child ?? value.length, end);
    page.writeUInt16LE(flags, end + 4);
    page.writeUInt16LE(key.length, end + 6);
    page.write(key, end + 8, "latin1");
    value.copy(page, end + 8 + key.length);
    page.writeUInt16LE(end - 24, 24 + 2 * index);
  }
  page.writeUInt16LE(2 * nodes.length, 20);
  page.writeUInt16LE(end - 24, 22);
  return page;
}

/** Records of every kind: in order and not, small, larger than a page, removed again. `turn` makes them differ. */
export function someOps(turn: number): readonly StoreOp[] {
  return Array.from({ length: 120 }, (_, index) => {
    const table = tables[(index + turn) % tables.length] ?? "meta";
    const key = `key ${String((index * 7_919 + turn * 31) % 997).padStart(4, "0")}`;
    const isGone = (index + turn) % 5 === 0;
    const bytes = index % 17 === 0 ? 9_000 + turn : 20 + index;
    return { table, key, value: isGone ? undefined : Buffer.alloc(bytes, `${turn} ${index} `) };
  });
}

/** A closed store in the directory with so many commits of some records. @returns the path of its file. */
export async function makeStore(directory: string, commits: number): Promise<string> {
  await using store = await openLmdbStore({ directory });
  for (let turn = 0; turn < commits; turn += 1) await store.commit(someOps(turn));
  return join(directory, storeFile);
}

/** Looks at the pages of a file. */
export function withImage<Result>(path: string, use: (image: FileImage) => Result): Result {
  const file = openSync(path, "r+");
  try {
    return use(new FileImage(file, pageBytes));
  } finally {
    closeSync(file);
  }
}
