import { shellLimits } from "../core/limits.ts";

/**
 * HangUps: links that are hanging up, and when each is cut instead.
 *
 *     add ──► hanging up ── the wire is gone ──► forgotten
 *                  └──────── patience over ────► due
 *
 * A neighbour that does not read lets nothing leave: without an end to the wait it would keep its link, and all that is
 * queued on it, for ever.
 */
export class HangUps {
  /** Link to the time it is cut at. All wait equally long, so that the first added is the first due. */
  readonly #cutAtMs = new Map<number, number>();

  add(link: number, nowMs: number): void {
    if (!this.#cutAtMs.has(link)) this.#cutAtMs.set(link, nowMs + shellLimits.hangUpMs);
  }

  /** The link's wire is gone. */
  gone(link: number): void {
    this.#cutAtMs.delete(link);
  }

  /** Links to cut now; each once. */
  due(nowMs: number): readonly number[] {
    const due: number[] = [];
    for (const [link, atMs] of this.#cutAtMs) {
      if (atMs > nowMs) break;
      this.#cutAtMs.delete(link);
      due.push(link);
    }
    return due;
  }

  /** When due should be asked next; Infinity while nothing hangs up. */
  get nextDeadlineMs(): number {
    // Asked after every event, and nearly always while nothing hangs up.
    if (this.#cutAtMs.size > 0) for (const atMs of this.#cutAtMs.values()) return atMs;
    return Infinity;
  }
}
