import type { Message, Peer } from "../../src/index.ts";
import type { Tally } from "./tally.ts";

/** Messages after which it says that it dealt with them. */
const acknowledgeEvery = 256;

/** Reading: takes all that arrives at a peer, and holds it against what a Producer sends; it can stop and go on. */
export class Reading {
  readonly #messages: AsyncIterator<Message>;
  readonly #peer: Peer;
  readonly #tally: Tally;
  /** The number of the last message, by its sender. */
  readonly #last = new Map<bigint, bigint>();
  #count = 0;
  #paused = true;

  constructor(peer: Peer, tally: Tally) {
    this.#peer = peer;
    this.#tally = tally;
    this.#messages = peer.messages({ acknowledge: "manual" });
  }

  go(): void {
    if (!this.#paused) return;
    this.#paused = false;
    void this.#take();
  }

  pause(): void {
    this.#paused = true;
  }

  async #take(): Promise<void> {
    while (!this.#paused) {
      const next = await this.#messages.next();
      if (next.done === true) return;
      this.#check(next.value);
    }
  }

  #check({ cursor, from, number, text, missing }: Message): void {
    const last = this.#last.get(from) ?? 0n;
    // Numbers count for each target, and so do producers.
    const isNext = number === last + 1n && missing === 0n && text.startsWith(`${number} `);
    this.#last.set(from, number);
    this.#tally.add(isNext ? "read" : "wrong");
    this.#count += 1;
    if (this.#count % acknowledgeEvery === 0) this.#peer.acknowledge(cursor);
  }
}
