import { shellLimits } from "../core/limits.ts";

/**
 * FrameMemory: where frames of envelopes are put together that leave at once, used again when they have left.
 *
 * V8 counts such memory, which lies outside its heap, against a heap as small as a forwarder's: with a piece of its own for
 * each frame it collects all garbage a third more often, which is most of what a forwarder does.
 *
 * Invariants
 * 1. A piece is in use by one taker at a time.
 * 2. At most framesSpareMax pieces are kept for later.
 */
export class FrameMemory {
  readonly #bytes: number;
  readonly #spare: Uint8Array[] = [];

  /** @param bytes of a piece that is kept, room for a wire's own included. */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /**
   * A piece of at least so many bytes, with anything in it. A new one is as large as those that are kept only where it is used for
   * the most part: small frames may leave over thousands of links at once.
   */
  take(bytes: number): Uint8Array {
    const isLarge = bytes > this.#bytes;
    const spare = isLarge ? undefined : this.#spare.pop();
    return spare ?? new Uint8Array(isLarge || 2 * bytes < this.#bytes ? bytes : this.#bytes);
  }

  /** Gives a piece back that was taken, when nobody reads it any more. */
  give(piece: Uint8Array): void {
    if (piece.length !== this.#bytes) return;
    if (this.#spare.length < shellLimits.framesSpareMax) this.#spare.push(piece);
  }
}
