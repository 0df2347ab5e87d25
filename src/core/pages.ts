import type { Effects } from "./effects.ts";
import { nobody, type Entry, type Lane, type Page } from "./lane.ts";
import type { Limits } from "./limits.ts";

/** A send that has its number. */
export interface Numbered {
  readonly number: number;
  readonly body: Uint8Array;
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
}

/** Takes what is being written to one lane: one or more that follow one another, sent at one instant. */
export type Keep = (lane: Lane, entries: readonly Entry[]) => void;

/** A page of a lane, on its way to the disk. */
interface Unwritten {
  readonly lane: Lane;
  readonly page: Page;
  readonly entries: Entry[];
  bytes: number;
}

/**
 * Pages: sends on their way to the disk, in as few records as they fit in: one costs the same for one send as for many.
 *
 *     add ──► page ── flush ──► being written ── durable ──► the lane's
 *
 * A page holds what was sent to one target within a millisecond, with the same time to live.
 */
export class Pages {
  readonly #limits: Limits;
  #pending: Unwritten[] = [];
  /** The newest of them for each lane, which may take more. */
  readonly #open = new Map<Lane, Unwritten>();
  /** What is on its way to the disk, by commit. */
  readonly #writing = new Set<readonly Unwritten[]>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Sends that are not durable yet, in the order of their submission to each target. */
  *unstored(): IterableIterator<{ readonly lane: Lane; readonly entry: Entry }> {
    for (const batch of [...this.#writing, this.#pending])
      for (const { lane, entries } of batch) for (const entry of entries) yield { lane, entry };
  }

  add(lane: Lane, send: Numbered): Entry {
    const { number, body, sentAtMs, expiresAtMs } = send;
    const bytes = body.length;
    const unwritten = this.#pageFor(lane, send);
    const { page } = unwritten;
    // prettier-ignore
    const entry: Entry = { number, page, body, bytes, sentAtMs, expiresAtMs, status: "waiting", custodians: nobody, attempts: 0 };
    unwritten.entries.push(entry);
    return entry;
  }

  /**
   * Writes what was added.
   * @param durable called with it once it is; not when there is nothing.
   * @param keep called with each page as it is written.
   */
  flush(effects: Effects, durable: (written: readonly Unwritten[], nowMs: number) => void, keep?: Keep): void {
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    this.#open.clear();
    this.#writing.add(pending);
    for (const { lane, page, entries } of pending) effects.put(lane.pageRecord(page, entries));
    for (const { lane, entries } of pending) keep?.(lane, entries);
    effects.whenDurable((nowMs) => {
      this.#writing.delete(pending);
      durable(pending, nowMs);
    });
  }

  /** That of the send before it, if all but number and body is the same and it has room; else a new one. */
  #pageFor(lane: Lane, { number, body, sentAtMs, expiresAtMs }: Numbered): Unwritten {
    const { bundleCountMax, bundleBytesMax } = this.#limits;
    const open = this.#open.get(lane);
    const last = open?.entries.at(-1);
    const isAlike = last?.sentAtMs === sentAtMs && last.expiresAtMs === expiresAtMs;
    const hasRoom =
      open !== undefined && open.page.count < bundleCountMax && open.bytes + body.length <= bundleBytesMax;
    if (isAlike && hasRoom) {
      open.page.count += 1;
      open.page.left += 1;
      open.bytes += body.length;
      return open;
    }
    const fresh = { lane, page: { first: number, count: 1, left: 1 }, entries: [], bytes: body.length };
    this.#open.set(lane, fresh);
    this.#pending.push(fresh);
    return fresh;
  }
}
