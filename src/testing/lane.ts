import type { Agenda, Timer } from "./agenda.ts";
import type { Random } from "./random.ts";
import type { Station } from "./station.ts";
import type { Sky } from "./weather.ts";

/** What a lane is between. */
export interface LaneParts {
  readonly agenda: Agenda;
  readonly sky: Sky;
  readonly from: Station;
  readonly to: Station;
  /** Tells the writing end that the last write is out of the way. */
  readonly drained: () => void;
  /** Hands a frame to the reading end. */
  readonly frame: (bytes: Uint8Array) => void;
  /** Tells the reading end that nothing more comes. */
  readonly ended: (reason: string) => void;
}

/** Something on its way: a frame, or the end. */
interface Flight {
  readonly frame: Uint8Array | undefined;
  /** Why it ends. */
  readonly reason: string;
  readonly arrivesMs: number;
  next: Flight | undefined;
}

/** Milliseconds a write occupies the lane: 10 MB/s, and a little for the call. What comes meanwhile shares a batch. */
function writeMs(bytes: number): number {
  return 0.02 + bytes / 10_000;
}

/** A frame up to this length is out of the way at once when nothing is before it: the machine has a buffer, bytes. */
const smallBytes = 1_024;
/** Once more than this is on its way and not read, no write drains: the flow-control window of HTTP/2, bytes. */
const windowBytes = 65_535;

/**
 * Lane: one direction of a cable: what is on its way, in order.
 *
 *     write ──► on its way ──► arrived ──► read by the process, which may be paused
 *                   ├── lost, or twice: the weather
 *                   ├── clogged: waits, and the write does not drain
 *                   └── muted, broken: gone
 *
 * Invariants
 * 1. What arrives does so in the order it was written: only the first that is on its way can arrive.
 * 2. Nobody is called within a call to the lane: all comes by the agenda.
 * 3. Beyond the window, only one write more is on its way.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #arrival: Timer;
  readonly #departure: Timer;
  readonly #drain: () => void;
  #head: Flight | undefined;
  #tail: Flight | undefined;
  /** When the last write has left. */
  #freeMs = 0;
  #unreadBytes = 0;
  #clogged = false;
  #muted = false;
  #ending = false;
  /** A write has left, and is not drained yet. */
  #owed = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#drain = () => this.#drained();
    this.#arrival = parts.agenda.timer(() => this.#arrive());
    this.#departure = parts.agenda.timer(this.#drain);
  }

  /** Where frames come from. */
  get from(): string {
    return this.#parts.from.name;
  }

  get muted(): boolean {
    return this.#muted;
  }

  /** When the last write has left; Infinity while it cannot. */
  get leftMs(): number {
    if (this.#isStalled) return Infinity;
    return Math.max(this.#freeMs, this.#parts.agenda.nowMs) + writeMs(0);
  }

  /** Sends a frame out: a copy, which is its reader's, as the writer may use the memory again once it has left. */
  write(frame: Uint8Array): void {
    const { agenda, sky } = this.#parts;
    const { nowMs } = agenda;
    const isIdle = this.#freeMs <= nowMs;
    this.#freeMs = (isIdle ? nowMs : this.#freeMs) + writeMs(frame.length);
    if (!this.#muted && !this.#ending && !sky.loses()) {
      this.#launch(frame.slice(), "");
      if (sky.duplicates()) this.#launch(frame.slice(), "");
    }
    if (isIdle && frame.length <= smallBytes) agenda.soon(this.#drain);
    else this.#departure.set(this.#freeMs);
  }

  /** Nothing is written any more; the reader learns it after all frames. */
  end(reason: string): void {
    if (this.#muted || this.#ending) return;
    this.#ending = true;
    this.#freeMs = Math.max(this.#freeMs, this.#parts.agenda.nowMs) + writeMs(0);
    this.#launch(undefined, reason);
  }

  /** Nothing arrives from now on, and nobody is told. Writes drain all the same. */
  mute(): void {
    this.#muted = true;
    this.#cutAfter(0);
    this.#payOwed();
  }

  /** What is on its way waits, and the next write does not drain. */
  clog(): void {
    this.#clogged = true;
    this.#arrival.clear();
  }

  unclog(): void {
    this.#clogged = false;
    if (this.#head !== undefined) this.#arrival.set(this.#head.arrivesMs);
    this.#payOwed();
  }

  /** Of what is on its way some arrives, the rest is lost, and the reader is told. */
  break(random: Random, reason: string): void {
    if (this.#muted) return;
    let count = 0;
    for (let flight = this.#head; flight !== undefined; flight = flight.next) count += 1;
    this.#cutAfter(random.whole(0, count));
    this.#ending = false;
    this.end(reason);
  }

  get #isStalled(): boolean {
    return this.#clogged || this.#unreadBytes > windowBytes;
  }

  #launch(frame: Uint8Array | undefined, reason: string): void {
    const arrivesMs = this.#freeMs + this.#parts.sky.delayMs();
    const flight: Flight = { frame, reason, arrivesMs, next: undefined };
    this.#unreadBytes += bytesOf(flight);
    if (this.#tail === undefined) {
      this.#head = flight;
      if (!this.#clogged) this.#arrival.set(arrivesMs);
    } else this.#tail.next = flight;
    this.#tail = flight;
  }

  #arrive(): void {
    const flight = this.#head;
    if (flight === undefined) return;
    this.#head = flight.next;
    if (this.#head === undefined) this.#tail = undefined;
    else this.#arrival.set(this.#head.arrivesMs);
    this.#hand(flight);
  }

  #hand(flight: Flight): void {
    const { to, frame, ended } = this.#parts;
    if (to.paused) return to.hold(() => this.#hand(flight));
    this.#unreadBytes -= bytesOf(flight);
    if (this.#owed) this.#payOwed();
    if (flight.frame === undefined) ended(flight.reason);
    else frame(flight.frame);
  }

  #drained(): void {
    const { from, drained } = this.#parts;
    if (this.#isStalled) this.#owed = true;
    else if (from.paused) from.hold(this.#drain);
    else drained();
  }

  #payOwed(): void {
    if (!this.#owed || this.#isStalled) return;
    this.#owed = false;
    this.#parts.agenda.soon(this.#drain);
  }

  /** Forgets what is on its way, but for the first so many. */
  #cutAfter(kept: number): void {
    let last: Flight | undefined;
    let lost = this.#head;
    for (let left = kept; left > 0 && lost !== undefined; left -= 1) {
      last = lost;
      lost = lost.next;
    }
    for (let flight = lost; flight !== undefined; flight = flight.next) this.#unreadBytes -= bytesOf(flight);
    this.#tail = last;
    if (last !== undefined) last.next = undefined;
    else {
      this.#head = undefined;
      this.#arrival.clear();
    }
  }
}

function bytesOf(flight: Flight): number {
  return flight.frame === undefined ? 0 : flight.frame.length;
}
