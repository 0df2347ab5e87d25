import type { Clock } from "../../src/ports/clock.ts";
import type { Agenda } from "../../src/testing/agenda.ts";

export class SimClock implements Clock {
  readonly #agenda: Agenda;
  #aheadMs: number;
  #cancel: () => void = () => {};
  constructor(agenda: Agenda, aheadMs: number) {
    this.#agenda = agenda;
    this.#aheadMs = aheadMs;
  }
  nowMs(): number {
    return this.#agenda.nowMs + this.#aheadMs;
  }
  setAlarm(atMs: number, ring: () => void): void {
    this.#cancel();
    this.#cancel = this.#agenda.at(atMs - this.#aheadMs, ring);
  }
  clearAlarm(): void {
    this.#cancel();
  }
  step(byMs: number): void {
    this.#aheadMs += byMs;
  }
  pause(): void {}
  resume(): void {}
  restart(): void {}
}
