import type { StoredNeighbour } from "../ports/session-store.ts";
import type { BootstrapPeer } from "./bootstrap.ts";
import type { Bearer } from "./types.ts";

/** What a membership needs of its peer. A Peer is one. */
export interface MemberPeer extends Omit<BootstrapPeer, "peers"> {
  status(): { readonly links: number; readonly peers: number };
  peers(): readonly MemberPeerInfo[];
  setCredential(credential: Uint8Array, claimedAtMs?: number): void;
  readonly sessions: { readonly current: { readonly state: "asking" | "open" } | undefined };
}

/** What a membership needs of the peers that its own knows. */
export type MemberPeerInfo = ReturnType<BootstrapPeer["peers"]>[number] & Bearer & { readonly neighbour: boolean };

/** The peers that it has links with now, and where they listen; leaves listen nowhere. */
export function neighboursOf(peer: Pick<MemberPeer, "peers">): readonly StoredNeighbour[] {
  const linked = peer.peers().filter(({ neighbour }) => neighbour);
  return linked.flatMap(({ id, addresses: [address] }) => (address === undefined ? [] : [{ id, address }]));
}

/** Who has an id that this peer has not; nobody while it has it itself. */
export function othersWith(peer: Pick<MemberPeer, "id" | "peers">, id: bigint): readonly Bearer[] {
  return peer.id === id ? [] : peer.peers().filter((other) => other.id === id);
}
