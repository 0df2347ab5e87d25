import type { Peer, PeerInfo } from "../../peer/types.ts";
import type { Nodes } from "./nodes.ts";

interface Parts {
  readonly host: Peer;
  /** Nodes need not be shown the host: nobody reads what is said to it. */
  readonly hidesHost: boolean;
  readonly nodes: Nodes;
  /** Whether a peer is a guest of this bridge, which is about to come or to go if it is no node. */
  readonly isGuest: (meshId: bigint) => boolean;
  /** Peers that a node is told of at once. */
  readonly shownMax: number;
}

/** A peer of the mesh that nodes are told of. */
export interface Resident {
  readonly id: bigint;
  readonly name: string;
}

/**
 * Residents: the peers of the mesh that are there and are no nodes of this bridge: those that nodes had to do with lately
 * come first, then the nearest.
 */
export class Residents {
  readonly #parts: Parts;
  /** When each was touched last, in touches. */
  readonly #touched = new Map<bigint, number>();
  #touches = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Those that nodes are told of. */
  all(): readonly Resident[] {
    const { host, hidesHost, nodes, shownMax } = this.#parts;
    const nodeIds = new Set(nodes.all().map(({ peer }) => peer.id));
    const last = ({ id }: Resident): number => this.#touched.get(id) ?? 0;
    const others = host
      .peers()
      .filter((peer) => this.#isResident(peer, nodeIds))
      .toSorted((a, b) => last(b) - last(a) || a.hops - b.hops);
    const own = hidesHost ? [] : [{ id: host.id, name: host.status().name }];
    return [...own, ...others].slice(0, shownMax);
  }

  /** A peer of the mesh, whether nodes are told of it or not. */
  find(id: bigint): Resident {
    const { host } = this.#parts;
    if (id === host.id) return { id, name: host.status().name };
    return host.peers().find((peer) => peer.id === id) ?? { id, name: "" };
  }

  /** A peer wrote to a node, or was written to. */
  touch(id: bigint): void {
    this.#touches += 1;
    this.#touched.delete(id);
    this.#touched.set(id, this.#touches);
    const [oldest] = this.#touched.keys();
    if (this.#touched.size > this.#parts.shownMax && oldest !== undefined) this.#touched.delete(oldest);
  }

  /** Whether there is a road to a peer, so that what is said to it need not wait. */
  isHere(id: bigint): boolean {
    const { host } = this.#parts;
    return id === host.id || host.peers().some((peer) => peer.id === id && peer.reachable);
  }

  #isResident({ id, reachable }: PeerInfo, nodeIds: ReadonlySet<bigint>): boolean {
    return reachable && !nodeIds.has(id) && !this.#parts.isGuest(id);
  }
}
