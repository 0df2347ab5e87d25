/** How long newcomers wait. */
export interface PendingLimits {
  /** For somebody to bootstrap them, milliseconds. */
  readonly pendingMs: number;
  /** Between one hand-out and the next, milliseconds. */
  readonly handOutMs: number;
}

/** Whom to hand out. */
export interface HandOut {
  /** At most so many. */
  readonly countMax: number;
  /** Only those that have waited for so long, milliseconds. */
  readonly waitedMinMs: number;
}

interface Waiting {
  readonly sinceMs: number;
  /** When it may be handed out again. */
  nextAtMs: number;
  /** Who got it. Grows by one per handOutMs, for pendingMs. */
  readonly handedTo: Set<string>;
}

/**
 * Pending: newcomers that wait to be told of the mesh.
 *
 *     add ──► waiting ── handOut ──► with one peer for handOutMs ── no report ──► waiting
 *                │                          │
 *                └──── remove, or pendingMs since add ────┴── report ──► out
 *
 * One peer at a time has a newcomer to bootstrap, so that a thousand peers do not all call it; a peer that fails is
 * followed by the next one.
 *
 * Invariant: only the newcomer itself, and those it was handed to, report it bootstrapped: others cannot keep it out.
 */
export class Pending {
  readonly #limits: PendingLimits;
  /** In the order in which they came. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(limits: PendingLimits) {
    this.#limits = limits;
  }

  /** Newcomers that wait. */
  get count(): number {
    return this.#waiting.size;
  }

  /** Lets a newcomer wait; one that waits already keeps its place. */
  add(name: string, nowMs: number): void {
    if (!this.#waiting.has(name)) this.#waiting.set(name, { sinceMs: nowMs, nextAtMs: nowMs, handedTo: new Set() });
  }

  /** It need not wait any more, or is not there any more. */
  remove(name: string): void {
    this.#waiting.delete(name);
  }

  /** A peer says that a newcomer is bootstrapped. Ignored when that is not for it to say, or nobody of the name waits. */
  report(name: string, by: string): void {
    if (name === by || this.#waiting.get(name)?.handedTo.has(by) === true) this.#waiting.delete(name);
  }

  /** Newcomers for this peer to bootstrap, those that came first before others. */
  handOut(to: string, { countMax, waitedMinMs }: HandOut, nowMs: number): readonly string[] {
    const names: string[] = [];
    for (const [name, waiting] of this.#waiting) {
      if (names.length >= countMax || nowMs - waiting.sinceMs < waitedMinMs) break;
      if (name === to || waiting.nextAtMs > nowMs) continue;
      waiting.nextAtMs = nowMs + this.#limits.handOutMs;
      waiting.handedTo.add(to);
      names.push(name);
    }
    return names;
  }

  /** Forgets those that waited for too long. To be called before anything is asked. */
  expire(nowMs: number): void {
    for (const [name, { sinceMs }] of this.#waiting) {
      if (sinceMs + this.#limits.pendingMs > nowMs) return;
      this.#waiting.delete(name);
    }
  }
}
