import { hasCode } from "./errors.ts";
import type { Host } from "./host.ts";

/** What a LineWriter needs of its host. */
export type LineWriterHost = Pick<Host, "writeOut" | "wait">;

/**
 * Writes lines to standard output so that one is known to be out before anything that relies on it happens.
 *
 * A line is written before `write` returns, unless the reader on the other side is slow; then lines wait here, and the
 * peer goes on. Blocking instead would keep pings unanswered, and the neighbours would take this peer for dead.
 */
export class LineWriter {
  readonly #host: LineWriterHost;
  readonly #broken: (error: unknown) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isBroken = false;
  #emptied: Promise<void> | undefined;

  /** @param broken called once, when nothing can be written any more: code EPIPE when nobody reads, or another failure. */
  constructor(host: LineWriterHost, broken: (error: unknown) => void) {
    this.#host = host;
    this.#broken = broken;
  }

  /** Writes a line, now or behind those that wait. */
  write(line: string): void {
    if (this.#isBroken) return;
    const bytes = encoder.encode(`${line}\n`);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#emptied === undefined && !this.#attempt()) this.#emptied = this.#empty();
  }

  /** Whether all lines are out (true) or will never be (false); a promise while that is open. */
  flushed(): boolean | Promise<boolean> {
    return this.#emptied === undefined ? !this.#isBroken : this.#emptied.then(() => !this.#isBroken);
  }

  /** Resolves at once, unless too much waits already; then when all of it is out or never will be. */
  async room(): Promise<void> {
    if (this.#waitingBytes > waitingBytesMax) await this.#emptied;
  }

  async #empty(): Promise<void> {
    do await this.#host.wait(retryMs);
    while (!this.#attempt());
    this.#emptied = undefined;
  }

  /** Writes what waits. Returns false when some of it has to wait on. */
  #attempt(): boolean {
    let done = 0;
    try {
      for (const [index, bytes] of this.#waiting.entries()) {
        const taken = this.#host.writeOut(bytes);
        this.#waitingBytes -= taken;
        if (taken < bytes.length) {
          this.#waiting[index] = bytes.subarray(taken);
          return false;
        }
        done = index + 1;
      }
      return true;
    } catch (error) {
      if (hasCode(error, "EAGAIN")) return false;
      this.#break(error);
      return true;
    } finally {
      this.#waiting = this.#waiting.slice(done);
    }
  }

  #break(error: unknown): void {
    this.#isBroken = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#broken(error);
  }
}

const encoder = new TextEncoder();

/** Pause before a full pipe is tried again, milliseconds: short for a person, long for a processor. */
const retryMs = 5;

/** Bytes that may wait before the session stops to produce more: what a pipe's reader may lag behind. */
const waitingBytesMax = 8 * 1_024 * 1_024;
