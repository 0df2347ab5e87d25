import type { AdvertFields } from "./advert.ts";
import type { Gossip } from "./gossip.ts";
import type { Identity } from "./identity.ts";
import type { LeafDesk } from "./leaf-desk.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import type { Topology } from "./topology.ts";

interface Parts {
  readonly self: bigint;
  readonly leaf: boolean;
  readonly features: readonly string[];
  readonly identity: Identity;
  readonly topology: Topology;
  readonly links: Links;
  readonly gossip: Gossip;
  /** Undefined at a leaf. */
  readonly desk: LeafDesk | undefined;
  readonly limits: Limits;
}

/**
 * Herald: has this peer state itself anew whenever what it stated is no longer so.
 *
 *     its id, or a link with a full peer ──► at the end of the event, once for all that changed in it
 *     a link that came up ─────────────────► once the neighbour has stated itself over it: what is known of it may be over,
 *                                            and would make roads, for a moment, that there are not
 *     a link with a leaf ──────────────────► the same, but at most every leafRestateMs: a hub has thousands of them, and
 *                                            they come all at once when it starts
 */
export class Herald {
  readonly #parts: Parts;
  #listen = "";
  #version = 0n;
  #changed = false;
  /** As they were stated last. */
  #credential: Uint8Array;
  #name: string;
  #left = false;
  /** Links whose other end has not stated itself yet over them. */
  readonly #unheard = new Set<Link>();
  /** Links with leaves, and nothing else, have changed. */
  #leavesChanged = false;
  /** When that may be stated. */
  #leavesDueMs = -Infinity;
  /** It has an id that would survive it; before, it waits for its neighbours and its disk, not for a time. */
  #mayState = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#credential = parts.identity.credential;
    this.#name = parts.identity.name;
  }

  /** The address it can be dialled at. */
  listens(address: string): void {
    this.#listen = address;
  }

  /** What it states of itself has changed. */
  changed(): void {
    this.#changed = true;
  }

  /** A link came up or is down. */
  relinked(link: Link): void {
    const { self, leaf, topology } = this.#parts;
    if (link.leaf && !leaf) this.#leavesChanged = true;
    else if (link.leaf) this.#changed = true;
    // What was not stated is not taken back: or strangers that come and go without a word would have everybody told.
    else if (!this.#isUp(link)) this.#changed = !this.#unheard.delete(link) || this.#changed;
    // Where it took over from another it is stated already.
    else if (topology.get(self)?.neighbours.includes(link.neighbour?.node ?? 0n) !== true) this.#unheard.add(link);
  }

  /** It leaves: the last statement. */
  leave(): void {
    this.#left = true;
    this.#changed = true;
  }

  /** Finishes an event. @param isDurable whether who this peer is would survive it. */
  settle(isDurable: boolean, nowMs: number): void {
    const { identity, topology, gossip, self, limits } = this.#parts;
    if (identity.credential !== this.#credential || identity.name !== this.#name) this.#changed = true;
    for (const link of this.#unheard) {
      // Another took over from it.
      if (!this.#isUp(link)) this.#unheard.delete(link);
      else if (gossip.hasStated(link)) this.#changed = this.#unheard.delete(link);
    }
    const isDue = this.#changed || (this.#leavesChanged && nowMs >= this.#leavesDueMs);
    // What it states must outlive it: a later life may contradict it, but not under the same incarnation.
    this.#mayState = identity.ready && isDurable;
    if (!isDue || !this.#mayState) return;
    if (this.#leavesChanged) this.#leavesDueMs = nowMs + limits.leafRestateMs;
    this.#changed = false;
    this.#credential = identity.credential;
    this.#name = identity.name;
    this.#leavesChanged = false;
    this.#version += 1n;
    const before = topology.get(self);
    gossip.restate(this.#fields(), nowMs);
    if (before?.id !== identity.id) this.#renamed(before === undefined);
  }

  /** When settle has something to do that no event will ask for; Infinity when nothing. */
  get nextDeadlineMs(): number {
    return this.#leavesChanged && this.#mayState ? this.#leavesDueMs : Infinity;
  }

  /** It has stated itself under another id than before, or for the first time. */
  #renamed(isFirst: boolean): void {
    const { desk, gossip, links } = this.#parts;
    desk?.restated();
    // Links that came up before were told nothing (Gossip.greet).
    if (isFirst) for (const link of links.full()) gossip.list(link);
  }

  #isUp(link: Link): boolean {
    return link.neighbour !== undefined && this.#parts.links.withNode(link.neighbour.node) === link;
  }

  get #neighbours(): readonly bigint[] {
    const unheard = new Set([...this.#unheard].map(({ neighbour }) => neighbour?.node));
    return this.#parts.links.neighbours().filter((node) => !unheard.has(node));
  }

  #fields(): AdvertFields {
    const { identity, features, leaf } = this.#parts;
    const { id, incarnation, claimedAtMs, credential, name } = identity;
    const isLinked = !this.#left;
    return {
      ...{ id, incarnation, claimedAtMs, credential, name, features },
      version: this.#version,
      // Nobody can dial a leaf.
      addresses: leaf ? [] : [this.#listen],
      neighbours: isLinked ? this.#neighbours : [],
      left: this.#left,
    };
  }
}
