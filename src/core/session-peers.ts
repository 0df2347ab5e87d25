import { E3Error } from "./error.ts";
import type { Identity } from "./identity.ts";
import type { Limits } from "./limits.ts";
import type { Roads } from "./roads.ts";
import type { Topology } from "./topology.ts";

/** Another peer, in the life in which it began to have to do with a session. */
export interface SessionPeer {
  readonly id: bigint;
  readonly node: bigint;
  /** When it took its id: each life does so anew. */
  readonly claimedAtMs: number;
  /** The id of this peer meanwhile: what others know it by. */
  readonly selfId: bigint;
}

/** Whether a peer is what it was. */
export interface Judgement {
  /** Why it is not, in words; undefined while it is. */
  readonly fault: string | undefined;
  /** When to look again although nothing else happens; Infinity: not before. */
  readonly againMs: number;
  /** It need not be told: it sees for itself, or knows of no session of a former life. */
  readonly isDeaf: boolean;
}

interface Parts {
  readonly identity: Pick<Identity, "id">;
  readonly topology: Pick<Topology, "get" | "nodeById" | "goneSinceMs" | "records" | "acquaintances">;
  readonly roads: Pick<Roads, "target" | "isReachable">;
  readonly limits: Pick<Limits, "sessionGoneMs">;
}

/** SessionPeers: who can be asked for a session, and whether whoever is in one is still there and still the same. */
export class SessionPeers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Somebody who can be asked now.
   * @throws E3Error "bad-option" for this peer itself, "unknown-peer", "absent".
   */
  present(id: bigint): SessionPeer {
    if (id === this.#parts.identity.id)
      throw new E3Error("bad-option", `${id} is this peer itself: a session takes two; name another peer`);
    const peer = this.known(id);
    if (peer !== undefined && this.#parts.roads.isReachable(peer.node)) return peer;
    if (peer === undefined && !this.#wasThere(id))
      throw new E3Error("unknown-peer", `no peer with the id ${id} is known`);
    throw new E3Error(
      "absent",
      `peer ${id} is away: ask again when it is there, or send it a message, which waits for it`,
    );
  }

  /** Who holds an id, present or not; undefined when that is not known, and for this peer's own. */
  known(id: bigint): SessionPeer | undefined {
    const { identity, roads, topology } = this.#parts;
    const node = id === identity.id ? undefined : roads.target(id, 0n);
    const record = node === undefined ? undefined : topology.get(node);
    return record && { id, node: record.node, claimedAtMs: record.claimedAtMs, selfId: identity.id };
  }

  judge({ id, node, claimedAtMs, selfId }: SessionPeer, nowMs: number): Judgement {
    const { topology, roads, limits, identity } = this.#parts;
    const record = topology.get(node);
    // Both ends see such a change, each by itself.
    if (identity.id !== selfId) return gone("this peer has another id now", true);
    if (record?.left === true) return gone("it has left", true);
    if (record !== undefined && (record.id !== id || topology.nodeById(id) !== node))
      return gone("it has another id now", true);
    if (record !== undefined && record.claimedAtMs !== claimedAtMs) return gone("it was started anew", true);
    if (record !== undefined && roads.isReachable(node)) return isThere;
    const goneMs = (topology.goneSinceMs(node) ?? nowMs) + limits.sessionGoneMs;
    if (record === undefined || goneMs <= nowMs) return gone("it is out of reach", false);
    return { ...isThere, againMs: goneMs };
  }

  /** Whether somebody held the id who has left since, or is forgotten but for its name. */
  #wasThere(id: bigint): boolean {
    const { topology } = this.#parts;
    return [...topology.records(), ...topology.acquaintances()].some((each) => each.id === id);
  }
}

const isThere: Judgement = { fault: undefined, againMs: Infinity, isDeaf: false };

function gone(fault: string, isDeaf: boolean): Judgement {
  return { fault, againMs: Infinity, isDeaf };
}
