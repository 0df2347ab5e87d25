import { E3Error } from "../../core/error.ts";
import { isLoopback } from "../../core/address.ts";
import type { ByteStream, StreamLimits } from "../../ports/sockets.ts";

/** One end of a stream. */
export interface StreamEnd {
  readonly address: string;
  readonly limits: StreamLimits;
}

type After = (ms: number, ring: () => void) => () => void;

/** Both ends of one connection. */
export function memoryStreams(near: StreamEnd, far: StreamEnd, after?: After): readonly [MemoryStream, MemoryStream] {
  const ends = [new MemoryStream(near, far.address, after), new MemoryStream(far, near.address, after)] as const;
  ends[0].join(ends[1]);
  ends[1].join(ends[0]);
  return ends;
}

/** One end of a connection within the process: what one writes is a chunk of the other. */
export class MemoryStream implements ByteStream {
  readonly remote: string;
  readonly isLoopback: boolean;
  readonly #limits: StreamLimits;
  readonly #after: After | undefined;
  /** Chunks that came and were not asked for yet. */
  readonly #arrived: Uint8Array[] = [];
  /** Wakes whoever waits for the next chunk. */
  #wake: () => void = () => {};
  #hasEnded = false;
  #isClosed = false;
  #other: MemoryStream | undefined;
  #onClosed: () => void = () => {};
  #unring: () => void = () => {};

  constructor({ limits }: StreamEnd, remote: string, after: After | undefined) {
    this.remote = remote;
    this.isLoopback = isLoopback(remote);
    this.#limits = limits;
    this.#after = after;
    this.#stir();
  }

  /** To be called once, with the other end. */
  join(other: MemoryStream): void {
    this.#other = other;
  }

  /** Calls ring when this end is closed. */
  onClosed(ring: () => void): void {
    this.#onClosed = ring;
  }

  async *chunks(): AsyncIterable<Uint8Array> {
    for (;;) {
      const chunk = this.#arrived.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#hasEnded || this.#isClosed) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    const other = this.#other;
    if (this.#isClosed || other === undefined || other.#isClosed) throw this.#closed();
    this.#stir();
    if (other.#heldBytes() + bytes.length > this.#limits.unsentBytesMax) {
      this.destroy();
      throw this.#closed();
    }
    other.#arrived.push(new Uint8Array(bytes));
    other.#stir();
    other.#wake();
  }

  end(): void {
    this.#close();
    const other = this.#other;
    if (other === undefined || other.#hasEnded) return;
    other.#hasEnded = true;
    other.#wake();
  }

  /** Ends this side's writing and goes on reading, as `shutdown` of a socket does: for tests of half-open connections. */
  endWriting(): void {
    const other = this.#other;
    if (other === undefined) return;
    other.#hasEnded = true;
    other.#wake();
  }

  destroy(): void {
    this.#close();
    const other = this.#other;
    if (other !== undefined) other.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unring();
    this.#wake();
    this.#onClosed();
  }

  #stir(): void {
    const { silenceMs } = this.#limits;
    if (this.#after === undefined || silenceMs === 0 || this.#isClosed) return;
    this.#unring();
    this.#unring = this.#after(silenceMs, () => this.destroy());
  }

  #heldBytes(): number {
    return this.#arrived.reduce((bytes, chunk) => bytes + chunk.length, 0);
  }

  #closed(): E3Error {
    return new E3Error("closed", `the connection with ${this.remote} is closed`);
  }
}
