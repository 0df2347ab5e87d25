/**
 * Writes protobuf bytes into one array of a size known beforehand.
 *
 * Field methods leave out zero and empty values, as proto3 does; the *Bytes functions beside it tell what a field will
 * take. Nothing here checks its input: it comes from our own code.
 */
export class WireWriter {
  readonly #bytes: Uint8Array;
  #at = 0;

  /**
   * @param size of everything that will be written, bytes.
   * @param memory that of its own, by default; or shared with others of its kind, which costs less, but whoever keeps it
   * keeps them alive: "brief" is gone soon (up to 16 KiB), "held" waits for a receipt, as do those beside it (1 KiB); or the
   * caller's, which is large enough.
   */
  constructor(size: number, memory: Memory | Uint8Array = "own") {
    if (typeof memory !== "string") this.#bytes = memory.subarray(0, size);
    else this.#bytes = memory === "own" ? new Uint8Array(size) : slabs[memory].cut(size);
  }

  /** What was written; to be called once all of it is. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** A fixed32 field, 0 to 2^32-1, written even when it is 0. Tag below 128. */
  always32(tag: number, value: number): void {
    this.#bytes[this.#at++] = tag;
    this.#u32(value);
  }

  /** A fixed32 field, 0 to 2^32-1. Tag below 128. */
  fixed32(tag: number, value: number): void {
    if (value !== 0) this.always32(tag, value);
  }

  /** A fixed64 field. Tag below 128. */
  fixed64(tag: number, value: bigint): void {
    if (value === 0n) return;
    this.#bytes[this.#at++] = tag;
    this.#u64(value);
  }

  /** A fixed64 field of a whole number, 0 to 2^53-1. Tag below 128. */
  number64(tag: number, value: number): void {
    if (value === 0) return;
    this.#bytes[this.#at++] = tag;
    this.#u32(value);
    this.#u32(value / 2 ** 32);
  }

  /** A packed field of fixed64 values. */
  packed64(tag: number, values: readonly bigint[]): void {
    if (values.length === 0) return;
    this.prefix(tag, 8 * values.length);
    for (const value of values) this.#u64(value);
  }

  /** An enum or other varint field, 0 to 2^53-1. */
  small(tag: number, value: number): void {
    if (value !== 0) this.prefix(tag, value);
  }

  /** The tag and length of a length-delimited field, whose contents follow. */
  prefix(tag: number, length: number): void {
    this.#varint(tag);
    this.#varint(length);
  }

  /** Text that should be ASCII. @returns whether it is; when it is not, what was written is of no use. */
  ascii(text: string): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    let all = 0;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      all |= code;
      bytes[at + index] = code;
    }
    this.#at = at + text.length;
    return all < 0x80;
  }

  /** Encoded bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** The lower 32 bits of the whole part. */
  #u32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    this.#at = at + 4;
  }

  #u64(value: bigint): void {
    scratch.setBigUint64(0, value);
    this.#u32(scratch.getUint32(4));
    this.#u32(scratch.getUint32(0));
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#at++] = rest;
  }
}

/** How long what is written is kept, and so with whom it may share memory. */
export type Memory = "own" | "brief" | "held";

/** Memory from which small arrays are cut: a new one when it is used up. */
class Slab {
  readonly #size: number;
  #bytes = new Uint8Array(0);
  #at = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Beyond a fraction of the slab memory of its own costs no more than the writing. */
  cut(size: number): Uint8Array {
    if (size > this.#size / 8) return new Uint8Array(size);
    if (this.#at + size > this.#bytes.length) {
      this.#bytes = new Uint8Array(this.#size);
      this.#at = 0;
    }
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
}

const slabs = { brief: new Slab(16_384), held: new Slab(1_024) } as const;

/** Takes bigints apart: one for all, as a DataView for each writer costs more than the writing. */
const scratch = new DataView(new ArrayBuffer(8));

/** Bytes of a fixed32 field. */
export function fixed32Bytes(value: number): number {
  return value === 0 ? 0 : 5;
}

/** Bytes of a fixed64 field. */
export function fixed64Bytes(value: bigint | number): number {
  return value === 0n || value === 0 ? 0 : 9;
}

/** Bytes of a packed field of so many fixed64 values. */
export function packed64Bytes(tag: number, count: number): number {
  return count === 0 ? 0 : lengthDelimitedBytes(tag, 8 * count);
}

/** Bytes of an enum or other varint field. */
export function smallBytes(tag: number, value: number): number {
  return value === 0 ? 0 : varintBytes(tag) + varintBytes(value);
}

/** Bytes of a length-delimited field with so many bytes of contents, empty ones counted too. */
export function lengthDelimitedBytes(tag: number, length: number): number {
  return varintBytes(tag) + varintBytes(length) + length;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}
