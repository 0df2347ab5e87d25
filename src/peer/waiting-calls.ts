import { E3Error } from "../core/error.ts";
import { shellLimits, type ShellLimits } from "../core/limits.ts";

type Limits = Pick<ShellLimits, "waitingCallsMax" | "waitingCallsBytesMax">;

/**
 * WaitingCalls: calls of the local API that wait for room in the outbox, bounded in number and bytes.
 *
 * A program within this process can be expected to hold back; others cannot, and each call holds its message meanwhile.
 */
export class WaitingCalls {
  readonly #limits: Limits;
  #count = 0;
  #bytes = 0;

  /** @param limits default: those of a peer. */
  constructor(limits: Limits = shellLimits) {
    this.#limits = limits;
  }

  /**
   * Does the work, which may wait, and counts the call until it is done. Settles as the work does.
   *
   * @param bytes that the call holds meanwhile.
   * @throws E3Error "resource-exhausted" when too many wait already: then the work is not begun.
   */
  async hold<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const { waitingCallsMax, waitingCallsBytesMax } = this.#limits;
    if (this.#count + 1 > waitingCallsMax) throw tooMany(`${this.#count} calls wait for room already`);
    if (this.#bytes + bytes > waitingCallsBytesMax)
      throw tooMany(`calls with ${this.#bytes} bytes wait for room already`);
    this.#count += 1;
    this.#bytes += bytes;
    try {
      return await work();
    } finally {
      this.#count -= 1;
      this.#bytes -= bytes;
    }
  }
}

function tooMany(full: string): E3Error {
  return new E3Error("resource-exhausted", `${full}; call again once some of them are answered`);
}
