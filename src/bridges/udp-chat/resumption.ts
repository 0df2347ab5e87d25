import type { Whereabouts } from "./whereabouts.ts";

/** Programs that are let in again at a time, and what each may say meanwhile; the rest is lost, as datagrams may be. */
const programsMax = 1_000;
const heldMax = 16;

interface Parts {
  readonly whereabouts: Whereabouts;
  /** Lets a user in again without its password. @returns what came of it; "later" when the next try may do better. */
  readonly resume: (user: string, address: string) => Promise<"over" | "later">;
}

/**
 * Resumption: a bridge that was restarted lets programs go on that were signed in when it ended, for they know nothing of
 * it: with the first datagram of each. A program that was started anew begins by signing in, and needs none of this.
 */
export class Resumption {
  readonly #parts: Parts;
  /** What programs said that are being let in, by address. */
  readonly #held = new Map<string, (() => void)[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Something came from an address at which nobody is.
   *
   * @param again deals with it once it is clear whose it is.
   * @returns whether somebody was signed in there; else it is nobody's.
   */
  takes(address: string, again: () => void): boolean {
    const user = this.#parts.whereabouts.userAt(address);
    if (user === undefined) return false;
    const held = this.#held.get(address);
    if (held === undefined && this.#held.size < programsMax) void this.#resume(user, address, [again]);
    else if (held !== undefined && held.length < heldMax) held.push(again);
    return true;
  }

  async #resume(user: string, address: string, held: (() => void)[]): Promise<void> {
    this.#held.set(address, held);
    const outcome = await this.#parts.resume(user, address);
    this.#held.delete(address);
    if (outcome === "over") for (const again of held) again();
  }
}
