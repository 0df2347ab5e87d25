/**
 * Reads protobuf bytes one field at a time, without copies.
 *
 * Made for bytes from strangers: nothing here throws, reads outside its bounds or runs longer than the bytes last. The
 * first fault is kept; from then on every tag is 0 and every value empty, so that callers loop until tag() is 0 and
 * look at `fault` once, at the end. Groups are refused. Source: protobuf.dev, "Encoding".
 */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #end: number;
  #fault = "";

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#end = bytes.byteLength;
  }

  /** What is wrong, for people; empty while nothing is. */
  get fault(): string {
    return this.#fault;
  }

  /** Index of the next byte. */
  get at(): number {
    return this.#at;
  }

  /** The tag of the next field, field number * 8 + wire type; 0 at the end and after a fault. */
  tag(): number {
    if (this.#at === this.#end) return 0;
    const byte = this.#bytes[this.#at] ?? 0;
    if (byte < 0x80 && byte >= 8) {
      this.#at++;
      return byte;
    }
    const tag = this.#varint();
    if (tag < 8 || tag > u32Max) return this.fail("a tag is not of a field");
    return tag;
  }

  /** A fixed32, 0 to 2^32-1. */
  fixed32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#u32(at);
  }

  /** A fixed64. */
  fixed64(): bigint {
    const at = this.#take(8);
    if (at < 0) return 0n;
    scratch.setUint32(0, this.#u32(at + 4));
    scratch.setUint32(4, this.#u32(at));
    return scratch.getBigUint64(0);
  }

  /** A fixed64 that must be a whole number up to 2^53-1, so that a JavaScript number holds it exactly. */
  number64(): number {
    const at = this.#take(8);
    if (at < 0) return 0;
    const high = this.#u32(at + 4);
    if (high > highMax) return this.fail("a number is above 2^53-1");
    return high * 2 ** 32 + this.#u32(at);
  }

  /** A varint of up to 64 bits; only values below 2^53 are exact. */
  varint(): number {
    return this.#varint();
  }

  /** Appends the fixed64 values of a packed field; a fault when the array would get longer than max. */
  packed64(into: bigint[], max: number): void {
    const length = this.#length();
    if (length % 8 !== 0) this.fail("a packed field is not of whole values");
    else if (into.length + length / 8 > max) this.fail(`a list is longer than ${max}`);
    else for (let left = length; left > 0; left -= 8) into.push(this.fixed64());
  }

  /** The contents of a length-delimited field: a view of the bytes, not a copy. */
  bytes(): Uint8Array {
    const at = this.#take(this.#length());
    return at < 0 ? none : this.#bytes.subarray(at, this.#at);
  }

  /** Enters a nested message: until leave() with the returned value, its end is the end. */
  enter(): number {
    const outer = this.#end;
    const length = this.#length();
    this.#end = this.#at + length;
    return outer;
  }

  /** Leaves a nested message, wherever in it one is. */
  leave(outer: number): void {
    this.#at = this.#end;
    if (this.#fault === "") this.#end = outer;
  }

  /** Passes over the value of a field that is not of interest. */
  skip(tag: number): void {
    const wireType = tag & 7;
    if (wireType === 0) this.#varint();
    else if (wireType === 1) this.#take(8);
    else if (wireType === 2) this.#take(this.#length());
    else if (wireType === 5) this.#take(4);
    else this.fail(`field ${tag >>> 3} is a group`);
  }

  /**
   * Passes over a field that is not among the first so many, which the caller knows. One that is got here because its
   * wire type is not the one it has: a fault, as guessing what was meant differs from one parser to the next.
   */
  skipAbove(known: number, tag: number): void {
    if (tag >>> 3 <= known) this.wrongType(tag);
    else this.skip(tag);
  }

  /** Records that a known field has another wire type than its own. @returns 0. */
  wrongType(tag: number): 0 {
    return this.fail(`field ${tag >>> 3} is not of its type`);
  }

  /** Records the fault, unless there is one, and ends the reading. @returns 0. */
  fail(fault: string): 0 {
    if (this.#fault === "") this.#fault = fault;
    this.#at = this.#end;
    return 0;
  }

  /** Moves past so many bytes. @returns where they start, or -1 when there are not as many. */
  #take(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) {
      this.fail("a field is longer than the bytes that are there");
      return -1;
    }
    this.#at = at + count;
    return at;
  }

  #u32(at: number): number {
    const bytes = this.#bytes;
    const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    return (low | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
  }

  /** A length prefix that lies within the bounds. */
  #length(): number {
    const length = this.#varint();
    return length <= this.#end - this.#at ? length : this.fail("a length points beyond the end");
  }

  #varint(): number {
    let value = 0;
    let unit = 1;
    const last = Math.min(this.#end, this.#at + varintBytesMax);
    while (this.#at < last) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 128;
    }
    return this.fail("a varint does not end");
  }
}

/** Turns halves into a bigint: one for all, as a DataView for each reader costs more than the reading. */
const scratch = new DataView(new ArrayBuffer(8));
const none = new Uint8Array(0);
const u32Max = 2 ** 32 - 1;
/** The upper half of 2^53-1. */
const highMax = 2 ** 21 - 1;
const varintBytesMax = 10;
