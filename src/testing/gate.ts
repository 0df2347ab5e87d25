import type { Agenda } from "./agenda.ts";

/** At which of a process's calls to the outside it ends, counted from 1, and whether that call still takes place. */
export interface CrashPoint {
  readonly call: number;
  readonly side: "before" | "during" | "after";
}

/**
 * Gate: between a process and its world. Whatever the process does outside (a write to a wire or the disk, a word to
 * people) goes out through it, and whatever comes to it (but by wires, which the network holds back itself) comes in.
 *
 *     open ── pause ──► paused: what comes in waits ── resume ──► open
 *      └── end, or the chosen call ──► over: nothing passes in either direction
 */
export class Gate {
  readonly #agenda: Agenda;
  readonly #crash: () => void;
  readonly #held: (() => void)[] = [];
  #paused = false;
  #over = false;
  #point: CrashPoint | undefined;
  #calls = 0;

  /** @param crash ends the process. */
  constructor(agenda: Agenda, crash: () => void) {
    this.#agenda = agenda;
    this.#crash = crash;
  }

  get over(): boolean {
    return this.#over;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** The process ends at a call to come. */
  crashAt(point: CrashPoint): void {
    this.#calls = 0;
    this.#point = point;
  }

  /** The process does something outside. */
  out(act: () => void): void {
    if (this.#over) return;
    const point = this.#point;
    this.#calls += 1;
    if (point === undefined || this.#calls < point.call) return act();
    this.#point = undefined;
    // A write to the disk that a process dies in is half done: the disk decides what is left of it.
    if (point.side !== "before") act();
    if (point.side === "after") this.#agenda.after(0, () => this.#end());
    else this.#end();
  }

  /** Something comes to the process: now, or when it goes on. */
  in(act: () => void): void {
    if (this.#over) return;
    if (this.#paused) this.#held.push(act);
    else act();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const act of this.#held.splice(0)) this.in(act);
  }

  end(): void {
    this.#over = true;
    this.#held.length = 0;
  }

  #end(): void {
    if (!this.#over) this.#crash();
  }
}
