import { fstatSync, readSync, writeSync } from "node:fs";
import type { Field } from "./flaw.ts";

/** Pages kept in memory; 64 MiB at the usual page size. */
const cachedPagesMax = 16_384;

/** The pages of a file, with bits that may be turned over to see what that would do, before any of it is written. */
export class FileImage {
  readonly pageBytes: number;
  readonly #file: number;
  readonly #cached = new Map<number, Buffer>();
  readonly #changed = new Map<number, Buffer>();

  /** @param file a descriptor open for reading and writing. */
  constructor(file: number, pageBytes: number) {
    this.#file = file;
    this.pageBytes = pageBytes;
  }

  /** Length of the file, bytes. */
  get size(): number {
    return fstatSync(this.#file).size;
  }

  /** A page; zeros where the file has ended. Not to be written to. */
  page(number: number): Buffer {
    const known = this.#changed.get(number) ?? this.#cached.get(number);
    if (known !== undefined) return known;
    if (this.#cached.size >= cachedPagesMax) this.#cached.clear();
    const page = Buffer.alloc(this.pageBytes);
    readSync(this.#file, page, 0, this.pageBytes, number * this.pageBytes);
    this.#cached.set(number, page);
    return page;
  }

  /** A stretch of the file, which may go over several pages. Not to be written to. */
  bytes(at: number, count: number): Buffer {
    const first = Math.floor(at / this.pageBytes);
    const parts: Buffer[] = [];
    for (let number = first; number * this.pageBytes < at + count; number += 1) parts.push(this.page(number));
    const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    return whole.subarray(at - first * this.pageBytes, at - first * this.pageBytes + count);
  }

  /** Tells, whenever it is asked, whether any of these was changed since. */
  watch(fields: readonly Field[]): () => boolean {
    const read = (): Buffer => Buffer.concat(fields.map(({ at, bytes }) => this.bytes(at, bytes)));
    const before = read();
    return () => !before.equals(read());
  }

  /** Turns over a bit; once more, and it is as before. */
  flip(at: number, bit: number): void {
    const number = Math.floor(at / this.pageBytes);
    const page = this.#changed.get(number) ?? Buffer.from(this.page(number));
    const offset = at % this.pageBytes;
    page.writeUInt8(page.readUInt8(offset) ^ (1 << bit), offset);
    this.#changed.set(number, page);
  }

  /** Writes what was changed. */
  save(): void {
    for (const [number, page] of this.#changed) writeSync(this.#file, page, 0, page.length, number * this.pageBytes);
    this.#changed.clear();
  }
}
