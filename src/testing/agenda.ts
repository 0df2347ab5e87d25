/** Something that will happen. */
interface Appointment {
  readonly atMs: number;
  /** Breaks ties: what was planned first happens first. */
  readonly order: number;
  readonly act: () => void;
  cancelled: boolean;
}

/** Things that may happen at one instant before time is taken to stand still: a peer that always wants to act at once. */
const perInstantMax = 50_000;
/** Instants in a millisecond. */
const perMs = 1_024;

/**
 * Agenda: the one virtual clock, and all that is still to happen in a world, in order of time (a binary heap).
 */
export class Agenda {
  readonly #heap: Appointment[] = [];
  #nowMs: number;
  #order = 0;
  #atThisInstant = 0;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** Milliseconds since 1970. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Plans an act, at the time or now if that has passed. @returns takes it off the agenda. */
  at(atMs: number, act: () => void): () => void {
    // Rounded up: sums of such times and whole milliseconds are exact, so that no clock in the world is early by a hair.
    const roundedMs = Math.ceil(Math.max(atMs, this.#nowMs) * perMs) / perMs;
    const appointment = { atMs: roundedMs, order: this.#order, act, cancelled: false };
    this.#order += 1;
    this.#push(appointment);
    return () => {
      appointment.cancelled = true;
    };
  }

  after(ms: number, act: () => void): () => void {
    return this.at(this.#nowMs + ms, act);
  }

  /** Does the next act if it is due by the time. @returns whether there was one; without, the clock is at that time. */
  step(byMs: number): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > byMs) {
        this.#advance(Math.max(byMs, this.#nowMs));
        return false;
      }
      this.#pop();
      if (next.cancelled) continue;
      this.#advance(next.atMs);
      this.#atThisInstant += 1;
      if (this.#atThisInstant > perInstantMax) throw new Error(`time stands still: over ${perInstantMax} acts at once`);
      next.act();
      return true;
    }
  }

  #advance(toMs: number): void {
    if (toMs > this.#nowMs) this.#atThisInstant = 0;
    this.#nowMs = toMs;
  }

  #push(appointment: Appointment): void {
    let at = this.#heap.length;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const parent = this.#heap[above];
      if (parent === undefined || !isBefore(appointment, parent)) break;
      this.#heap[at] = parent;
      at = above;
    }
    this.#heap[at] = appointment;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let at = 0;
    for (;;) {
      const child = this.#earlierChild(at);
      const below = this.#heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      this.#heap[at] = below;
      at = child;
    }
    this.#heap[at] = last;
  }

  #earlierChild(at: number): number {
    const left = this.#heap[2 * at + 1];
    const right = this.#heap[2 * at + 2];
    return left !== undefined && right !== undefined && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
  }
}

function isBefore(a: Appointment, b: Appointment): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
