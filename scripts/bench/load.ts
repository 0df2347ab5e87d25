import { percentile } from "./figures.ts";
import type { RoundTrips } from "./order.ts";

/** Round trips remembered in one measurement. */
const roundTripsMax = 1_000_000;

interface Parts {
  /** Sends so many messages; each receipt must come to settled. */
  readonly send: (count: number) => void;
  /** A monotonic clock, milliseconds. */
  readonly nowMs: () => number;
}

/**
 * Load: a closed loop. So many messages are in flight, and for each receipt another one is sent.
 *
 * It is the same for all subjects, and it counts in batches, so that a subject that learns of many receipts at once pays
 * for one call.
 */
export class Load {
  readonly #parts: Parts;
  #sent = 0;
  #settled = 0;
  #goesOn = false;
  #step = 1;
  /** Receipted, and not sent again yet: less than a step. */
  #room = 0;
  #failure: Error | undefined;
  #waiter: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #roundTrip: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Receipts so far. */
  get settledCount(): number {
    return this.#settled;
  }

  /** So many receipts came. */
  settled(count: number): void {
    this.#settled += count;
    if (this.#goesOn) return this.#refill(count);
    if (this.#roundTrip !== undefined) return this.#roundTrip();
    if (this.#settled === this.#sent) this.#waiter?.resolve();
  }

  /** A message will not be receipted: whoever waits is told. */
  failed(error: Error): void {
    this.#failure ??= error;
    this.#waiter?.reject(error);
  }

  /** Sends so many, once. */
  burst(count: number): void {
    this.#sent += count;
    this.#parts.send(count);
  }

  /**
   * Keeps so many in flight from now on.
   * @param step sends so many, or a multiple of it, at a time: one for each receiver.
   */
  begin(inFlight: number, step = 1): void {
    this.#goesOn = true;
    this.#step = step;
    this.burst(inFlight);
  }

  /** Sends no more; resolves once all is receipted. */
  async end(): Promise<void> {
    this.#goesOn = false;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#settled === this.#sent) return;
    await this.#wait();
  }

  /** One message at a time for so long. */
  async roundTrips(forMs: number): Promise<RoundTrips> {
    const { nowMs } = this.#parts;
    const startMs = nowMs();
    const tookMs: number[] = [];
    let sentMs = startMs;
    this.#roundTrip = () => {
      const atMs = nowMs();
      tookMs.push(atMs - sentMs);
      if (atMs - startMs >= forMs || tookMs.length >= roundTripsMax) return this.#waiter?.resolve();
      sentMs = nowMs();
      this.burst(1);
    };
    const over = this.#wait();
    this.burst(1);
    await over;
    this.#roundTrip = undefined;
    const sorted = Float64Array.from(tookMs).sort();
    return { count: sorted.length, p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) };
  }

  #refill(count: number): void {
    this.#room += count;
    const rest = this.#room % this.#step;
    const whole = this.#room - rest;
    this.#room = rest;
    if (whole > 0) this.burst(whole);
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => (this.#waiter = { resolve, reject }));
  }
}
