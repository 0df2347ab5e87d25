import { sameAddress } from "../core/address.ts";
import type { PeerInfo } from "../peer/types.ts";
import type { Recipient } from "./menu.ts";

/** Who is behind what was entered as the recipient. */
export type Holder =
  | { readonly kind: "one"; readonly peer: PeerInfo }
  /** All of them say that they listen there, and none of them is nearer than the others. */
  | { readonly kind: "several"; readonly peers: readonly PeerInfo[] }
  | { readonly kind: "none" };

/**
 * Finds the peer that an address or id belongs to.
 *
 * What a peer says of its address nobody vouches for. So neighbours come first, as whoever answers at the address becomes
 * one when it is dialled; then those that are present; and of the absent the one that went last.
 *
 * @param peers those known, the lately absent too.
 */
export function holderOf(to: Recipient, peers: readonly PeerInfo[]): Holder {
  if (to.kind === "id") return among(peers.filter(({ id }) => id === to.id));
  const stating = peers.filter(({ addresses }) => addresses.some((address) => sameAddress(address, to.address)));
  const present = stating.filter(({ reachable }) => reachable);
  const neighbours = present.filter(({ neighbour }) => neighbour);
  if (neighbours.length > 0) return among(neighbours);
  if (present.length > 0) return among(present);
  return among(stating.toSorted((a, b) => sinceMs(b) - sinceMs(a)).slice(0, 1));
}

function among(peers: readonly PeerInfo[]): Holder {
  const [peer] = peers;
  if (peer === undefined) return { kind: "none" };
  return peers.length === 1 ? { kind: "one", peer } : { kind: "several", peers };
}

function sinceMs({ absentSince }: PeerInfo): number {
  return absentSince?.getTime() ?? 0;
}
