import { fail } from "./fail.ts";
import type { Observer } from "./observer.ts";

/** Events of one peer in a second that even a burst of traffic does not bring about. */
const eventsMax = 2_000;

/**
 * LoadCheck: nobody keeps all the others busy for nothing. Invariant of the design: 13 (a storm dies out).
 *
 * It also ends runs that would have no end: what goes round and round takes no simulated time on a fast network.
 */
export class LoadCheck implements Observer {
  #peers = 0;
  #second = 0;
  #events = 0;

  started(peer: { readonly lives: number }): void {
    if (peer.lives === 1) this.#peers += 1;
  }

  idled(peer: { readonly worldMs: number }): void {
    this.stepped(peer);
  }

  stepped(peer: { readonly worldMs: number }): void {
    const second = Math.floor(peer.worldMs / 1_000);
    if (second !== this.#second) this.#events = 0;
    this.#second = second;
    this.#events += 1;
    if (this.#events > eventsMax * this.#peers)
      fail("13: a storm dies out", `${this.#events} events of ${this.#peers} peers in a second`);
  }
}
