import { encodeBatch } from "../core/batch.ts";
import type { Limits } from "../core/limits.ts";
import type { Wire } from "../ports/transport.ts";

interface Batch {
  readonly envelopes: Uint8Array[];
  bytes: number;
}

/** What the queue tells its owner. */
export interface LinkQueueOwner {
  /** The queue is filling up, or has room again. */
  readonly flow: (full: boolean) => void;
  /** Envelopes were dropped at the hard bound; their senders repeat them. */
  readonly dropped: (count: number) => void;
}

/** Queued bytes above which the core is asked to stop, and below which it may go on. */
const fullBytes = 4 * 1_024 * 1_024;
const readyBytes = 1_024 * 1_024;
/** Queued bytes above which envelopes are dropped. Bounds what a neighbour that reads nothing costs. */
const hardBytes = 32 * 1_024 * 1_024;

/**
 * LinkQueue: what waits to be written to one wire.
 *
 *     wire idle ────────► written at once
 *     write pending ────► joins the open batch; all of it leaves when the wire is ready
 *
 * Invariants
 * 1. Frames leave in the order they were given; envelopes given while a write is pending share frames.
 * 2. One write is outstanding at a time, so that the bytes a stalled reader can cost are counted here.
 */
export class LinkQueue {
  readonly #wire: Wire;
  readonly #limits: Limits;
  readonly #owner: LinkQueueOwner;
  readonly #items: (Uint8Array | Batch)[] = [];
  #bytes = 0;
  #writing = false;
  #full = false;
  #hangingUp = false;

  constructor(wire: Wire, limits: Limits, owner: LinkQueueOwner) {
    this.#wire = wire;
    this.#limits = limits;
    this.#owner = owner;
  }

  frame(bytes: Uint8Array): void {
    this.#items.push(bytes);
    this.#grow(bytes.length);
    this.#write();
  }

  envelopes(envelopes: readonly Uint8Array[]): void {
    if (this.#bytes > hardBytes) return this.#owner.dropped(envelopes.length);
    for (const envelope of envelopes) this.#add(envelope);
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

  #add(envelope: Uint8Array): void {
    const { batchBytesMax, batchCountMax } = this.#limits;
    const last = this.#items.at(-1);
    const bytes = envelope.length + 4;
    const open = last !== undefined && !(last instanceof Uint8Array) ? last : undefined;
    if (open !== undefined && open.envelopes.length < batchCountMax && open.bytes + bytes <= batchBytesMax) {
      open.envelopes.push(envelope);
      open.bytes += bytes;
    } else this.#items.push({ envelopes: [envelope], bytes });
    this.#grow(bytes);
  }

  #write(): void {
    if (this.#writing) return;
    const item = this.#items.shift();
    if (item === undefined) {
      if (this.#hangingUp) this.#wire.close();
      return;
    }
    this.#writing = true;
    const isFrame = item instanceof Uint8Array;
    this.#grow(isFrame ? -item.length : -item.bytes);
    this.#wire.write(isFrame ? item : encodeBatch(item.envelopes));
  }

  #grow(by: number): void {
    this.#bytes += by;
    if (this.#full ? this.#bytes >= readyBytes : this.#bytes <= fullBytes) return;
    this.#full = !this.#full;
    this.#owner.flow(this.#full);
  }
}
