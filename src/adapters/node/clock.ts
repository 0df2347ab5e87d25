import { performance } from "node:perf_hooks";
import type { Clock } from "../../ports/clock.ts";

/** The longest wait setTimeout knows, milliseconds; above it, it would ring at once. */
const waitMaxMs = 2 ** 31 - 1;

/** The wall clock at the start of the process. To ask for it takes longer than to ask for the time since. */
const startMs = performance.timeOrigin;

/**
 * This machine's clock and one timer.
 *
 * Time is the wall clock at the start of the process plus the monotonic time since: steps of the wall clock, forwards or
 * backwards, are not followed until the next start. A set alarm keeps the process alive.
 *
 * A process that was busy, or stood still, past the time of an alarm has not read yet what came meanwhile. That is read first:
 * nobody counts as silent who was not heard for want of a turn.
 */
export function createClock(): Clock {
  return new NodeClock();
}

class NodeClock implements Clock {
  #timer: NodeJS.Timeout | undefined;
  /** It is time, and rings once the turn of the loop that reads is over. */
  #due: NodeJS.Immediate | undefined;

  nowMs(): number {
    return startMs + performance.now();
  }

  setAlarm(atMs: number, ring: () => void): void {
    this.clearAlarm();
    const waitMs = Math.min(Math.max(Math.ceil(atMs - this.nowMs()), 0), waitMaxMs);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // Timers may fire a fraction early, and a wait above the longest comes in several.
      if (this.nowMs() < atMs) this.setAlarm(atMs, ring);
      else this.#due = setImmediate(ring);
    }, waitMs);
  }

  clearAlarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    clearImmediate(this.#due);
    this.#due = undefined;
  }
}
