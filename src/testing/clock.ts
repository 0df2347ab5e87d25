import type { Clock } from "../ports/clock.ts";
import type { Agenda, Timer } from "./agenda.ts";

/** The least an alarm is put off by when its clock is a hair behind, milliseconds: one instant of the agenda. */
const instantMs = 1 / 1_024;

/**
 * SimClock: the clock of one machine, as the process on it sees it, and the process's one alarm.
 *
 *     machine  = where it stood at the last change + time since then × rate
 *     process  = the same, but that it goes on at its own pace, ahead of the machine, when the machine's is set back
 *
 * The alarm rings when the process's clock reaches its time: whatever changes the clock plans it anew. To a paused process
 * none rings; what came due meanwhile rings late, when it goes on.
 */
export class SimClock implements Clock {
  readonly #agenda: Agenda;
  readonly #timer: Timer;
  /** Where the machine's clock stood, and when that was. */
  #baseMs: number;
  #sinceMs: number;
  #rate = 1;
  /** Since when it stands still, by the agenda. */
  #frozenMs: number | undefined;
  #paused = false;
  /** How far the process is ahead of its machine, milliseconds. */
  #aheadMs = 0;
  /** The latest that the process saw. */
  #seenMs = -Infinity;
  #alarmMs = Infinity;
  #ring: (() => void) | undefined;

  /** @param aheadMs how far it is ahead of the agenda's clock at first, milliseconds. */
  constructor(agenda: Agenda, aheadMs = 0) {
    this.#agenda = agenda;
    this.#timer = agenda.timer(() => this.#due());
    this.#sinceMs = agenda.nowMs;
    this.#baseMs = agenda.nowMs + aheadMs;
  }

  /** The machine's own clock, which a process started now would go by. */
  get machineMs(): number {
    if (this.#frozenMs !== undefined) return this.#baseMs;
    return this.#baseMs + (this.#agenda.nowMs - this.#sinceMs) * this.#rate;
  }

  nowMs(): number {
    const nowMs = this.machineMs + this.#aheadMs;
    if (nowMs > this.#seenMs) this.#seenMs = nowMs;
    return this.#seenMs;
  }

  setAlarm(atMs: number, ring: () => void): void {
    this.#alarmMs = atMs;
    this.#ring = ring;
    this.#plan(0);
  }

  clearAlarm(): void {
    this.#ring = undefined;
    this.#timer.clear();
  }

  /** Sets the machine's clock forwards or, which a running process does not follow, back. */
  step(byMs: number): void {
    this.#change(() => {
      this.#baseMs += byMs;
      this.#aheadMs = Math.max(0, this.#aheadMs - byMs);
    });
  }

  /** How fast it goes, above 0: 1 as the world's, 0.5 half as fast. It goes on from where it is. */
  drift(rate: number): void {
    if (!(rate > 0 && rate < Infinity)) throw new RangeError(`a clock cannot go at a rate of ${rate}`);
    this.#change(() => {
      this.#rate = rate;
    });
  }

  /** Stands still from now on. */
  freeze(): void {
    this.#change(() => {
      this.#frozenMs ??= this.#agenda.nowMs;
    });
  }

  /**
   * Goes on: from where it stood, or from where it would be.
   *
   * @param jumps makes up for the time it stood still.
   */
  thaw(jumps = false): void {
    const frozenMs = this.#frozenMs;
    if (frozenMs === undefined) return;
    this.#change(() => {
      this.#frozenMs = undefined;
      if (jumps) this.#baseMs += (this.#agenda.nowMs - frozenMs) * this.#rate;
    });
  }

  /** The process stands still. */
  pause(): void {
    this.#paused = true;
    this.#timer.clear();
  }

  /** It goes on: an alarm that came due meanwhile rings now. */
  resume(): void {
    this.#paused = false;
    this.#plan(0);
  }

  /** Another process begins: it goes by the machine's clock, which may be behind what the one before it saw. */
  restart(): void {
    this.clearAlarm();
    this.#paused = false;
    this.#aheadMs = 0;
    this.#seenMs = -Infinity;
  }

  #change(how: () => void): void {
    // What the process could have seen until now is not taken back.
    this.nowMs();
    this.#baseMs = this.machineMs;
    this.#sinceMs = this.#agenda.nowMs;
    how();
    this.#plan(0);
  }

  /** Plans the alarm for when the clock reaches its time, but for at least so long from now. */
  #plan(leastMs: number): void {
    if (this.#ring === undefined || this.#paused) return;
    const soonestMs = this.#agenda.nowMs + leastMs;
    if (this.#alarmMs <= this.nowMs()) this.#timer.set(soonestMs);
    else if (this.#frozenMs !== undefined) this.#timer.clear();
    else
      this.#timer.set(Math.max(this.#sinceMs + (this.#alarmMs - this.#aheadMs - this.#baseMs) / this.#rate, soonestMs));
  }

  #due(): void {
    const ring = this.#ring;
    if (ring === undefined) return;
    // The quotient above may be a hair too small.
    if (this.nowMs() < this.#alarmMs) return this.#plan(instantMs);
    this.#ring = undefined;
    ring();
  }
}
