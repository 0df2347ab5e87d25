import { E3Error } from "../core/error.ts";
import type { Driver } from "./driver.ts";

interface Parts {
  readonly driver: Pick<Driver, "wait" | "kick">;
  /** Sends without a final status. */
  readonly outboxSize: () => number;
}

/**
 * Turns: calls that fail at a bound of the outbox, each made again until it finds room, in the order they came.
 *
 * Only the first in line waits for the driver, so that a long line costs each event no more than a short one.
 */
export class Turns {
  readonly #parts: Parts;
  /** Over when the last one in line has had its turn. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Rejects with what the call throws, "resource-exhausted" excepted, or with the signal's reason: then it was not made. */
  take<T>(call: () => T, signal?: AbortSignal): Promise<T> {
    const turn = this.#last.then(() => this.#turn(call, signal));
    this.#last = turn.catch(() => {});
    return signal === undefined ? turn : orAborted(turn, signal);
  }

  async #turn<T>(call: () => T, signal: AbortSignal | undefined): Promise<T> {
    const { driver, outboxSize } = this.#parts;
    for (;;) {
      signal?.throwIfAborted();
      try {
        return call();
      } catch (error) {
        if (!(error instanceof E3Error && error.code === "resource-exhausted")) throw error;
      }
      const full = outboxSize();
      const wake = (): void => driver.kick();
      signal?.addEventListener("abort", wake);
      await new Promise<void>((over) =>
        driver.wait(() => outboxSize() < full || signal?.aborted === true, Infinity, over),
      );
      signal?.removeEventListener("abort", wake);
    }
  }
}

/** Who is not the first in line need not wait for its turn to be told that it is called off. */
function orAborted<T>(turn: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    const done = (): void => signal.removeEventListener("abort", abort);
    turn.then(resolve, reject).finally(done);
  });
}
