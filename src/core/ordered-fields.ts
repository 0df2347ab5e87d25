import type { WireReader } from "./wire-reader.ts";

/**
 * Reads the fields of one message as every encoder writes them: ascending, each at most once unless it repeats. Ask for
 * them in that order; one that is not there is empty. Anything else is a fault of the reader at the end.
 */
export class OrderedFields {
  readonly #wire: WireReader;
  /** The tag that was read ahead. */
  #tag: number | undefined;

  constructor(wire: WireReader) {
    this.#wire = wire;
  }

  /** Whether this field comes next: then its value is to be read. */
  has(tag: number): boolean {
    this.#tag ??= this.#wire.tag();
    if (this.#tag !== tag) return false;
    this.#tag = undefined;
    return true;
  }

  fixed64(tag: number): bigint {
    return this.has(tag) ? this.#wire.fixed64() : 0n;
  }

  /** A fixed64 up to 2^53-1. */
  number64(tag: number): number {
    return this.has(tag) ? this.#wire.number64() : 0;
  }

  varint(tag: number): number {
    return this.has(tag) ? this.#wire.varint() : 0;
  }

  packed64(tag: number): readonly bigint[] {
    if (!this.has(tag)) return none;
    const values: bigint[] = [];
    this.#wire.packed64(values, Infinity);
    return values;
  }

  /** A view, not a copy. */
  bytes(tag: number): Uint8Array {
    return this.has(tag) ? this.#wire.bytes() : noBytes;
  }

  /** The value of a length-delimited field that has() said comes next. A view, not a copy. */
  value(): Uint8Array {
    return this.#wire.bytes();
  }

  /** All fields are read. */
  end(): void {
    if (!this.has(0)) this.#wire.fail("a field is unknown, or not in its place");
  }
}

const none: readonly bigint[] = [];
const noBytes = new Uint8Array(0);
