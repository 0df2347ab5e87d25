import type { Clock } from "../../src/ports/clock.ts";

/** Lets everything happen that needs no time: all that promises and the memory adapters have lined up. */
export async function calm(): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) await Promise.resolve();
}

/** Alarms in one wait before it is taken for endless. */
const alarmsMax = 100_000;

/** Time that passes when a test says so, for any number of clocks. */
export class Time {
  #nowMs = 1_700_000_000_000;
  readonly #clocks = new Set<ManualClock>();

  get nowMs(): number {
    return this.#nowMs;
  }

  /** One more clock, with an alarm of its own. */
  clock(): ManualClock {
    const clock = new ManualClock(() => this.#nowMs);
    this.#clocks.add(clock);
    return clock;
  }

  /** Lets that much time pass; alarms ring at their time, and what they bring about happens before the next. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await calm();
    while (this.#ringNext(untilMs)) await calm();
    this.#nowMs = untilMs;
    await calm();
  }

  /** Lets time pass, from alarm to alarm, until the promise is settled. Fails when nothing is left to happen. */
  async until<T>(promise: Promise<T>): Promise<T> {
    const state = { isSettled: false };
    const note = (): void => void (state.isSettled = true);
    promise.then(note, note);
    await calm();
    for (let alarms = 0; !state.isSettled; alarms += 1) {
      if (alarms > alarmsMax || !this.#ringNext(Infinity)) throw new Error("what is waited for will never happen");
      await calm();
    }
    return promise;
  }

  /** Rings the next alarm that is due by the time. @returns whether there was one. */
  #ringNext(untilMs: number): boolean {
    let next: ManualClock | undefined;
    for (const clock of this.#clocks) if (next === undefined || clock.alarmAtMs < next.alarmAtMs) next = clock;
    if (next === undefined || next.alarmAtMs === Infinity || next.alarmAtMs > untilMs) return false;
    this.#nowMs = Math.max(this.#nowMs, next.alarmAtMs);
    next.ring();
    return true;
  }
}

/** A clock whose time and alarm are a test's. */
export class ManualClock implements Clock {
  readonly nowMs: () => number;
  /** When the alarm rings; Infinity while it is not set. */
  alarmAtMs = Infinity;
  #ring = (): void => {};

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  setAlarm(atMs: number, ring: () => void): void {
    this.alarmAtMs = atMs;
    this.#ring = ring;
  }

  clearAlarm(): void {
    this.alarmAtMs = Infinity;
  }

  ring(): void {
    this.alarmAtMs = Infinity;
    this.#ring();
  }
}
