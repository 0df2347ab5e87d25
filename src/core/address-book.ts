import type { Limits } from "./limits.ts";

/**
 * AddressBook: addresses that others told, each list that of its teller alone. So none can crowd out what another told, and
 * who tells often replaces but its own.
 *
 * Invariants
 * 1. At most exchangeTellersMax lists of at most exchangeAddressesMax addresses; the longest untold list goes first.
 * 2. An address is given once for each time it is told.
 */
export class AddressBook {
  readonly #limits: Pick<Limits, "exchangeTellersMax" | "exchangeAddressesMax">;
  readonly #told = new Map<string, Set<string>>();

  constructor(limits: Pick<Limits, "exchangeTellersMax" | "exchangeAddressesMax">) {
    this.#limits = limits;
  }

  /** What the teller knows now, in place of what it told before. */
  tell(teller: string, addresses: Iterable<string>): void {
    const list = new Set<string>();
    for (const address of addresses) {
      if (list.size >= this.#limits.exchangeAddressesMax) break;
      list.add(address);
    }
    this.#told.delete(teller);
    this.#told.set(teller, list);
    const oldest = this.#told.keys().next();
    if (this.#told.size > this.#limits.exchangeTellersMax && oldest.done !== true) this.#told.delete(oldest.value);
  }

  /** Each once. @param teller of this one alone. */
  addresses(teller?: string): readonly string[] {
    if (teller !== undefined) return [...(this.#told.get(teller) ?? [])];
    return [...new Set([...this.#told.values()].flatMap((list) => [...list]))];
  }

  /** It is being dialled: it has to be told again to be dialled again. */
  drop(address: string): void {
    for (const list of this.#told.values()) list.delete(address);
  }
}
