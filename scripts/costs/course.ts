import type { Agenda, Timer } from "../../src/testing/agenda.ts";

/**
 * Course: one direction of a wire. What is on its way arrives in order, each thing no earlier than it takes.
 *
 * One timer for all of it: in a mesh that starts millions of frames are on their way at a time.
 */
export class Course<T> {
  readonly #agenda: Agenda;
  readonly #timer: Timer;
  readonly #arrive: (thing: T) => void;
  readonly #things: { readonly atMs: number; readonly thing: T }[] = [];
  /** When the last one arrives. */
  #busyUntilMs = 0;

  constructor(agenda: Agenda, arrive: (thing: T) => void) {
    this.#agenda = agenda;
    this.#arrive = arrive;
    this.#timer = agenda.timer(() => this.#next());
  }

  send(thing: T, takesMs: number): void {
    this.#busyUntilMs = Math.max(this.#busyUntilMs, this.#agenda.nowMs + takesMs);
    this.#things.push({ atMs: this.#busyUntilMs, thing });
    if (!this.#timer.isSet) this.#timer.set(this.#busyUntilMs);
  }

  #next(): void {
    const first = this.#things.shift();
    const [second] = this.#things;
    // Before anything comes of the first.
    if (second !== undefined) this.#timer.set(second.atMs);
    if (first !== undefined) this.#arrive(first.thing);
  }
}
