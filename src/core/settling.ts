import type { Limits } from "./limits.ts";

/**
 * How long changes of the topology are gathered before roads are taken anew, milliseconds. What that costs grows with the
 * peers, and so does the wait: where something changes all the time, it takes the same share of a core in any mesh.
 */
export function settlingMs(peers: number, limits: Pick<Limits, "settleMs" | "settlePeersPerMs">): number {
  return limits.settleMs + Math.floor(peers / limits.settlePeersPerMs);
}
