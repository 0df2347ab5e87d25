import type { Clock } from "../../../src/ports/clock.ts";

/** A clock that stands still until it is told to go on. */
export class HandClock implements Clock {
  #nowMs = 1_735_689_600_000;
  #alarm: { readonly atMs: number; readonly ring: () => void } | undefined;

  nowMs(): number {
    return this.#nowMs;
  }

  setAlarm(atMs: number, ring: () => void): void {
    this.#alarm = { atMs, ring };
  }

  clearAlarm(): void {
    this.#alarm = undefined;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    const alarm = this.#alarm;
    if (alarm === undefined || alarm.atMs > this.#nowMs) return;
    this.#alarm = undefined;
    alarm.ring();
  }
}
