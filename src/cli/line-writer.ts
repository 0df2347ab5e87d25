import { hasCode } from "./errors.ts";
import type { Host } from "./host.ts";

/** What a LineWriter needs of its host. */
export type LineWriterHost = Pick<Host, "writeOut" | "wait">;

/** A line that waits to be written. */
interface Line {
  bytes: Uint8Array;
  /** Cursor of the message it shows; undefined for any other line. */
  cursor: bigint | undefined;
}

/** Lines that leave in one write. */
interface Chunk {
  readonly bytes: Uint8Array;
  /** Cursors of the first and the last message in it. */
  readonly first: bigint | undefined;
  readonly last: bigint | undefined;
}

/**
 * Writes lines to standard output so that one is known to be out before anything that relies on it happens.
 *
 * A line is written before `write` returns, unless the reader on the other side is slow; then lines wait here, and the
 * peer goes on. Blocking instead would keep pings unanswered, and the neighbours would take this peer for dead.
 *
 * A message is acknowledged in the instant before it is written, and that is taken back when it could not be: a process
 * that is killed may leave one chunk of lines unwritten, within microseconds, but no whole line is ever written twice.
 * (The other order would repeat lines whenever their reader is what ends the process.) What was not written is in the
 * inbox. A line that is too long for a full pipe may be torn by a kill; it is then shown whole by the next life.
 */
export class LineWriter {
  readonly #host: LineWriterHost;
  readonly #broken: (error: unknown) => void;
  readonly #acknowledge: (cursor: bigint) => void;
  #waiting: Line[] = [];
  #waitingBytes = 0;
  #isBroken = false;
  #isCorked = false;
  #emptied: Promise<void> | undefined;

  /**
   * @param broken called once, when nothing can be written any more: code EPIPE when nobody reads, or another failure.
   * @param acknowledge told the cursor up to which messages count as shown.
   */
  constructor(
    host: LineWriterHost,
    broken: (error: unknown) => void,
    acknowledge: (cursor: bigint) => void = () => {},
  ) {
    this.#host = host;
    this.#broken = broken;
    this.#acknowledge = acknowledge;
  }

  /** Writes a line, now or behind those that wait. @param cursor of the message that it shows, if it does. */
  write(line: string, cursor?: bigint): void {
    if (this.#isBroken) return;
    const bytes = encoder.encode(`${line}\n`);
    this.#waiting.push({ bytes, cursor });
    this.#waitingBytes += bytes.length;
    if (!this.#isCorked) this.#begin();
  }

  /** Lines wait from now on, to leave together. */
  cork(): void {
    this.#isCorked = true;
  }

  /** The lines that waited leave. */
  uncork(): void {
    this.#isCorked = false;
    if (!this.#isBroken && this.#waiting.length > 0) this.#begin();
  }

  /** Whether all lines are out (true) or will never be (false); a promise while that is open. */
  flushed(): boolean | Promise<boolean> {
    return this.#emptied === undefined ? !this.#isBroken : this.#emptied.then(() => !this.#isBroken);
  }

  /** Resolves at once, unless too much waits already; then when all of it is out or never will be. */
  async room(): Promise<void> {
    if (this.#waitingBytes > waitingBytesMax) await this.#emptied;
  }

  #begin(): void {
    if (this.#emptied === undefined && !this.#attempt()) this.#emptied = this.#empty();
  }

  async #empty(): Promise<void> {
    do await this.#host.wait(retryMs);
    while (!this.#attempt());
    this.#emptied = undefined;
  }

  /** Writes what waits. Returns false when some of it has to wait on. */
  #attempt(): boolean {
    while (this.#waiting.length > 0) {
      const chunk = this.#chunk();
      if (!this.#note(chunk.last)) continue;
      try {
        const taken = this.#host.writeOut(chunk.bytes);
        this.#taken(taken, chunk);
        if (taken < chunk.bytes.length) return false;
      } catch (error) {
        if (chunk.first !== undefined) this.#note(chunk.first - 1n);
        if (hasCode(error, "EAGAIN")) return false;
        this.#break(error);
      }
    }
    return true;
  }

  /** The first lines, as many as a pipe takes whole or not at all, but one at least. */
  #chunk(): Chunk {
    let count = 0;
    let length = 0;
    for (const { bytes } of this.#waiting) {
      if (count > 0 && length + bytes.length > chunkBytesMax) break;
      length += bytes.length;
      count += 1;
    }
    const lines = this.#waiting.slice(0, count);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const line of lines) {
      bytes.set(line.bytes, at);
      at += line.bytes.length;
    }
    const cursors = lines.flatMap(({ cursor }) => (cursor === undefined ? [] : [cursor]));
    return { bytes, first: cursors[0], last: cursors.at(-1) };
  }

  #taken(taken: number, { last }: Chunk): void {
    this.#waitingBytes -= taken;
    let left = taken;
    while (left > 0) {
      const [line] = this.#waiting;
      if (line === undefined) return;
      if (line.bytes.length > left) {
        line.bytes = line.bytes.subarray(left);
        break;
      }
      left -= line.bytes.length;
      this.#waiting.shift();
    }
    // Part of a chunk may be taken, when its line is long: what is not out whole does not count as shown.
    const next = this.#waiting.find(({ cursor }) => cursor !== undefined)?.cursor;
    if (last !== undefined && next !== undefined && next <= last) this.#note(next - 1n);
  }

  /**
   * @returns false when it cannot be noted what is shown. Messages are not shown then, or they would be again: those of a
   * closed peer wait for its next life, and after any other failure nothing more is written.
   */
  #note(cursor: bigint | undefined): boolean {
    try {
      if (cursor !== undefined) this.#acknowledge(cursor);
      return true;
    } catch (error) {
      if (!hasCode(error, "closed")) this.#break(error);
      this.#waiting = this.#waiting.filter((line) => line.cursor === undefined);
      this.#waitingBytes = this.#waiting.reduce((sum, { bytes }) => sum + bytes.length, 0);
      return false;
    }
  }

  #break(error: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#broken(error);
  }
}

const encoder = new TextEncoder();

/** Pause before a full pipe is tried again, milliseconds: short for a person, long for a processor. */
const retryMs = 5;

/** Bytes that a pipe takes whole or not at all: PIPE_BUF of Linux. Source: pipe(7). */
const chunkBytesMax = 4_096;

/** Bytes that may wait before the session stops to produce more: what a pipe's reader may lag behind. */
const waitingBytesMax = 8 * 1_024 * 1_024;
