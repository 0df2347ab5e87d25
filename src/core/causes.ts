import { afterMax, lamportMax, type Preface } from "./preface.ts";

/**
 * Causes: what this peer has seen of others in one conversation since it last said something there, and a Lamport clock over
 * all of it.
 */
export class Causes {
  /** How far, by epoch; the one seen last comes last. */
  readonly #unsaid = new Map<bigint, number>();
  #lamport = 0;

  /** The highest Lamport time made or seen. */
  get lamport(): number {
    return this.#lamport;
  }

  /** The epoch's messages up to the number can be seen here. */
  seen(epoch: bigint, number: number): void {
    if (number < 1) return;
    this.#unsaid.delete(epoch);
    this.#unsaid.set(epoch, number);
  }

  /** A message made at this Lamport time is here. What strangers say of time may be absurd: then it is not believed. */
  witness(lamport: number): void {
    if (lamport < lamportMax) this.#lamport = Math.max(this.#lamport, lamport);
  }

  /**
   * What this peer's next message says, if it is made now: said() is to follow. Of more epochs than one message may name the
   * latest are named: what was seen before them is mostly named by them.
   *
   * @param lamportMin its Lamport time, unless what was seen asks for a higher one.
   */
  ahead(lamportMin = 1): Preface {
    const named = [...this.#unsaid].slice(-afterMax);
    const lamport = Math.max(this.#lamport + 1, lamportMin);
    return { after: named.map(([epoch, number]) => ({ epoch, number })), lamport };
  }

  /** The message with what ahead() told, and at that time, is made. */
  said(lamport: number): void {
    this.#unsaid.clear();
    this.#lamport = Math.max(this.#lamport, lamport);
  }

  /** What this peer's next message says, which it makes. */
  next(): Preface {
    const preface = this.ahead();
    this.said(preface.lamport);
    return preface;
  }

  /**
   * Whether the number of a direct message tells all of its place (preface.ts, lamportOf): nothing was seen since the one
   * before it, and its Lamport time is no other. Then it has no preface: who only sends pays nothing for the order.
   */
  isTold(number: number): boolean {
    return this.#unsaid.size === 0 && this.#lamport < number;
  }
}
