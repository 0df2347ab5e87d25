import { chooseCustodians } from "./custodians.ts";

/** Whose custodians are asked for; remembered as long as the object lives. */
export interface Choosing {
  readonly to: bigint;
}

/**
 * CustodianChoices: what chooseCustodians says for many targets, as peers come and go.
 *
 * Peers change their links all the time, and each change has every absent target's custodians asked for. Rendezvous hashing
 * makes that cheap: while none of the chosen goes, only who came since can take a place.
 *
 * Invariants
 * 1. The choice is the one that chooseCustodians makes among all that were seen last.
 * 2. A choice is made among all only when it is first asked for, when one of the chosen went, or when more came than are there.
 */
export class CustodianChoices {
  readonly #count: number;
  /** Candidates, and the last time that each was seen. */
  readonly #present = new Map<bigint, number>();
  readonly #choices = new WeakMap<Choosing, { readonly chosen: readonly bigint[]; readonly joins: number }>();
  /** Who came, the newest last: at most about twice as many as there are. */
  #joined: bigint[] = [];
  /** How many came ever. */
  #joins = 0;
  #times = 0;

  constructor(count: number) {
    this.#count = count;
  }

  /** These are all the candidates now, each once, in any order. */
  see(candidates: Iterable<bigint>): void {
    this.#times += 1;
    let count = 0;
    for (const node of candidates) {
      if (!this.#present.has(node)) {
        this.#joined.push(node);
        this.#joins += 1;
      }
      this.#present.set(node, this.#times);
      count += 1;
    }
    if (this.#present.size > count)
      for (const [node, time] of this.#present) if (time < this.#times) this.#present.delete(node);
    const most = this.#present.size;
    if (this.#joined.length > 2 * most) this.#joined = this.#joined.slice(this.#joined.length - most);
  }

  /** At most so many as the choices are made of, the best first. */
  of(choosing: Choosing): readonly bigint[] {
    const chosen = this.#choose(choosing);
    this.#choices.set(choosing, { chosen, joins: this.#joins });
    return chosen;
  }

  #choose(choosing: Choosing): readonly bigint[] {
    const known = this.#choices.get(choosing);
    const isKept = known?.chosen.every((node) => this.#present.has(node));
    const cameSince = this.#joins - (known?.joins ?? 0);
    // Invariant 2. As many as are there is less than what is remembered of who came.
    if (known === undefined || isKept !== true || cameSince > this.#present.size)
      return chooseCustodians(choosing.to, this.#present.keys(), this.#count);
    if (cameSince === 0) return known.chosen;
    const joined = this.#joined.slice(-cameSince).filter((node) => this.#present.has(node));
    // Who went and came back may be among both.
    return chooseCustodians(choosing.to, new Set([...known.chosen, ...joined]), this.#count);
  }
}
