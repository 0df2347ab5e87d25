import type { Parsed, Parser, WireFault } from "../parser.ts";

/** Bytes of a length: unsigned, big-endian. */
export const lengthBytes = 4;

/** Bytes of the greatest frame taken: a text of the greatest size that the mesh carries, with what is around it. */
export const frameBytesMax = 1_048_576 + 64;

/**
 * FrameParser: the frames of one direction of a connection.
 *
 *     length ── four bytes ──► frame ── so many bytes ──► length
 *
 * It holds one frame at most, and no more memory than has arrived of it, twice over.
 */
export class FrameParser implements Parser<Uint8Array> {
  #held = new Uint8Array(0);
  #fault: WireFault | undefined;

  get heldBytes(): number {
    return this.#held.length;
  }

  push(chunk: Uint8Array): Parsed<Uint8Array> {
    const items: Uint8Array[] = [];
    if (this.#fault !== undefined) return { items, fault: this.#fault };
    let rest = joined(this.#held, chunk);
    while (rest.length >= lengthBytes) {
      const length = new DataView(rest.buffer, rest.byteOffset).getUint32(0);
      if (length > frameBytesMax) {
        this.#fault = { code: "too-large", reason: `a frame of ${length} bytes is above ${frameBytesMax}` };
        break;
      }
      if (rest.length < lengthBytes + length) break;
      items.push(new Uint8Array(rest.subarray(lengthBytes, lengthBytes + length)));
      rest = rest.subarray(lengthBytes + length);
    }
    // A copy: what was read must not be kept alive by what was not.
    this.#held = new Uint8Array(this.#fault === undefined ? rest : []);
    return { items, fault: this.#fault };
  }

  end(): Parsed<Uint8Array> {
    if (this.#held.length > 0) this.#fault ??= { code: "malformed", reason: "the connection ended within a frame" };
    this.#held = new Uint8Array(0);
    return { items: [], fault: this.#fault };
  }
}

/** A frame with its length before it. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(lengthBytes + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length);
  frame.set(payload, lengthBytes);
  return frame;
}

function joined(held: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (held.length === 0) return chunk;
  const both = new Uint8Array(held.length + chunk.length);
  both.set(held);
  both.set(chunk, held.length);
  return both;
}
