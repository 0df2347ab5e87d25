import { E3Error } from "../core/error.ts";
import type { Driver } from "./driver.ts";

interface Parts {
  readonly driver: Pick<Driver, "wait" | "kick">;
  /** Sends without a final status. */
  readonly outboxSize: () => number;
}

/** Makes a call and settles it. @returns false when there is no room, and it is to be made again. */
type Attempt = () => boolean;

/**
 * Turns: calls that fail at a bound of the outbox, each made again until it finds room, in the order they came.
 *
 * Only the first in line waits for the driver, so that a long line costs each event no more than a short one. Who calls it
 * off leaves the line at once, with all it holds: nothing is made for it later, and nothing of it is kept.
 */
export class Turns {
  readonly #parts: Parts;
  /** In the order they came, the one whose turn it is among them. */
  readonly #line = new Set<Attempt>();
  #isServed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Rejects with what the call throws, "resource-exhausted" excepted, or with the signal's reason: then it was not made. */
  take<T>(call: () => T, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(errorOf(signal.reason));
      const leave = (): void => {
        this.#line.delete(attempt);
        signal?.removeEventListener("abort", callOff);
      };
      const callOff = (): void => {
        leave();
        reject(errorOf(signal?.reason));
        // The next one may need less room.
        this.#parts.driver.kick();
      };
      const attempt: Attempt = () => {
        try {
          resolve(call());
        } catch (error) {
          if (error instanceof E3Error && error.code === "resource-exhausted") return false;
          reject(errorOf(error));
        }
        leave();
        return true;
      };
      signal?.addEventListener("abort", callOff);
      this.#line.add(attempt);
      if (!this.#isServed) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#isServed = true;
    // Those that come meanwhile are served too, and those that have left are not.
    for (const attempt of this.#line) while (this.#line.has(attempt) && !attempt()) await this.#room(attempt);
    this.#isServed = false;
  }

  /** Resolves once there is more room than now, or who waits for it has left. */
  #room(attempt: Attempt): Promise<void> {
    const { driver, outboxSize } = this.#parts;
    const full = outboxSize();
    return new Promise((resolve) =>
      driver.wait(() => outboxSize() < full || !this.#line.has(attempt), Infinity, resolve),
    );
  }
}

function errorOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
