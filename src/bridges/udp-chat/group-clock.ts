import type { DictClock } from "./datagram.ts";
import { raised, type CounterMark } from "./counter-mark.ts";

/** Clocks of messages that are kept, since the same message is told to each node. */
const statedMax = 1_024;

/**
 * GroupClock: the vector clock of what is said to all, as nodes keep it. It stands in for every peer of the mesh as if that
 * were a node: what is heard raises each counter to the higher one, and the hearer's own by one more; who speaks counts
 * its own up and states what it has heard.
 *
 * What one peer knows of another is what that stated when it spoke last. All peers are taken to have heard what this bridge
 * has heard, which hears nothing before what it follows: so no message is stated to be before what it answers.
 */
export class GroupClock {
  readonly #mark: CounterMark;
  /** What each stated last; the one that spoke last comes last. */
  readonly #stated = new Map<string, number>();
  /** Own counters of peers of the mesh, and at how many messages heard by all they had them. */
  readonly #own = new Map<string, { readonly counter: number; readonly atHeard: number }>();
  readonly #clocks = new Map<string, DictClock>();
  #heard = 0;

  constructor(mark: CounterMark) {
    this.#mark = mark;
  }

  /** A peer of the mesh is there as a node, and hears what is said to all from now on; nothing changes when it is already. */
  enter(id: string): void {
    if (!this.#own.has(id)) this.#own.set(id, { counter: this.#mark.base, atHeard: this.#heard });
  }

  /** A node says something to all. */
  hear(from: string, clock: DictClock): void {
    this.#heard += 1;
    for (const [id, counter] of clock) {
      const known = this.#stated.get(id);
      const higher = raised(known ?? 0, counter);
      if (id === from || known === undefined) this.#state(id, higher);
      else this.#stated.set(id, higher);
    }
  }

  /**
   * A peer of the mesh says something to all.
   *
   * @param name tells messages apart: asked again for the same one, the clock is the same.
   * @returns its clock, the peer first, then those that spoke lately before others.
   */
  speak(id: string, name: string): DictClock {
    const before = this.#clocks.get(name);
    if (before !== undefined) return before;
    const { counter: own, atHeard } = this.#own.get(id) ?? { counter: this.#mark.base, atHeard: this.#heard };
    const counter = Math.max(own + this.#heard - atHeard, this.#stated.get(id) ?? 0) + 1;
    this.#heard += 1;
    this.#own.set(id, { counter, atHeard: this.#heard });
    this.#state(id, counter);
    this.#mark.pass(counter);
    const clock = new Map([...this.#stated].toReversed());
    this.keep(name, clock);
    return clock;
  }

  /** A message has this clock: what a node has said is told to others with the clock that it was said with. */
  keep(name: string, clock: DictClock): void {
    this.#clocks.set(name, clock);
    const [oldest] = this.#clocks.keys();
    if (this.#clocks.size > statedMax && oldest !== undefined) this.#clocks.delete(oldest);
  }

  /** It is not in use any more. */
  forget(id: string): void {
    this.#stated.delete(id);
    this.#own.delete(id);
  }

  #state(id: string, counter: number): void {
    this.#stated.delete(id);
    this.#stated.set(id, counter);
    const [oldest] = this.#stated.keys();
    // No clock of a datagram has room for as many.
    if (this.#stated.size > entriesMax && oldest !== undefined) this.forget(oldest);
  }
}

const entriesMax = 256;

/** What a message for everyone goes by in a GroupClock. */
export function nameOf(from: bigint, number: bigint): string {
  return `${from} ${number}`;
}
