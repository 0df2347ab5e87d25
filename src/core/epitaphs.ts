import type { SendStatus } from "./effect.ts";

/** What became of one send. */
export interface Epitaph {
  readonly to: bigint;
  readonly number: number;
  readonly status: SendStatus;
  readonly reason: string;
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
  /** Copies that were sent on the way to the target. */
  readonly attempts: number;
}

/** The settled sends with numbers first to last, which fared alike. */
interface Row extends Omit<Epitaph, "number"> {
  readonly first: number;
  last: number;
}

/**
 * Epitaphs: settled sends, remembered for explain until as many again are settled.
 *
 * Every send leaves one, so they are kept in rows: one object for all that followed one another and fared alike. An object
 * each would be what the garbage collector has most work with.
 */
export class Epitaphs {
  readonly #max: number;
  /** Two generations, so that forgetting costs nothing per send. */
  #rows: Row[] = [];
  #rowsBefore: readonly Row[] = [];
  /** Sends in the rows of the younger one. */
  #count = 0;

  /** @param max how many are remembered at least; at most twice as many are. */
  constructor(max: number) {
    this.#max = max;
  }

  add(
    to: bigint,
    send: Pick<Epitaph, "number" | "sentAtMs" | "expiresAtMs" | "attempts">,
    outcome: Pick<Epitaph, "status" | "reason">,
  ): void {
    const { number, sentAtMs, expiresAtMs, attempts } = send;
    const { status, reason } = outcome;
    const row = this.#rows.at(-1);
    const isNext = row?.to === to && row.last === number - 1 && row.status === status && row.reason === reason;
    if (isNext && row.sentAtMs === sentAtMs && row.expiresAtMs === expiresAtMs && row.attempts === attempts)
      row.last = number;
    else this.#rows.push({ to, first: number, last: number, status, reason, sentAtMs, expiresAtMs, attempts });
    this.#count += 1;
    if (this.#count < this.#max) return;
    this.#rowsBefore = this.#rows;
    this.#rows = [];
    this.#count = 0;
  }

  /** Those with this number, to one target or to all, the oldest first. */
  find(number: number, to: bigint | undefined): readonly Epitaph[] {
    const found = [...this.#rowsBefore, ...this.#rows].filter(
      (row) => row.first <= number && number <= row.last && (to === undefined || row.to === to),
    );
    return found.map(({ first: _, last: __, ...alike }) => ({ ...alike, number }));
  }
}
