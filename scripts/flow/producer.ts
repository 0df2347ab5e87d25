import type { Peer } from "../../src/index.ts";
import type { Production } from "./order.ts";
import type { Tally } from "./tally.ts";

/** Sends in one turn of the loop, so that a producer without limits leaves the peer its turns. */
const perTurn = 256;

/** Producer: sends until it is told to stop. */
export class Producer {
  readonly #peer: Peer;
  readonly #production: Production;
  readonly #tally: Tally;
  readonly #halt = new AbortController();
  readonly #rest: string;
  #next = 1;

  constructor(peer: Peer, production: Production, tally: Tally) {
    this.#peer = peer;
    this.#production = production;
    this.#tally = tally;
    this.#rest = ".".repeat(production.bodyBytes);
  }

  start(): void {
    const { by, inFlight = 1 } = this.#production;
    if (by === "window") for (let count = 0; count < inFlight; count += 1) this.#sendOne();
    else if (by === "room") void this.#waitForRoom();
    else void this.#insist();
  }

  halt(): void {
    this.#halt.abort();
  }

  get #text(): string {
    return `${this.#next} ${this.#rest}`.slice(0, this.#production.bodyBytes);
  }

  #sendOne(): void {
    if (this.#halt.signal.aborted) return;
    this.#peer.send(this.#production.to, this.#text).settled.then(this.#settled, this.#failed);
    this.#sent();
  }

  async #waitForRoom(): Promise<void> {
    const { signal } = this.#halt;
    while (!signal.aborted) {
      for (let count = 0; count < perTurn && !signal.aborted; count += 1) {
        // Once halted it was not sent, and the signal says so.
        const sent = this.#peer.sendWhenRoom(this.#production.to, this.#text, { signal });
        // Where there is room it has its number before the turn is over.
        const waits = setImmediate(() => this.#tally.add("waited"));
        if (await sent.then(() => true, this.#failed)) this.#sent();
        clearImmediate(waits);
      }
      await turn();
    }
  }

  async #insist(): Promise<void> {
    while (!this.#halt.signal.aborted) {
      for (let count = 0; count < perTurn && this.#isTaken(); count += 1) this.#sent();
      await turn();
    }
  }

  #isTaken(): boolean {
    try {
      this.#peer.send(this.#production.to, this.#text);
      return true;
    } catch (error) {
      const isExhausted = error instanceof Error && "code" in error && error.code === "resource-exhausted";
      this.#tally.add(isExhausted ? "exhausted" : "wrong");
      return false;
    }
  }

  #sent(): void {
    this.#next += 1;
    this.#tally.add("sent");
  }

  readonly #settled = ({ status }: { readonly status: string }): void => {
    this.#tally.add(status === "delivered" ? "delivered" : "wrong");
    this.#sendOne();
  };

  readonly #failed = (): boolean => {
    if (!this.#halt.signal.aborted) this.#tally.add("wrong");
    return false;
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
