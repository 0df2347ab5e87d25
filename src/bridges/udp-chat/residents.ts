import type { Peer, PeerInfo } from "../../peer/types.ts";
import type { Nodes } from "./nodes.ts";

interface Parts {
  readonly host: Peer;
  /** Nodes need not be shown the host: nobody reads what is said to it. */
  readonly hidesHost: boolean;
  readonly nodes: Nodes;
  /** Whether a peer is a guest of this bridge, which is about to come or to go if it is no node. */
  readonly isGuest: (meshId: bigint) => boolean;
  /** Peers that can have a socket of their own at a time. */
  readonly windowsMax: number;
}

/** A peer of the mesh that nodes are told of. */
export interface Resident {
  readonly id: bigint;
  readonly name: string;
}

/** Residents: the peers of the mesh that are there and are no nodes of this bridge, the nearest first. */
export class Residents {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  all(): readonly Resident[] {
    const { host, hidesHost, windowsMax } = this.#parts;
    const others = host
      .peers()
      .filter((peer) => this.#isResident(peer))
      .toSorted((a, b) => a.hops - b.hops);
    const own = hidesHost ? [] : [{ id: host.id, name: host.status().name }];
    return [...own, ...others].slice(0, windowsMax);
  }

  /** The peer with this id, if it is one of them. */
  get(id: bigint): Resident | undefined {
    return this.all().find((each) => each.id === id);
  }

  /** Whether there is a road to a peer, so that what is said to it need not wait. */
  isHere(id: bigint): boolean {
    const { host } = this.#parts;
    return id === host.id || host.peers().some((peer) => peer.id === id && peer.reachable);
  }

  #isResident({ id, reachable }: PeerInfo): boolean {
    const { nodes, isGuest } = this.#parts;
    return reachable && nodes.withMeshId(id) === undefined && !isGuest(id);
  }
}
