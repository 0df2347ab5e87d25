import type { MessageInitShape } from "@bufbuild/protobuf";
import type { WhereaboutsSchema } from "../gen/e3/v1/link_pb.ts";
import { DigestSum } from "./advert-digest.ts";
import type { Effects } from "./effects.ts";
import { toldLine } from "./leaf-line.ts";
import { Watches } from "./leaf-watches.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import type { Topology } from "./topology.ts";

/** What a leaf desk, or hearsay, is made of. */
export interface LeafDeskParts {
  readonly self: bigint;
  readonly topology: Topology;
  readonly links: Links;
  readonly limits: Limits;
  readonly effects: Effects;
}

/** Somebody about whom something may have changed. */
interface Subject {
  readonly node: bigint;
  readonly id: bigint;
}

/**
 * Leaf desk: tells the leaves of this peer where other peers are, since they have no topology of their own.
 *
 *     link up ─────────────────► who this peer is
 *     a question ──────────────► where those are, and again whenever that changes
 *     mail from a stranger ────► who that is, before the mail: its receipt goes there
 *     a claim on a leaf's id ──► whose it is
 *     a sum that differs ──────► all of that again: something was lost on the way
 *
 * Invariants
 * 1. A leaf is told of nobody else, so that what it costs does not grow with the mesh.
 * 2. The first few that claim an id are told of together, the one whose claim stands among them, so that a leaf comes to
 *    the same holder as everybody else (claim.ts).
 * 3. Whoever it told of it tells of again when that changes, or tells that it will not any more: a leaf never takes an
 *    old answer for a standing one.
 */
export class LeafDesk {
  readonly #parts: LeafDeskParts;
  readonly #ids: Watches;
  readonly #nodes: Watches;
  /** When the sums were compared last. */
  readonly #comparedAtMs = new WeakMap<Link, number>();

  constructor(parts: LeafDeskParts) {
    this.#parts = parts;
    this.#ids = new Watches(parts.limits.watchesMax);
    this.#nodes = new Watches(parts.limits.watchesMax);
  }

  /** A link with a leaf came up. */
  greet(link: Link): void {
    // Nothing to tell before this peer has stated itself; restated follows.
    if (this.#parts.topology.get(this.#parts.self) !== undefined) this.#tell(link, [this.#parts.self]);
  }

  /** This peer has stated itself under another id than before. */
  restated(): void {
    for (const link of this.#parts.links.leaves()) this.#tell(link, [this.#parts.self]);
  }

  /** A leaf asks. */
  asked(link: Link, ids: readonly bigint[], nodes: readonly bigint[]): void {
    const { watchesMax } = this.#parts.limits;
    const told = new Set(nodes.slice(0, watchesMax));
    const first: Whereabouts[] = [];
    for (const id of ids.slice(0, watchesMax)) {
      first.push(...this.#watchId(link, id));
      const claimants = this.#claimants(id);
      for (const node of claimants) told.add(node);
      if (claimants.length === 0) first.push({ id });
    }
    this.#tell(link, told, first);
  }

  /** Mail from this id is about to be passed on to a leaf. */
  introduce(link: Link, id: bigint): void {
    const claimants = this.#claimants(id);
    if (this.#ids.has(link, id) && claimants.every((node) => this.#isTold(link, node))) return;
    this.#tell(link, claimants, this.#watchId(link, id));
  }

  /** Something changed about these peers: who is there, under which id. */
  noticed(subjects: Iterable<Subject>): void {
    const { topology, links } = this.#parts;
    if (links.leaves().next().done === true) return;
    const news = new Map<Link, Set<bigint>>();
    const concernedById = new Map<bigint, Set<Link>>();
    for (const { id, node } of subjects) {
      const concerned = concernedById.get(id) ?? new Set(this.#ids.of(id));
      concernedById.set(id, concerned);
      for (const link of this.#nodes.of(node)) {
        concerned.add(link);
        newsOf(news, link).add(node);
      }
    }
    for (const [id, concerned] of concernedById) {
      const claimants = topology.claimantsOf(id);
      // Of several claimants those that are leaves here know who else there is (invariant 2).
      for (const { node } of claimants.length > 1 ? claimants : []) {
        const link = links.withNode(node);
        if (link?.leaf === true) concerned.add(link);
      }
      for (const link of concerned)
        for (const { node } of claimants.slice(0, claimantsToldMax)) newsOf(news, link).add(node);
    }
    for (const [link, nodes] of news) this.#tell(link, nodes);
  }

  /** A leaf says what it knows comes to: what it was told, and its own advert. */
  compared(link: Link, summary: bigint, nowMs: number): void {
    const { topology } = this.#parts;
    // A few bytes make this peer sum up all that it told: a leaf has that every now and then, not at will.
    if (nowMs - (this.#comparedAtMs.get(link) ?? -Infinity) < compareMs) return;
    this.#comparedAtMs.set(link, nowMs);
    const sum = new DigestSum();
    const own = topology.get(link.neighbour?.node ?? 0n);
    if (own !== undefined) sum.add(own);
    const told = [this.#parts.self, ...this.#nodes.watchedBy(link)];
    for (const node of told) {
      const record = topology.get(node);
      if (record === undefined || record.left) continue;
      sum.add(toldLine({ ...record, present: topology.isReachable(node) }));
    }
    if (sum.value === summary) return;
    const peers = told.map((node) => this.#whereabouts(node));
    this.#parts.effects.frame(link.number, { case: "answer", value: { peers, whole: true } });
  }

  /** A link with a leaf is down. */
  closed(link: Link): void {
    this.#ids.drop(link);
    this.#nodes.drop(link);
  }

  /** @returns what the link is to be told first: the id that it watches no more instead (invariant 3). */
  #watchId(link: Link, id: bigint): Whereabouts[] {
    const dropped = this.#ids.add(link, id);
    return dropped === undefined ? [] : [{ id: dropped, present: true }];
  }

  #claimants(id: bigint): readonly bigint[] {
    return this.#parts.topology
      .claimantsOf(id)
      .slice(0, claimantsToldMax)
      .map(({ node }) => node);
  }

  /** Whether the link is told whenever something about the node changes. */
  #isTold(link: Link, node: bigint): boolean {
    return node === this.#parts.self || node === link.neighbour?.node || this.#nodes.has(link, node);
  }

  #tell(link: Link, nodes: Iterable<bigint>, first: readonly Whereabouts[] = []): void {
    const peers = [...first];
    for (const node of nodes) {
      // A leaf knows best of itself.
      if (node === link.neighbour?.node) continue;
      peers.push(this.#whereabouts(node));
      if (node === this.#parts.self) continue;
      const dropped = this.#nodes.add(link, node);
      // Last, since it may be one that this very answer tells of (invariant 3).
      if (dropped !== undefined) peers.push(this.#noMore(dropped));
    }
    if (peers.length > 0) this.#parts.effects.frame(link.number, { case: "answer", value: { peers } });
  }

  /** Tells a node that the link is not told of any more from who has left. */
  #noMore(node: bigint): Whereabouts {
    const record = this.#parts.topology.get(node);
    return { node, present: record !== undefined && !record.left };
  }

  #whereabouts(node: bigint): Whereabouts {
    const { topology } = this.#parts;
    const record = topology.get(node);
    if (record === undefined || record.left) return { node };
    const hops = topology.routes.hops(node);
    const { id, claimedAtMs, name } = record;
    return { id, node, present: hops !== undefined, claimedAtMs: BigInt(claimedAtMs), name, hops: hops ?? 0 };
  }
}

type Whereabouts = MessageInitShape<typeof WhereaboutsSchema>;

function newsOf(news: Map<Link, Set<bigint>>, link: Link): Set<bigint> {
  const nodes = news.get(link) ?? new Set();
  news.set(link, nodes);
  return nodes;
}

/** How many that claim one id are told of: the claim that stands, and those next to it, for when that one goes. */
const claimantsToldMax = 4;
/** The least time between two comparisons on a link. Leaves ask every digestMs. */
const compareMs = 1_000;
