import { compareClaims, type Claim } from "./claim.ts";

/**
 * Who claims which id, the one whose claim stands first. Finding the winner costs nothing, however many dispute the id.
 */
export class IdClaims<C extends Claim & { readonly id: bigint }> {
  readonly #byId = new Map<bigint, readonly C[]>();

  add(claim: C): void {
    const others = this.of(claim.id);
    const at = others.findIndex((other) => compareClaims(claim, other) < 0);
    this.#byId.set(claim.id, others.toSpliced(at < 0 ? others.length : at, 0, claim));
  }

  /** Takes back what was added. */
  remove(claim: C): void {
    const rest = this.of(claim.id).filter((other) => other !== claim);
    if (rest.length > 0) this.#byId.set(claim.id, rest);
    else this.#byId.delete(claim.id);
  }

  /** All claims on the id, the standing one first. */
  of(id: bigint): readonly C[] {
    return this.#byId.get(id) ?? [];
  }
}
