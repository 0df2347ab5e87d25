import { encodeBatch, frameRoomBytes } from "../core/batch.ts";
import { shellLimits, type Limits } from "../core/limits.ts";
import type { Wire } from "../ports/transport.ts";
import type { FrameMemory } from "./frame-memory.ts";

/** Envelopes that are to share a frame, the last ones given. */
interface Batch {
  readonly envelopes: Uint8Array[];
  bytes: number;
}

/** A frame as it will be written, and how many envelopes are in it. */
interface Packed {
  readonly frame: Uint8Array;
  readonly count: number;
}

/** What a queue is made of, beside its wire. */
export interface LinkQueueParts {
  readonly limits: Limits;
  readonly memory: FrameMemory;
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

/** What a queued frame costs beside its content, bytes, as measured: many small ones must not pass for few. */
const frameBytes = 384;
/** What an envelope that is not packed yet costs beside its content, about, bytes. */
const envelopeBytes = 128;
/** What an envelope takes in a batch beside its content, at most, bytes: a tag and a length. */
const prefixBytes = 4;
/** What a batch takes beside its envelopes, at most, bytes: the same. */
const batchPrefixBytes = 5;

/** Bytes of memory for a batch of so many bytes. */
export function pieceBytes(batchBytes: number): number {
  return frameRoomBytes + batchPrefixBytes + batchBytes;
}

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
 * 3. A batch that is full is packed at once: its bytes are all that it costs. Those of the last one are views of the frames
 *    they came in, and keep these alive whole: at most linkPinnedBytesMax, and one frame, beside what is counted.
 */
export class LinkQueue {
  readonly #wire: Wire;
  readonly #parts: LinkQueueParts;
  readonly #owner: LinkQueueOwner;
  readonly #packed: Packed[] = [];
  /** What was given last, behind all that is packed. */
  #open: Batch | undefined;
  #bytes = 0;
  /** Bytes kept alive by the views of the open batch; and the buffer they are of, of the newest. */
  #pinnedBytes = 0;
  #pinned: ArrayBufferLike | undefined;
  #writing = false;
  /** Where the frame is that is being written, when it is to be given back. */
  #lent: Uint8Array | undefined;
  #full = false;
  #hangingUp = false;
  #cut = false;

  constructor(wire: Wire, parts: LinkQueueParts, owner: LinkQueueOwner) {
    this.#wire = wire;
    this.#parts = parts;
    this.#owner = owner;
  }

  frame(bytes: Uint8Array): void {
    if (this.#cut) return;
    if (this.#bytes > shellLimits.linkCutBytes) return this.#overrun();
    // Nothing is before it, as with most pings: it need not be queued.
    if (this.#isIdle && bytes.length + frameBytes <= shellLimits.linkFullBytes) return this.#send(bytes);
    this.#pack();
    this.#packed.push({ frame: bytes, count: 0 });
    this.#grow(bytes.length + frameBytes);
    this.#write();
  }

  envelopes(envelopes: readonly Uint8Array[]): void {
    let dropped = 0;
    for (const envelope of envelopes) {
      if (this.#bytes > shellLimits.linkDropBytes || this.#cut) dropped += 1;
      else this.#add(envelope);
    }
    if (dropped > 0) this.#owner.dropped(dropped, false);
    this.#write();
  }

  /** The wire took the last write. */
  drained(): void {
    this.#writing = false;
    if (this.#lent !== undefined) this.#parts.memory.give(this.#lent);
    this.#lent = undefined;
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
    this.#packed.length = 0;
    this.#forgetOpen();
    this.#wire.close();
  }

  #overrun(): void {
    const envelopes = this.#packed.reduce((sum, { count }) => sum + count, this.#open?.envelopes.length ?? 0);
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

  #add(envelope: Uint8Array): void {
    const { batchBytesMax, batchCountMax } = this.#parts.limits;
    const bytes = envelope.length + prefixBytes;
    const last = this.#open;
    if (last !== undefined && (last.envelopes.length >= batchCountMax || last.bytes + bytes > batchBytesMax))
      this.#pack(); // invariant 3
    this.#open ??= { envelopes: [], bytes: 0 };
    this.#open.envelopes.push(this.#own(envelope));
    this.#open.bytes += bytes;
    this.#grow(envelope.length + envelopeBytes);
  }

  /** Makes a frame of the open batch. Costs what it would cost when it is written, and frees what its envelopes are views of. */
  #pack(): void {
    if (this.#open === undefined) return;
    const { envelopes } = this.#open;
    const packed = { frame: encodeBatch(envelopes), count: envelopes.length };
    this.#packed.push(packed);
    // Without a word to the owner, who may answer with envelopes: whatever is added next tells it.
    this.#bytes += packed.frame.length + frameBytes - sizeOf(this.#open);
    this.#forgetOpen();
  }

  #forgetOpen(): void {
    this.#open = undefined;
    this.#pinnedBytes = 0;
    this.#pinned = undefined;
  }

  #write(): void {
    if (this.#writing) return;
    const packed = this.#packed.shift();
    if (packed !== undefined) {
      this.#writing = true;
      this.#grow(-packed.frame.length - frameBytes);
      this.#wire.write(packed.frame);
    } else if (this.#open !== undefined) this.#writeOpen(this.#open);
    else if (this.#hangingUp) this.#wire.close();
  }

  /** What leaves at once needs no memory of its own. */
  #writeOpen(batch: Batch): void {
    this.#writing = true;
    this.#lent = this.#parts.memory.take(pieceBytes(batch.bytes));
    const room = this.#lent.subarray(frameRoomBytes);
    const frame = encodeBatch(batch.envelopes, room);
    this.#forgetOpen();
    this.#grow(-sizeOf(batch));
    this.#wire.write(frame, frame.buffer === room.buffer);
  }

  get #isIdle(): boolean {
    return !this.#writing && !this.#full && this.#packed.length === 0 && this.#open === undefined;
  }

  #send(frame: Uint8Array): void {
    this.#writing = true;
    this.#wire.write(frame);
  }

  #grow(by: number): void {
    this.#bytes += by;
    if (this.#full ? this.#bytes >= shellLimits.linkReadyBytes : this.#bytes <= shellLimits.linkFullBytes) return;
    this.#full = !this.#full;
    this.#owner.flow(this.#full);
  }
}

function sizeOf({ bytes, envelopes }: Batch): number {
  return bytes + envelopes.length * (envelopeBytes - prefixBytes);
}
