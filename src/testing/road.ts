import type { Cable } from "./cable.ts";

/** What becomes of wires between two processes: they work, are refused, or lead nowhere. */
export type RoadState = "open" | "cut" | "silent";

/**
 * Road: what is between two processes: their cables, and what the network does to them in either direction.
 */
export class Road {
  readonly cables = new Set<Cable>();
  state: RoadState = "open";
  readonly #muted = new Set<string>();
  readonly #clogged = new Set<string>();
  #waiting: (() => void)[] = [];

  /** Dials get no answer. */
  get isSilent(): boolean {
    return this.state === "silent" || this.#muted.size > 0;
  }

  /** Dials wait. */
  get isClogged(): boolean {
    return this.#clogged.size > 0;
  }

  silence(): void {
    this.state = "silent";
    for (const cable of this.cables) cable.silence();
  }

  mute(from: string): void {
    this.#muted.add(from);
    for (const cable of this.cables) cable.mute(from);
  }

  clog(from: string): void {
    this.#clogged.add(from);
    for (const cable of this.cables) for (const lane of cable.lanesFrom(from)) lane.clog();
  }

  /** @returns what waited for it. */
  unclog(from: string): readonly (() => void)[] {
    if (!this.#clogged.delete(from)) return [];
    for (const cable of this.cables) for (const lane of cable.lanesFrom(from)) lane.unclog();
    if (this.isClogged) return [];
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** Keeps an act until nothing is clogged. */
  hold(act: () => void): void {
    this.#waiting.push(act);
  }

  /** New wires work. @returns what waited for it. */
  heal(): readonly (() => void)[] {
    this.state = "open";
    this.#muted.clear();
    return [...this.#clogged].flatMap((from) => this.unclog(from));
  }
}
