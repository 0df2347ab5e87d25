import { E3Error } from "../core/error.ts";
import type { Peer, Sent } from "../peer/types.ts";
import type { Target } from "../peer/target.ts";

/**
 * LastWords: what a guest said that is nowhere else yet. With one of which nothing is kept it would be lost when that leaves.
 *
 *     said ── accepted by its guest alone ── stored by other peers, or settled ──► away
 */
export class LastWords {
  readonly #peer: Pick<Peer, "events" | "explain">;
  readonly #here = new Map<string, { readonly to: Target; readonly number: bigint }>();

  constructor(peer: Pick<Peer, "events" | "explain">) {
    this.#peer = peer;
  }

  /** To be told of all that the guest sends. */
  said(to: Target, sent: Sent): void {
    const { number } = sent;
    const key = keyOf(to, number);
    this.#here.set(key, { to, number });
    const forget = (): void => void this.#here.delete(key);
    // One that the guest takes along when it closes stays here.
    sent.settled.then(forget, () => {});
  }

  /**
   * Resolves once all is away, with 0; or when the signal ends the waiting or the guest closes, with how many were not. Never
   * rejects.
   */
  async away(signal: AbortSignal): Promise<number> {
    // Asked for before looking, so that no change falls between the look and the wait.
    const events = this.#peer.events({ signal });
    for (const [key, { to, number }] of this.#here) if (this.#isAway(to, number)) this.#here.delete(key);
    if (this.#here.size === 0) return 0;
    for await (const event of events) {
      if (event.kind === "status" && event.status !== "accepted") this.#here.delete(keyOf(event.to, event.number));
      if (this.#here.size === 0) break;
    }
    return this.#here.size;
  }

  #isAway(to: Target, number: bigint): boolean {
    try {
      return this.#peer.explain(number, to).every(({ status }) => status !== "waiting" && status !== "accepted");
    } catch (error) {
      // What is settled is not known for long.
      if (error instanceof E3Error && error.code === "unknown-number") return true;
      throw error;
    }
  }
}

function keyOf(to: Target, number: bigint): string {
  return `${to} ${number}`;
}
