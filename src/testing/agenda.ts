import { TimerWheel, type WheelItem } from "./timer-wheel.ts";

/** One thing that is to happen, and can be set again and again: cheaper than planning it anew each time. */
export interface Timer {
  /** Whether it is on the agenda. */
  readonly isSet: boolean;
  /**
   * Puts it on the agenda at that time, or now if that has passed, instead of the time it was set to. It is taken off when
   * it happens, and by Infinity.
   */
  set(atMs: number): void;
  /** Takes it off the agenda. Always allowed. */
  clear(): void;
}

/** Things that may happen at one instant before time is taken to stand still: a peer that always wants to act at once. */
const perInstantMax = 50_000;
/** Instants in a millisecond. */
const perMs = 1_024;

/**
 * Agenda: the one virtual clock, and all that is still to happen in a world, in order of time.
 *
 *     soon ──► after the act that is going on, before anything else, at the same instant
 *     at, after, timer ──► at their time; what was planned first comes first
 *
 * Times are whole multiples of 1/1024 ms, and as such exact until the year 2248.
 */
export class Agenda {
  readonly #wheel: TimerWheel<Appointment>;
  /** What happens soon, from #next to below #end. Places before are empty, and used again. */
  readonly #soon: (() => void)[] = [];
  #next = 0;
  #end = 0;
  #nowMs: number;
  #atThisInstant = 0;

  constructor(nowMs: number) {
    this.#nowMs = roundUp(nowMs);
    this.#wheel = new TimerWheel(this.#nowMs);
  }

  /** Milliseconds since 1970. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** When the next act is due; Infinity when there is none. */
  get nextMs(): number {
    return this.#next < this.#end ? this.#nowMs : this.#wheel.nextMs;
  }

  /** How many acts are planned. */
  get size(): number {
    return this.#wheel.size + this.#end - this.#next;
  }

  /** Plans an act, at the time or now if that has passed. @returns takes it off the agenda. */
  at(atMs: number, act: () => void): () => void {
    const timer = this.timer(act);
    timer.set(atMs);
    return () => timer.clear();
  }

  after(ms: number, act: () => void): () => void {
    return this.at(this.#nowMs + ms, act);
  }

  /** Plans an act right after the one that is going on, and those planned so before it. */
  soon(act: () => void): void {
    this.#soon[this.#end] = act;
    this.#end += 1;
  }

  /** A timer that is not set yet. */
  timer(act: () => void): Timer {
    return new Appointment(this, this.#wheel, act);
  }

  /**
   * Does the next act if it is due by the time. @returns whether there was one; without, the clock is at that time, unless
   * that is Infinity.
   */
  step(byMs: number): boolean {
    if (this.#next < this.#end) {
      const act = this.#takeSoon();
      this.#count();
      act();
      return true;
    }
    const nextMs = this.#wheel.nextMs;
    if (nextMs > byMs || nextMs === Infinity) {
      if (byMs !== Infinity) this.#advance(roundUp(byMs));
      return false;
    }
    this.#advance(nextMs);
    this.#count();
    this.#wheel.take()?.act();
    return true;
  }

  #takeSoon(): () => void {
    const act = this.#soon[this.#next] ?? nothing;
    this.#soon[this.#next] = nothing;
    this.#next += 1;
    if (this.#next === this.#end) {
      this.#next = 0;
      this.#end = 0;
    }
    return act;
  }

  #advance(toMs: number): void {
    if (toMs <= this.#nowMs) return;
    this.#atThisInstant = 0;
    this.#nowMs = toMs;
  }

  #count(): void {
    this.#atThisInstant += 1;
    if (this.#atThisInstant > perInstantMax) throw new Error(`time stands still: over ${perInstantMax} acts at once`);
  }
}

class Appointment implements Timer, WheelItem<Appointment> {
  // Not whole numbers, so that the engine keeps times as floating point from the start.
  atMs = 0.5;
  order = 0;
  place = 0;
  home: WheelItem<Appointment>["home"] = "nowhere";
  before: Appointment | undefined = undefined;
  after: Appointment | undefined = undefined;
  readonly act: () => void;
  readonly #agenda: Agenda;
  readonly #wheel: TimerWheel<Appointment>;

  constructor(agenda: Agenda, wheel: TimerWheel<Appointment>, act: () => void) {
    this.#agenda = agenda;
    this.#wheel = wheel;
    this.act = act;
  }

  get isSet(): boolean {
    return this.home !== "nowhere";
  }

  set(atMs: number): void {
    if (atMs === Infinity) return this.clear();
    if (Number.isNaN(atMs)) throw new RangeError("not a time");
    this.#wheel.set(this, Math.max(roundUp(atMs), this.#agenda.nowMs));
  }

  clear(): void {
    this.#wheel.remove(this);
  }
}

/** Rounded up: sums of such times and whole milliseconds are exact, so that no clock in the world is early by a hair. */
function roundUp(ms: number): number {
  return Math.ceil(ms * perMs) / perMs;
}

function nothing(): void {}
