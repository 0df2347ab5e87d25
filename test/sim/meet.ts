import type { SimPeer } from "./sim-peer.ts";
import type { World } from "./world.ts";

/**
 * Lets time pass until each of the peers has its id and a road to all the others.
 * @returns how much passed, milliseconds. @throws Error when that takes over 20 s.
 */
export function meet(world: World, ...peers: readonly SimPeer[]): number {
  const sees = (peer: SimPeer, other: SimPeer): boolean => peer === other || peer.sees.includes(other.id);
  return world.runUntil(() => peers.every((peer) => peer.isReady && peers.every((other) => sees(peer, other))), 20_000);
}
