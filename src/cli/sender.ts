import { E3Error } from "../core/error.ts";
import type { Peer } from "../peer/types.ts";
import type { Target } from "../peer/target.ts";

/** What a Sender tells of a message that was not accepted. */
export type SendFailed = (error: unknown) => void;

/**
 * Hands messages to the peer in the order they were typed, no faster than it accepts them.
 *
 * Invariants
 * 1. At most `unacceptedMax` messages are handed over and not yet accepted.
 * 2. While the peer has no room, the message waits; it is neither dropped nor overtaken by a later one.
 * 3. Every message is accepted or reported as failed, unless `giveUp` was called first.
 */
export class Sender {
  readonly #peer: Pick<Peer, "send">;
  readonly #failed: SendFailed;
  #unaccepted = 0;
  #isWaiting = false;
  #gaveUp = false;
  #waiting: (() => void)[] = [];

  constructor(peer: Pick<Peer, "send">, failed: SendFailed) {
    this.#peer = peer;
    this.#failed = failed;
  }

  /** Whether a message waits for room. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Resolves once the message is with the peer and another may follow. Never rejects. */
  async send(to: Target, text: string): Promise<void> {
    while (!this.#gaveUp) {
      this.#isWaiting = this.#unaccepted >= unacceptedMax || !this.#attempt(to, text);
      if (!this.#isWaiting) return;
      await this.#change();
    }
  }

  /** Something moved on in the peer: there may be room again. */
  moved(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves once nothing waits to be accepted, or after giveUp. */
  async idle(): Promise<void> {
    while (this.#unaccepted > 0 && !this.#gaveUp) await this.#change();
  }

  /** What still waits will not be sent. */
  giveUp(): void {
    this.#gaveUp = true;
    this.moved();
  }

  /** Returns false when the peer has no room. */
  #attempt(to: Target, text: string): boolean {
    try {
      const { accepted, settled } = this.#peer.send(to, text);
      this.#unaccepted += 1;
      accepted.then(
        () => this.#answered(),
        (error: unknown) => {
          this.#failed(error);
          this.#answered();
        },
      );
      // How it ended is told by the peer's events; that the peer closed first is no news to whoever closed it.
      settled.catch(() => {});
    } catch (error) {
      if (error instanceof E3Error && error.code === "resource-exhausted") return false;
      this.#failed(error);
    }
    return true;
  }

  #answered(): void {
    this.#unaccepted -= 1;
    this.moved();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Messages on their way to the disk at a time: enough for large group commits, and memory of a few hundred kilobytes. */
const unacceptedMax = 1_024;
