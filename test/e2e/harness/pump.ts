import { texts } from "./delivery.ts";
import type { TestPeer } from "./peer.ts";

const chunk = 50;
const unsettledMax = 400;

/**
 * Keeps messages flowing from one peer to another until told to stop, whatever is killed meanwhile, so that a kill always
 * hits a peer at work. Never has more than 400 on the way: while nothing gets through, it waits.
 */
export class Pump {
  readonly #sender: TestPeer;
  readonly #receiver: TestPeer;
  readonly #running: Promise<void>;
  #typed = 0;
  #least = Number.POSITIVE_INFINITY;

  constructor(sender: TestPeer, receiver: TestPeer) {
    this.#sender = sender;
    this.#receiver = receiver;
    this.#running = this.#run();
    // A failure is reported by finish; until then it must not count as unhandled.
    this.#running.catch(() => undefined);
  }

  /** Stops after at least so many messages in all, waits until all are delivered, and returns their texts. */
  async finish(least: number): Promise<readonly string[]> {
    this.#least = least;
    await this.#running;
    await this.#delivered(this.#typed);
    const typed = texts("load", this.#typed);
    await this.#receiver.until({ event: "message", text: typed.at(-1) ?? "" });
    return typed;
  }

  async #run(): Promise<void> {
    while (this.#typed < this.#least) {
      this.#sender.say(this.#receiver.id, ...texts("load", this.#typed + chunk).slice(this.#typed));
      this.#typed += chunk;
      if (this.#typed >= unsettledMax) await this.#delivered(this.#typed - unsettledMax + 1);
    }
  }

  async #delivered(times: number): Promise<void> {
    await this.#sender.until({ event: "status", to: this.#receiver.id, status: "delivered" }, { times });
  }
}
