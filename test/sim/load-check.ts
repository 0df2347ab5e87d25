import type { CoreEvent } from "../../src/core/event.ts";
import { fail } from "./fail.ts";
import type { Observer } from "./observer.ts";

/** Events of one peer in a second that even a burst of traffic does not bring about. */
const eventsMax = 2_000;
/** How often a peer states itself anew in a second in which all of them link up, at most; each time once over every link. */
const editionsMax = 8;

/** What is looked at of a peer. */
interface Loaded {
  readonly name: string;
  readonly lives: number;
  readonly worldMs: number;
}

/**
 * LoadCheck: nobody keeps all the others busy for nothing. Invariant of the design: 13 (a storm dies out).
 *
 * It also ends runs that would have no end: what goes round and round takes no simulated time on a fast network.
 */
export class LoadCheck implements Observer {
  #peers = 0;
  /** Ends of wires that each process has, and all of them together. */
  readonly #ends = new Map<string, number>();
  #endsInAll = 0;
  #second = 0;
  #events = 0;

  started({ name, lives }: Loaded): void {
    if (lives === 1) this.#peers += 1;
    this.#setEnds(name, 0);
  }

  idled(peer: Loaded): void {
    this.#count(peer.worldMs);
  }

  stepped(peer: Loaded, event: CoreEvent): void {
    if (event.kind === "link-opened") this.#setEnds(peer.name, this.#endsOf(peer.name) + 1);
    else if (event.kind === "link-closed") this.#setEnds(peer.name, this.#endsOf(peer.name) - 1);
    this.#count(peer.worldMs);
  }

  #count(worldMs: number): void {
    const second = Math.floor(worldMs / 1_000);
    if (second !== this.#second) this.#events = 0;
    this.#second = second;
    this.#events += 1;
    if (this.#events > (eventsMax + editionsMax * this.#endsInAll) * this.#peers)
      fail("13: a storm dies out", `${this.#events} events of ${this.#peers} peers in a second`);
  }

  #endsOf(name: string): number {
    return this.#ends.get(name) ?? 0;
  }

  #setEnds(name: string, count: number): void {
    this.#endsInAll += count - this.#endsOf(name);
    this.#ends.set(name, count);
  }
}
