import type { Agenda } from "./agenda.ts";
import type { Wire, WireHandler } from "../ports/transport.ts";

/** Takes a wire that another process dialled. */
export type Accept = (wire: Wire) => WireHandler;

/** An end of a cable, as far as its process ends it. */
export interface StationEnd {
  abandon(told: boolean): void;
}

/**
 * Station: a process as the network sees it: whether it listens, which ends of cables are its own, and whether it runs.
 *
 *     running ── pause ──► paused: what would reach it waits, in order ── resume ──► running: all of that comes, soon
 */
export class Station {
  readonly name: string;
  /** Undefined while it does not listen. */
  accept: Accept | undefined;
  /** Ends that are not over. */
  readonly ends = new Set<StationEnd>();
  readonly #agenda: Agenda;
  #waiting: (() => void)[] = [];
  #paused = false;

  constructor(name: string, agenda: Agenda) {
    this.name = name;
    this.#agenda = agenda;
  }

  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    // What is paused once more by then asks to wait again, in the same order.
    for (const act of waiting) this.#agenda.soon(act);
  }

  /** Keeps an act until the process goes on. Whoever plans one asks whether it is paused. */
  hold(act: () => void): void {
    this.#waiting.push(act);
  }

  /** The process is no more. @param told whether the other ends of its cables hear of it. */
  die(told: boolean): void {
    this.accept = undefined;
    for (const end of [...this.ends]) end.abandon(told);
    // What waited finds the ends over, and nobody listening.
    this.resume();
  }
}
