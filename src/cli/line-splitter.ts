/** A line of bytes without its end, or one that was too long and is lost. */
export type SplitLine =
  { readonly kind: "line"; readonly bytes: Uint8Array } | { readonly kind: "overlong"; readonly bytes: number };

/** Cuts a stream of bytes into lines at each line feed. Holds at most one line of at most `lineBytesMax` bytes. */
export class LineSplitter {
  readonly #lineBytesMax: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** The lines that end in this chunk. */
  *push(chunk: Uint8Array): Generator<SplitLine, void, void> {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, from);
      if (end < 0) break;
      this.#add(chunk.subarray(from, end));
      yield this.#take();
      from = end + 1;
    }
    this.#add(chunk.subarray(from));
  }

  /** What came after the last line feed; undefined when nothing did. */
  end(): SplitLine | undefined {
    return this.#bytes === 0 ? undefined : this.#take();
  }

  #add(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#lineBytesMax) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #take(): SplitLine {
    const [parts, bytes] = [this.#parts, this.#bytes];
    this.#parts = [];
    this.#bytes = 0;
    if (bytes > this.#lineBytesMax) return { kind: "overlong", bytes };
    const [only] = parts;
    return { kind: "line", bytes: parts.length === 1 && only ? only : Buffer.concat(parts, bytes) };
  }
}

const lineFeed = 0x0a;
