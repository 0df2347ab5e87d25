import type { Clock } from "../ports/clock.ts";

/** Many deadlines on the one alarm of a clock, which is nobody else's. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #due = new Map<unknown, { readonly atMs: number; readonly ring: () => void }>();
  #alarmMs = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970. */
  get nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Calls ring once, in so many milliseconds or later, unless the same key is set anew or cleared before. */
  set(key: unknown, inMs: number, ring: () => void): void {
    this.#due.set(key, { atMs: this.#clock.nowMs() + inMs, ring });
    this.#arm();
  }

  clear(key: unknown): void {
    if (this.#due.delete(key)) this.#arm();
  }

  /** Forgets all. */
  close(): void {
    this.#due.clear();
    this.#arm();
  }

  #arm(): void {
    let nextMs = Infinity;
    for (const { atMs } of this.#due.values()) nextMs = Math.min(nextMs, atMs);
    if (nextMs === this.#alarmMs) return;
    this.#alarmMs = nextMs;
    if (nextMs === Infinity) this.#clock.clearAlarm();
    else this.#clock.setAlarm(nextMs, () => this.#ring());
  }

  #ring(): void {
    this.#alarmMs = Infinity;
    const nowMs = this.#clock.nowMs();
    for (const [key, { atMs, ring }] of [...this.#due]) {
      // One that rings may clear or set another.
      if (atMs > nowMs || this.#due.get(key)?.ring !== ring) continue;
      this.#due.delete(key);
      ring();
    }
    this.#arm();
  }
}
