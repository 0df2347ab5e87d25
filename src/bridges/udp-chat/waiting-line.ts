import { E3Error } from "../../core/error.ts";
import type { Deadlines } from "../deadlines.ts";

/** Time between two tries of those in line, and how long nobody may get in until all give up, milliseconds. */
const retryMs = 1_000;
const patienceMs = 10_000;

/** How long anybody waits, milliseconds, whoever else gets in: after it a program, or who started it, has tried again. */
const waitMaxMs = 60_000;

interface Waiting {
  readonly sinceMs: number;
  /** Its turn has come, or it need not wait any longer. */
  readonly wake: () => void;
}

/**
 * WaitingLine: those who are told that there is too much to do try again, for this wire has no word for later: one each
 * second, in turn, and at once when another one got in. Too much may be for one user alone, whose password is guessed at: so
 * who is told that again goes to the end of the line, and who comes tries at once, lest it hold up all others. They give up when nobody got in for some time, and each after waitMaxMs.
 */
export class WaitingLine {
  readonly #deadlines: Deadlines;
  readonly #waiting: Waiting[] = [];
  #isArmed = false;
  /** When somebody got in last. */
  #movedMs = -Infinity;

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines;
  }

  /**
   * Does the work; again later while it rejects with E3Error "resource-exhausted". Rejects as the work does at last, and with
   * "resource-exhausted", without another try, once it has waited for waitMaxMs.
   *
   * @param sinceMs since when it waits. Default: now.
   */
  async pass<T>(work: () => Promise<T>, sinceMs = this.#deadlines.nowMs): Promise<T> {
    for (;;) {
      if (this.#isOverdue(sinceMs))
        throw new E3Error("resource-exhausted", `its turn did not come within ${waitMaxMs / 1_000} s; try again later`);
      try {
        const done = await work();
        this.#movedMs = this.#deadlines.nowMs;
        this.#waiting.shift()?.wake();
        return done;
      } catch (error) {
        if (!(error instanceof E3Error && error.code === "resource-exhausted") || this.#isLate(sinceMs)) throw error;
      }
      await new Promise<void>((wake) => {
        this.#waiting.push({ sinceMs, wake });
        this.#arm();
      });
    }
  }

  #isLate(sinceMs: number): boolean {
    return this.#deadlines.nowMs - Math.max(sinceMs, this.#movedMs) >= patienceMs;
  }

  #isOverdue(sinceMs: number): boolean {
    return this.#deadlines.nowMs - sinceMs >= waitMaxMs;
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#deadlines.set(this, retryMs, () => {
      this.#isArmed = false;
      this.#ring();
    });
  }

  #ring(): void {
    // Those try no more, and so take nobody's turn.
    this.#wake(this.#waiting.filter(({ sinceMs }) => this.#isOverdue(sinceMs)));
    const late = this.#waiting.filter(({ sinceMs }) => this.#isLate(sinceMs));
    this.#wake(late.length > 0 ? late : this.#waiting.slice(0, 1));
    if (this.#waiting.length > 0) this.#arm();
  }

  #wake(those: readonly Waiting[]): void {
    for (const each of those) {
      this.#waiting.splice(this.#waiting.indexOf(each), 1);
      each.wake();
    }
  }
}
