import { ascending } from "./ascending.ts";

/** Somebody says that an id is theirs. */
export interface Claim {
  readonly node: bigint;
  /** When the id was first claimed, in milliseconds since 1970, by the claimant's clock. */
  readonly claimedAtMs: number;
}

/**
 * Which of two claims on one id stands: the lesser. The earlier claim, and of equal ones the lower node.
 *
 * The one rule for topology and leases, so that peers that know the same claims agree. Source: design, identity and ids.
 */
export function compareClaims(a: Claim, b: Claim): number {
  return a.claimedAtMs - b.claimedAtMs || ascending(a.node, b.node);
}
