import type { Limits } from "./limits.ts";

/**
 * Waits: how long each address that was dialled is left alone, twice as long after each time, up to the time after which it
 * is forgotten anyway.
 */
export class Waits {
  readonly #limits: Pick<Limits, "strangersMax" | "strangerWaitMs" | "strangerForgetMs">;
  readonly #chance: () => number;
  /** The longest untouched first. */
  readonly #byAddress = new Map<string, { readonly sinceMs: number; readonly waitMs: number }>();

  /** @param chance a number from 0 to 1, for jitter. */
  constructor(limits: Pick<Limits, "strangersMax" | "strangerWaitMs" | "strangerForgetMs">, chance: () => number) {
    this.#limits = limits;
    this.#chance = chance;
  }

  /** The address is dialled now: not again before a wait that is twice as long as the one before. */
  putOff(address: string, nowMs: number): void {
    const { strangersMax, strangerWaitMs, strangerForgetMs } = this.#limits;
    const before = this.#byAddress.get(address)?.waitMs ?? 0;
    const jitter = 0.75 + this.#chance() / 2;
    const waitMs = before === 0 ? strangerWaitMs * jitter : Math.min(before * 2, strangerForgetMs);
    this.#byAddress.delete(address);
    this.#byAddress.set(address, { sinceMs: nowMs, waitMs });
    const oldest = this.#byAddress.keys().next();
    if (this.#byAddress.size > strangersMax && oldest.done !== true) this.#byAddress.delete(oldest.value);
  }

  /** From when on it may be dialled; -Infinity when it was not lately. @param mostMs a wait never counts for longer. */
  overAtMs(address: string, mostMs = Infinity): number {
    const wait = this.#byAddress.get(address);
    return wait === undefined ? -Infinity : wait.sinceMs + Math.min(wait.waitMs, mostMs);
  }

  /** It has proved its worth: the next wait is the first. */
  forgive(address: string): void {
    this.#byAddress.delete(address);
  }
}
