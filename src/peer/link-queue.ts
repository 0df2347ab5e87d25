import { encodeBatch } from "../core/batch.ts";
import { shellLimits, type Limits } from "../core/limits.ts";
import type { Wire } from "../ports/transport.ts";

interface Batch {
  readonly envelopes: Uint8Array[];
  bytes: number;
}

/** What the queue tells its owner. */
export interface LinkQueueOwner {
  /** The queue is filling up, or has room again. */
  readonly flow: (full: boolean) => void;
  /**
   * Envelopes were dropped at the hard bound; their senders repeat them. When even control frames pile up, which nobody
   * repeats, all that is queued is dropped and the wire is cut.
   */
  readonly dropped: (count: number, isCut: boolean) => void;
}

/** What a queued thing costs beside its content, about, bytes: many small ones must not pass for few. */
const itemBytes = 128;
/** What an envelope takes in a batch beside its content, at most, bytes: a tag and a length. */
const prefixBytes = 4;

/**
 * LinkQueue: what waits to be written to one wire.
 *
 *     wire idle ────────► written at once
 *     write pending ────► joins the open batch; all of it leaves when the wire is ready
 *     hang up ──────────► what is queued leaves, then the wire is closed
 *
 * Invariants
 * 1. Frames leave in the order they were given; envelopes given while a write is pending share frames.
 * 2. One write is outstanding at a time, so that the bytes a stalled reader can cost are counted here.
 * 3. Envelopes that wait are views of the frames they came in, and keep these alive whole: at most linkPinnedBytesMax, and one
 *    frame, beside what is counted.
 */
export class LinkQueue {
  readonly #wire: Wire;
  readonly #limits: Limits;
  readonly #owner: LinkQueueOwner;
  readonly #items: (Uint8Array | Batch)[] = [];
  #bytes = 0;
  /** Bytes kept alive by views, since the queue was last empty; and the buffer they are of, of the newest. */
  #pinnedBytes = 0;
  #pinned: ArrayBufferLike | undefined;
  #writing = false;
  #full = false;
  #hangingUp = false;
  #cut = false;

  constructor(wire: Wire, limits: Limits, owner: LinkQueueOwner) {
    this.#wire = wire;
    this.#limits = limits;
    this.#owner = owner;
  }

  frame(bytes: Uint8Array): void {
    if (this.#cut) return;
    if (this.#bytes > shellLimits.linkCutBytes) return this.#overrun();
    this.#items.push(bytes);
    this.#grow(bytes.length + itemBytes);
    this.#write();
  }

  envelopes(envelopes: readonly Uint8Array[]): void {
    let dropped = 0;
    for (const envelope of envelopes) {
      if (this.#bytes > shellLimits.linkDropBytes || this.#cut) dropped += 1;
      else this.#add(this.#own(envelope));
    }
    if (dropped > 0) this.#owner.dropped(dropped, false);
    this.#write();
  }

  /** The wire took the last write. */
  drained(): void {
    this.#writing = false;
    this.#write();
  }

  /** Closes the wire once what is queued has left. */
  hangUp(): void {
    this.#hangingUp = true;
    this.#write();
  }

  /** Closes the wire now: what is queued is forgotten. */
  cut(): void {
    this.#cut = true;
    this.#items.length = 0;
    this.#unpin();
    this.#wire.close();
  }

  #overrun(): void {
    const envelopes = this.#items.reduce(
      (sum, item) => sum + (item instanceof Uint8Array ? 0 : item.envelopes.length),
      0,
    );
    this.cut();
    this.#owner.dropped(envelopes, true);
  }

  /** The envelope, or a copy once too much is kept alive by views: invariant 3. */
  #own(envelope: Uint8Array): Uint8Array {
    const { buffer } = envelope;
    // What is most of its buffer is counted well enough by its own length.
    if (buffer === this.#pinned || buffer.byteLength <= 2 * envelope.length) return envelope;
    if (this.#pinnedBytes >= shellLimits.linkPinnedBytesMax) return new Uint8Array(envelope);
    this.#pinnedBytes += buffer.byteLength;
    this.#pinned = buffer;
    return envelope;
  }

  #unpin(): void {
    this.#pinnedBytes = 0;
    this.#pinned = undefined;
  }

  #add(envelope: Uint8Array): void {
    const { batchBytesMax, batchCountMax } = this.#limits;
    const last = this.#items.at(-1);
    const bytes = envelope.length + prefixBytes;
    const open = last !== undefined && !(last instanceof Uint8Array) ? last : undefined;
    if (open !== undefined && open.envelopes.length < batchCountMax && open.bytes + bytes <= batchBytesMax) {
      open.envelopes.push(envelope);
      open.bytes += bytes;
    } else this.#items.push({ envelopes: [envelope], bytes });
    this.#grow(envelope.length + itemBytes);
  }

  #write(): void {
    if (this.#writing) return;
    const item = this.#items.shift();
    if (item === undefined) {
      if (this.#hangingUp) this.#wire.close();
      return;
    }
    this.#writing = true;
    // A batch is a copy: once it is made, nothing it was made of is kept alive.
    if (this.#items.length === 0) this.#unpin();
    this.#grow(-sizeOf(item));
    this.#wire.write(item instanceof Uint8Array ? item : encodeBatch(item.envelopes));
  }

  #grow(by: number): void {
    this.#bytes += by;
    if (this.#full ? this.#bytes >= shellLimits.linkReadyBytes : this.#bytes <= shellLimits.linkFullBytes) return;
    this.#full = !this.#full;
    this.#owner.flow(this.#full);
  }
}

function sizeOf(item: Uint8Array | Batch): number {
  if (item instanceof Uint8Array) return item.length + itemBytes;
  return item.bytes + item.envelopes.length * (itemBytes - prefixBytes);
}
