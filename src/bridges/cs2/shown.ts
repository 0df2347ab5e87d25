import type { Message } from "../../peer/types.ts";

/** Runs that are kept; of more the oldest are forgotten, and what was in them is rather shown twice than never. */
export const runsMax = 256;

/** What of a message tells it from all others for everyone. */
type Said = Pick<Message, "from" | "number" | "sentAt">;

/** Messages of one sender, numbered one after the other. */
interface Run {
  readonly from: bigint;
  readonly first: bigint;
  last: bigint;
  earliestMs: number;
  latestMs: number;
}

/**
 * Shown: what for everyone a program was shown under its first id. It comes again under the next one, which is another peer, and
 * is not to be shown again.
 */
export class Shown {
  /** A sender's messages come in order, so that few runs hold many; the one begun last is the last. */
  readonly #runs: Run[] = [];

  note({ from, number, sentAt }: Said): void {
    const atMs = sentAt.getTime();
    const run = this.#runs.findLast((before) => before.from === from);
    if (run?.last === number - 1n) {
      run.last = number;
      run.earliestMs = Math.min(run.earliestMs, atMs);
      run.latestMs = Math.max(run.latestMs, atMs);
      return;
    }
    this.#runs.push({ from, first: number, last: number, earliestMs: atMs, latestMs: atMs });
    if (this.#runs.length > runsMax) this.#runs.shift();
  }

  /** A sender that lost its store begins its numbers anew: what it says then has other times. */
  has({ from, number, sentAt }: Said): boolean {
    const atMs = sentAt.getTime();
    return this.#runs.some(
      (run) =>
        run.from === from &&
        run.first <= number &&
        number <= run.last &&
        run.earliestMs <= atMs &&
        atMs <= run.latestMs,
    );
  }
}
