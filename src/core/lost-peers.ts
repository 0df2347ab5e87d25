import type { Limits } from "./limits.ts";

/** A peer that there was a link with. */
export interface LostPeer {
  readonly node: bigint;
  readonly address: string;
  readonly sinceMs: number;
}

/**
 * LostPeers: former neighbours, for the case that the mesh has come apart.
 *
 * Where it comes apart a link was lost, and both its ends noted the other here: each dials the other until there is a
 * road again. So links may end, for whatever reason, and several at once, and the mesh is whole again.
 */
export class LostPeers {
  readonly #limits: Pick<Limits, "lostPeersMax" | "strangerForgetMs" | "leaseMs">;
  /** The longest lost first. */
  readonly #byNode = new Map<bigint, LostPeer>();

  constructor(limits: Pick<Limits, "lostPeersMax" | "strangerForgetMs" | "leaseMs">) {
    this.#limits = limits;
  }

  add(lost: LostPeer): void {
    this.#byNode.delete(lost.node);
    this.#byNode.set(lost.node, lost);
    const oldest = this.#byNode.keys().next();
    if (this.#byNode.size > this.#limits.lostPeersMax && oldest.done !== true) this.#byNode.delete(oldest.value);
  }

  /** There is a link with it, or there should be none; or another peer is found where it listened. */
  drop(lost: { readonly node: bigint; readonly address: string | undefined }): void {
    this.#byNode.delete(lost.node);
    for (const { node, address } of this.#byNode.values()) if (address === lost.address) this.#byNode.delete(node);
  }

  /** Those out of reach. Forgets whoever was for too long, and whoever still is in reach when all must have been told. */
  outOfReach(isReachable: (node: bigint) => boolean, nowMs: number): readonly LostPeer[] {
    const { strangerForgetMs, leaseMs } = this.#limits;
    const out: LostPeer[] = [];
    for (const lost of this.#byNode.values()) {
      const forMs = nowMs - lost.sinceMs;
      const isThere = isReachable(lost.node);
      if (forMs > (isThere ? leaseMs : strangerForgetMs)) this.#byNode.delete(lost.node);
      else if (!isThere) out.push(lost);
    }
    return out;
  }
}
