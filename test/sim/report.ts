import type { RunResult } from "./run.ts";

/** How many runs broke an invariant, and one of them. */
export interface Broken {
  readonly invariant: string;
  readonly count: number;
  /** The first that was found. */
  readonly seed: number;
}

/** From so many runs on it is worth knowing what never happened in any. */
const seedsForPoints = 50;

/** Totals of many runs. It does not matter in which order they come. */
export class Report {
  readonly #broken = new Map<string, { count: number; seed: number }>();
  readonly #reached = new Map<string, number>();
  #seeds = 0;
  #coreMs = 0;
  readonly #sums = { simulatedMs: 0, events: 0, frames: 0, faults: 0, starts: 0, sends: 0, delivered: 0, expired: 0 };

  add(seed: number, { figures, violation, reached }: RunResult, coreMs: number): void {
    this.#seeds += 1;
    this.#coreMs += coreMs;
    const sums = this.#sums;
    sums.simulatedMs += figures.simulatedMs;
    sums.events += figures.events;
    sums.frames += figures.frames;
    sums.faults += figures.faults;
    sums.starts += figures.starts;
    sums.sends += figures.sends;
    sums.delivered += figures.delivered;
    sums.expired += figures.expired;
    for (const point of reached) this.#reached.set(point, (this.#reached.get(point) ?? 0) + 1);
    if (violation !== undefined) this.addBroken(seed, violation.invariant);
  }

  /** A run that broke something, and of which there are no figures. */
  addBroken(seed: number, invariant: string): void {
    const before = this.#broken.get(invariant) ?? { count: 0, seed };
    this.#broken.set(invariant, { count: before.count + 1, seed: Math.min(before.seed, seed) });
  }

  get seeds(): number {
    return this.#seeds;
  }

  get simulatedHours(): number {
    return this.#sums.simulatedMs / 3_600_000;
  }

  get violations(): number {
    return [...this.#broken.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** Simulated hours for each second of one core. */
  get hoursPerCoreSecond(): number {
    return this.#coreMs === 0 ? 0 : this.simulatedHours / (this.#coreMs / 1_000);
  }

  /** By how often, the most frequent first. */
  get broken(): readonly Broken[] {
    const all = [...this.#broken].map(([invariant, found]) => ({ invariant, ...found }));
    return all.toSorted((a, b) => b.count - a.count || (a.invariant < b.invariant ? -1 : 1));
  }

  /** As data. @param points everything that is to happen sometimes. */
  totals(wallMs: number, points: readonly string[]): Readonly<Record<string, unknown>> {
    return {
      seeds: this.#seeds,
      simulatedHours: round(this.simulatedHours),
      ...this.#sums,
      violations: this.violations,
      broken: this.broken,
      wallSeconds: round(wallMs / 1_000),
      hoursPerCoreSecond: round(this.hoursPerCoreSecond),
      reached: points.filter((point) => this.#reached.has(point)),
      notReached: points.filter((point) => !this.#reached.has(point)),
    };
  }

  /** The table at the end. */
  lines(wallMs: number, points: readonly string[]): readonly string[] {
    const { events, frames, faults, starts, sends, delivered, expired } = this.#sums;
    const rows: readonly (readonly [string, string])[] = [
      ["seeds", grouped(this.#seeds)],
      ["simulated hours", grouped(round(this.simulatedHours))],
      ["events", grouped(events)],
      ["frames", grouped(frames)],
      ["faults", grouped(faults)],
      ["starts of peers", grouped(starts)],
      ["messages sent", grouped(sends)],
      ["delivered", grouped(delivered)],
      ["expired", grouped(expired)],
      ["violations", grouped(this.violations)],
      ["wall time", `${grouped(round(wallMs / 1_000))} s`],
      ["simulated hours per core second", String(round(this.hoursPerCoreSecond))],
    ];
    const width = Math.max(...rows.map(([, value]) => value.length));
    const table = rows.map(([name, value]) => `  ${name.padEnd(32)} ${value.padStart(width)}`);
    return [...table, ...this.#pointLines(points)];
  }

  #pointLines(points: readonly string[]): readonly string[] {
    if (points.length === 0) return [];
    const missed = points.filter((point) => !this.#reached.has(point));
    const head = `  what is to happen sometimes: ${points.length - missed.length} of ${points.length} did`;
    // Few runs cannot come by everything.
    const listed = this.#seeds < seedsForPoints ? [] : missed;
    return [head, ...listed.map((point) => `    not reached: ${point}`)];
  }
}

/** Digits in threes. */
function grouped(value: number): string {
  const [whole = "", fraction] = String(value).split(".");
  const digits = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

/** To three digits after the point. */
function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
