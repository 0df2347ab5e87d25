/**
 * Time, and the one alarm of the driver. Pinned by test/contract/clock.ts.
 *
 * - nowMs never goes backwards within a process, whatever happens to the machine's clock;
 * - an alarm rings once, at its time or later, never at once within the call that set it;
 * - setting an alarm replaces the one before; clearing it is always allowed.
 */
export interface Clock {
  /** Milliseconds since 1970, not necessarily whole. */
  nowMs(): number;
  /** Calls ring at or after the time. */
  setAlarm(atMs: number, ring: () => void): void;
  clearAlarm(): void;
}
