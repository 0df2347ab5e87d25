import { readPreface } from "../core/preface.ts";
import type { Spoken } from "./history-scan.ts";
import type { ClockEntry } from "./history-types.ts";

/** A vector clock: how far, by epoch. */
type Vector = Map<bigint, number>;

/**
 * HistoryClocks: the full vector clock of some messages, from what each message of their senders says it comes after, which is
 * only what was new to its sender. All messages of the conversation are to be passed, those of one sender in order.
 */
export class HistoryClocks {
  /** Those wanted, and their clocks once they are passed, by epoch and number. */
  readonly #wanted = new Map<string, Vector | undefined>();
  /** By epoch of a sender of those wanted: what it has seen so far. */
  readonly #seen = new Map<bigint, Vector>();
  readonly #ids = new Map<bigint, bigint>();

  constructor(wanted: Iterable<Spoken>) {
    for (const spoken of wanted) {
      this.#wanted.set(nameOf(spoken), undefined);
      this.#seen.set(spoken.place.epoch, new Map());
    }
  }

  pass(spoken: Spoken): void {
    const { epoch, number } = spoken.place;
    this.#ids.set(epoch, spoken.from);
    const seen = this.#seen.get(epoch);
    if (seen === undefined) return;
    const preface = readPreface(spoken.body);
    const after = typeof preface === "string" ? [] : preface.after;
    // What came after its turn: its sender had not seen what it had seen later.
    const isLate = number < (seen.get(epoch) ?? 0);
    const clock: Vector = isLate ? new Map() : seen;
    for (const reached of after) raise(clock, reached.epoch, reached.number);
    clock.set(epoch, number);
    const name = nameOf(spoken);
    if (this.#wanted.has(name)) this.#wanted.set(name, new Map(clock));
  }

  /** The clock of one of those wanted, ascending by epoch. */
  of(spoken: Spoken): readonly ClockEntry[] {
    const clock = [...(this.#wanted.get(nameOf(spoken)) ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return clock.map(([epoch, number]) => ({ epoch, id: this.#ids.get(epoch), number: BigInt(number) }));
  }
}

function raise(clock: Vector, epoch: bigint, number: number): void {
  clock.set(epoch, Math.max(clock.get(epoch) ?? 0, number));
}

function nameOf({ place: { epoch, number, lane } }: Spoken): string {
  return `${epoch}/${number}/${lane}`;
}
