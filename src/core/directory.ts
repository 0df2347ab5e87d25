import type { Acquaintance } from "./acquaintances.ts";
import type { AdvertRecord } from "./advert.ts";
import { ascending } from "./ascending.ts";
import { viaOf } from "./features.ts";
import type { Links } from "./links.ts";
import type { Roads } from "./roads.ts";
import type { Topology } from "./topology.ts";
import { lookUp, parseWhom, type Found } from "./whom.ts";

/** A peer as this one sees it. */
export interface KnownPeer {
  readonly id: bigint;
  /** What it calls itself; empty when it has no name. Nobody vouches for it: only ids are bound to a key. */
  readonly name: string;
  readonly addresses: readonly string[];
  /** There is a road to it now. */
  readonly reachable: boolean;
  /** It is linked with this peer. */
  readonly neighbour: boolean;
  /** Links on the shortest road; 0 when there is none. At a leaf, as it was last told. */
  readonly hops: number;
  /** Since when there is no road to it, or since when it has left; undefined while there is one. */
  readonly goneSinceMs: number | undefined;
  /** Ed25519 public key, 32 bytes, which holds the id; empty where it is not known, as with those that a leaf was told of. */
  readonly key: Uint8Array;
  /** What others state about it, as it says: it is for the reader to check. Empty when it says nothing of the kind. */
  readonly credential: Uint8Array;
  /** For which program of another kind it speaks, as it says; empty for a peer like any other. */
  readonly via: string;
}

interface Parts {
  readonly self: bigint;
  readonly topology: Topology;
  readonly roads: Roads;
  readonly links: Links;
}

/** What of a record, or of what is remembered of one, people ask for. */
type Entry = Pick<AdvertRecord, "node" | "id" | "name" | "addresses" | "left" | "key" | "credential" | "features"> &
  Partial<Pick<Acquaintance, "goneSinceMs">>;

/**
 * Directory: who is who, for people. It changes nothing.
 *
 * Present are those to whom there is a road. Absent are those without one, for the time of the lease; and, "lately", those
 * who left in good order, and as many of those forgotten since as Acquaintances remembers.
 */
export class Directory {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Peers known, ascending by id; this one is not among them, and of the absent only with `lately` those who left. */
  peers(lately = false): readonly KnownPeer[] {
    const { topology, self } = this.#parts;
    const entries = lately ? this.#entries() : [...topology.records()].filter(({ left }) => !left);
    const others = entries.filter(({ node }) => node !== self);
    return others.map((entry) => this.#describe(entry)).sort((a, b) => ascending(a.id, b.id));
  }

  /**
   * Whom a word means (whom.ts) among this peer, the present and the lately absent.
   * @throws E3Error "bad-id" for a number that is no id.
   */
  search(word: string): Found<KnownPeer> {
    const whom = parseWhom(word);
    if (whom.kind === "id") return this.#withId(whom.id);
    const found = lookUp(whom, this.#entries());
    switch (found.kind) {
      case "one":
        return { kind: "one", peer: this.#describe(found.peer) };
      case "several":
        return { kind: "several", peers: found.peers.map((entry) => this.#describe(entry)) };
      case "none":
        return found;
    }
  }

  #withId(id: bigint): Found<KnownPeer> {
    const holder: Entry | undefined = this.#parts.topology.holderOf(id);
    const entry = holder ?? this.#lastHolder(id);
    return entry === undefined ? { kind: "none", near: [] } : { kind: "one", peer: this.#describe(entry) };
  }

  /** Of an id that nobody holds, some peer that did, before it left or was forgotten. */
  #lastHolder(id: bigint): Entry | undefined {
    const { topology } = this.#parts;
    for (const record of topology.records()) if (record.id === id) return record;
    for (const acquaintance of topology.acquaintances()) if (acquaintance.id === id) return acquaintance;
    return undefined;
  }

  /** Everybody whose id nobody else has by now: a name must not lead to a stranger. */
  #entries(): readonly Entry[] {
    const { topology } = this.#parts;
    const entries: readonly Entry[] = [...topology.acquaintances(), ...topology.records()];
    const holders = entries.filter(({ id, node }) => (topology.nodeById(id) ?? node) === node);
    // Who began anew with another key, and the same id and name, is no namesake of his former self. The latest comes last.
    return [...new Map(holders.map((entry) => [`${entry.id} ${entry.name}`, entry])).values()];
  }

  #describe({ node, id, name, addresses, key, credential, features, goneSinceMs }: Entry): KnownPeer {
    const { roads, links, topology } = this.#parts;
    const reachable = topology.isReachable(node);
    const hops = reachable ? (roads.hops(node) ?? 0) : 0;
    const neighbour = links.withNode(node) !== undefined;
    const sinceMs = reachable ? undefined : (goneSinceMs ?? topology.goneSinceMs(node));
    const via = viaOf(features);
    return { id, name, addresses, reachable, neighbour, hops, goneSinceMs: sinceMs, key, credential, via };
  }
}
