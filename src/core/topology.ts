import { Acquaintances, type Acquaintance } from "./acquaintances.ts";
import { compareAge, isLeaf, type AdvertRecord } from "./advert.ts";
import type { DigestLine } from "./advert-digest.ts";
import { Graph } from "./graph.ts";
import { IdClaims } from "./id-claims.ts";
import type { Limits } from "./limits.ts";
import type { PresenceChanges } from "./presence.ts";
import { Reach } from "./reach.ts";
import { computeRoutes, reachChanges, type Routes } from "./routes.ts";

/** What became of an advert: news to store and pass on, nothing new, out of date (answer with the newer), or no room. */
export type Acceptance = "newer" | "same" | "older" | "full";

/** What two sides' digests come to. */
export interface DigestDifference {
  /** What the other side lacks or has an older edition of. */
  readonly newerHere: readonly AdvertRecord[];
  /** Nodes whose advert this side lacks or has an older edition of. */
  readonly wanted: readonly bigint[];
}

type TopologyLimits = Pick<Limits, "advertsMax" | "leaseMs" | "acquaintancesMax">;

/**
 * Topology: the newest advert of every peer, and what follows from them.
 *
 *     accept ──► reachable ◄──────► gone ──── gone for leaseMs, or room needed ────► forgotten
 *                    │    links      ▲
 *                    └── left: a tombstone, which counts as gone
 *
 * Invariants
 * 1. Of each node only the newest edition is held; a tombstone is an edition like any other, so no stale copy undoes it.
 * 2. What is derived (routes, who is reachable, holders, digest) depends on the records held, not on their order of arrival.
 * 3. Peers forget the gone at slightly different times, so the gone are not spread: they are not in the digest, and not
 *    offered to who lacks them. Otherwise peers would teach each other for ever what all of them want to forget.
 *
 * Routes are computed when first asked for after links came or went: a burst of adverts costs its links, and one computation. Ask
 * soon after each burst: who was without a road at two looks is taken to have been so in between.
 * Source: design, "Topology and routes".
 */
export class Topology {
  readonly #self: bigint;
  readonly #limits: TopologyLimits;
  readonly #records = new Map<bigint, AdvertRecord>();
  readonly #graph = new Graph();
  readonly #claims = new IdClaims<AdvertRecord>();
  /** As of the last computation of routes. */
  readonly #reach: Reach;
  readonly #acquaintances: Acquaintances;
  /** Undefined while they may be others than they were when last computed. */
  #routes: Routes | undefined;
  #formerRoutes: Routes | undefined;
  /** When the records last changed; what the next computation finds gone is gone since then. */
  #changedAtMs = 0;
  #revision = 0;

  /** @param acquaintances who was known in former lives. Default: nobody. */
  constructor(self: bigint, limits: TopologyLimits, acquaintances = new Acquaintances(limits.acquaintancesMax)) {
    this.#self = self;
    this.#limits = limits;
    this.#reach = new Reach(self);
    this.#acquaintances = acquaintances;
  }

  /**
   * Takes an advert in, this peer's own like any other. A newer one of this peer's own node from elsewhere tells that
   * a former life was ahead: state it anew with an incarnation above.
   *
   * A tombstone of a node that is not known is not news: nothing is left for it to bury.
   */
  accept(record: AdvertRecord, nowMs: number): Acceptance {
    const held = this.#records.get(record.node);
    if (held !== undefined) {
      const order = compareAge(record, held);
      if (order <= 0) return order < 0 ? "older" : "same"; // invariant 1
      this.#letGo(held);
    } else {
      if (record.left && record.node !== this.#self) return "same";
      // For this peer's own there is always room: without it, all others are gone.
      if (!this.#makeRoom()) return "full";
      this.#acquaintances.drop(record.node);
    }
    this.#changedAtMs = Math.max(this.#changedAtMs, nowMs);
    this.#revision += 1;
    // Not known to be reachable until routes say so; of who was gone this is news, and the lease starts over.
    this.#reach.goneSinceMs.delete(record.node);
    if (held === undefined) this.#reach.place(record, false, this.#changedAtMs);
    if (this.#hold(record)) this.#routes = undefined;
    // Half of all changes are one end's word for what the other has stated, or is yet to state: no road changes.
    this.#placeAnew(record.node);
    // Leaves came or went: that changes nobody's road but theirs.
    for (const node of this.#graph.takeMoved()) this.#placeAnew(node);
    return "newer";
  }

  /** The advert held of a node, whether or not it is reachable or has left. */
  get(node: bigint): AdvertRecord | undefined {
    return this.#records.get(node);
  }

  /** Since when there is no road to the node, or since when it has left; undefined while there is one, and when not known. */
  goneSinceMs(node: bigint): number | undefined {
    this.#routes ??= this.#compute();
    return this.#reach.goneSinceMs.get(node);
  }

  /** Some of those that were forgotten. */
  acquaintances(): Iterable<Acquaintance> {
    return this.#acquaintances.all();
  }

  /** All adverts held. */
  records(): Iterable<AdvertRecord> {
    return this.#records.values();
  }

  /** Counts the changes: adverts taken in and forgotten. */
  get revision(): number {
    return this.#revision;
  }

  get size(): number {
    return this.#records.size;
  }

  /** Roads from this peer. */
  get routes(): Routes {
    this.#routes ??= this.#compute();
    return this.#routes;
  }

  /** Whether there is a road to the node; to oneself there always is. */
  isReachable(node: bigint): boolean {
    return this.routes.leadsTo(node);
  }

  /**
   * Whose id it is: of all who state it and have not left, the one whose claim stands (claim.ts). Who is gone counts
   * until forgotten: that is the lease.
   */
  holderOf(id: bigint): AdvertRecord | undefined {
    return this.#claims.of(id)[0];
  }

  /** All who state the id and have not left, the holder first. */
  claimantsOf(id: bigint): readonly AdvertRecord[] {
    return this.#claims.of(id);
  }

  /** The holder's node. */
  nodeById(id: bigint): bigint | undefined {
    return this.holderOf(id)?.node;
  }

  /** Who became reachable and who no longer is since the last call; this peer is not among them. Presence.take. */
  takePresenceChanges(restated?: (record: AdvertRecord, before: AdvertRecord) => void): PresenceChanges {
    const routes = this.routes;
    return this.#reach.presence.take((node) => {
      return node !== this.#self && routes.leadsTo(node) ? this.#records.get(node) : undefined;
    }, restated);
  }

  /** How many others were there at the last call of takePresenceChanges. Costs no computation of routes. */
  get present(): number {
    return this.#reach.presence.size;
  }

  /** Forgets who has been gone for the lease, and tells whom. */
  expire(nowMs: number): readonly AdvertRecord[] {
    if (nowMs < this.nextDeadlineMs) return [];
    this.#routes ??= this.#compute();
    const forgotten: AdvertRecord[] = [];
    for (const [node, sinceMs] of this.#reach.goneSinceMs) {
      if (sinceMs + this.#limits.leaseMs > nowMs) break;
      forgotten.push(...this.#forget(node));
    }
    return forgotten;
  }

  /** When expire may have something to do, Infinity when never. Costs no computation of routes. */
  get nextDeadlineMs(): number {
    const sinceMs =
      this.#reach.goneSinceMs.size === 0 ? Infinity : (this.#reach.goneSinceMs.values().next().value ?? Infinity);
    // What the pending change will show to be gone is not known yet: look again in time.
    const pendingMs = this.#routes === undefined ? this.#changedAtMs : Infinity;
    return Math.min(sinceMs, pendingMs) + this.#limits.leaseMs;
  }

  /** Sum over the reachable: the same on two sides that know the same, whatever the order they learnt it in. */
  summary(): bigint {
    this.#routes ??= this.#compute();
    return this.#reach.digest.value;
  }

  /** The lines of the digest: the reachable, this peer included. */
  entries(): readonly DigestLine[] {
    const routes = this.routes;
    const held = [...this.#records.values()].filter(({ node }) => routes.leadsTo(node));
    return held.map(({ node, incarnation, version }) => ({ node, incarnation, version }));
  }

  /**
   * The lines of all that is held, the gone included: for the list that a new link begins with, after which neither side asks
   * for what the other has (invariant 3).
   */
  held(): readonly DigestLine[] {
    return [...this.#records.values()].map(({ node, incarnation, version }) => ({ node, incarnation, version }));
  }

  /**
   * What to do about another side's lines. Offered are newer editions of what it lists, the reachable that it does not
   * list, and tombstones; the gone are not (invariant 3). Before this peer has stated itself nobody is reachable for it,
   * nor gone: all that it has heard is offered. Lines beyond advertsMax are not read.
   */
  difference(lines: readonly DigestLine[]): DigestDifference {
    const theirs = new Map(lines.slice(0, this.#limits.advertsMax).map((line) => [line.node, line]));
    const isStated = this.#records.has(this.#self);
    const newerHere = [...this.#records.values()].filter((record) => {
      const line = theirs.get(record.node);
      if (line !== undefined) return compareAge(record, line) > 0;
      return record.left || !isStated || this.isReachable(record.node);
    });
    const wanted = [...theirs.values()].filter((line) => {
      const held = this.#records.get(line.node);
      return held === undefined || compareAge(held, line) < 0;
    });
    return { newerHere, wanted: wanted.map((line) => line.node) };
  }

  /** The nodes, and the links that both ends state. */
  get graph(): Pick<Graph, "get" | "ways"> {
    return this.#graph;
  }

  /** Links that both ends state, each once, the lower node first. */
  edges(): readonly (readonly [bigint, bigint])[] {
    return [...this.#graph.edges()];
  }

  #compute(): Routes {
    const routes = computeRoutes(this.#graph, this.#self);
    const nodes = this.#reach.takeWaiting();
    for (const { node, links } of reachChanges(this.#formerRoutes, routes)) {
      nodes.add(node);
      for (const other of links) if (other.leaf) nodes.add(other.node);
    }
    for (const node of nodes) this.#placeBy(routes, node);
    this.#formerRoutes = routes;
    return routes;
  }

  /** Places it now where roads stand, and once they are computed where they do not. */
  #placeAnew(node: bigint): void {
    if (this.#routes === undefined) this.#reach.waitFor(node);
    else this.#placeBy(this.#routes, node);
  }

  #placeBy(routes: Routes, node: bigint): void {
    const record = this.#records.get(node);
    if (record !== undefined) this.#reach.place(record, routes.leadsTo(node), this.#changedAtMs);
  }

  /** @returns whether roads may be others now. */
  #hold(record: AdvertRecord): boolean {
    const { node, id, neighbours, left } = record;
    this.#records.set(node, record);
    this.#reach.presence.touch(node);
    if (!left) this.#claims.add(record);
    // A peer that is leaving still has its own links until they end.
    if (left && node !== this.#self) return this.#graph.remove(node);
    // One's own roads start here, be it at a leaf.
    return this.#graph.state({ node, id, neighbours, leaf: node !== this.#self && isLeaf(record) });
  }

  /** Undoes what the record itself counts for; the graph takes its place over by difference. */
  #letGo(record: AdvertRecord): void {
    this.#reach.digest.remove(record.node);
    if (!record.left) this.#claims.remove(record);
  }

  #forget(node: bigint): readonly AdvertRecord[] {
    const record = this.#records.get(node);
    const sinceMs = this.#reach.goneSinceMs.get(node);
    this.#reach.goneSinceMs.delete(node);
    if (record === undefined) return [];
    if (sinceMs !== undefined) this.#acquaintances.remember(record, sinceMs);
    this.#letGo(record);
    this.#graph.remove(node);
    this.#records.delete(node);
    this.#revision += 1;
    return [record];
  }

  /** Whether one more record fits; if need be, whoever has been gone the longest is forgotten for it. */
  #makeRoom(): boolean {
    if (this.#records.size < this.#limits.advertsMax) return true;
    const longest = this.#reach.goneSinceMs.keys().next();
    return longest.done !== true && this.#forget(longest.value).length > 0;
  }
}
